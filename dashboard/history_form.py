"""What the history may be narrowed by."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from accounts.models import AuditEntry, AuditEntryQuerySet, User, Workspace
from dashboard.history import SENTENCES

A_DAY = timedelta(days=1)
DAY = {"type": "date"}


class HistoryForm(forms.Form):
    """`before` is the id of the last entry that was seen."""

    person = forms.ModelChoiceField(
        User.objects.none(), to_field_name="public_id", empty_label="Anybody", required=False
    )
    action = forms.ChoiceField(label="What they did", required=False)
    target = forms.CharField(
        label="To what",
        max_length=64,
        required=False,
        help_text="The id in the address of a meeting, a bot or a recording.",
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput(DAY, format="%Y-%m-%d")
    )
    before = forms.SlugField(required=False, max_length=32, widget=forms.HiddenInput)

    NARROWING = ("person", "action", "target", "since", "until")

    def __init__(self, data: QueryDict, *, workspace: Workspace) -> None:
        super().__init__(data)
        acted = AuditEntry.objects.filter(workspace=workspace).values("actor")
        people = User.objects.filter(pk__in=acted) | User.objects.filter(
            pk__in=workspace.memberships.values("user")
        )
        self.fields["person"].queryset = people.order_by("name", "email")  # type: ignore[attr-defined]
        self.fields["action"].choices = [("", "Anything"), *_actions()]  # type: ignore[attr-defined]

    def clean_target(self) -> str:
        return str(self.cleaned_data["target"]).strip()

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.NARROWING)

    def narrow(self, trail: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """Those of `trail` that are asked for; days are the reader's own."""
        asked: dict[str, Any] = {name: self.cleaned_data[name] for name in self.NARROWING}
        since, until = asked.pop("since"), asked.pop("until")
        return trail.about(
            since=_midnight(since) if since else None,
            until=_midnight(until + A_DAY) if until else None,
            **asked,
        )


def _actions() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """By what was changed, each in its sentence."""
    nouns = groupby(sorted(SENTENCES), key=lambda action: action.partition(".")[0])
    for noun, actions in nouns:
        yield noun.capitalize(), [(action, SENTENCES[action].capitalize()) for action in actions]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
