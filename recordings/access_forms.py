"""What people say about who of the workspace sees a recording."""

from typing import Any

from django import forms
from django.db.models import TextChoices

from accounts.models import User
from recordings.models import Recording


class Who(TextChoices):
    EVERYONE = "everyone", "Everyone in the workspace"
    PEOPLE = "people", "Only some people"


class PeopleField(forms.ModelMultipleChoiceField[User]):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_full_name()} ({obj.email})" if obj.name else str(obj.email)


class AccessForm(forms.Form):
    """Everyone, or the people who are ticked besides those who always see it."""

    who = forms.ChoiceField(label="Who sees it", choices=Who, widget=forms.RadioSelect)
    people = PeopleField(
        User.objects.none(),
        required=False,
        to_field_name="public_id",
        label="Who else sees it",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: object = None, *, recording: Recording, by: User) -> None:
        insiders = list(recording.insiders.select_related("user"))
        begins = {
            "who": Who.PEOPLE if recording.restricted_at else Who.EVERYONE,
            "people": [one.user.public_id for one in insiders if not one.is_keeper],
        }
        super().__init__(data, initial=begins, auto_id="access_%s")  # type: ignore[arg-type]
        team = recording.workspace.members.order_by("name", "email")
        keepers = {one.user_id for one in insiders if one.is_keeper}
        if not recording.restricted_at:
            keepers = {by.pk, recording.bot.requested_by_id or by.pk}
        self.always = list(team.filter(pk__in=keepers))
        others = team.exclude(pk__in=keepers)
        self.fields["people"].queryset = others  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    grant = forms.BooleanField(required=False)
