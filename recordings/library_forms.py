"""What the library is asked: filters, order and look, the row it goes on from, what is ticked."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import TextChoices
from django.http import QueryDict
from django.urls import reverse

from recordings import access
from recordings.exports.formats import FORMATS
from recordings.forms import PLATFORMS, day_input, midnight, name_input
from recordings.models import Recording, RecordingQuerySet
from recordings.shelf import Order, State, Wanted

MOST_TICKED = 100


class Look(TextChoices):
    LIST = "list", "List"
    CARDS = "cards", "Cards"


class LibraryForm(forms.Form):
    """`before` and `down_to` name a row by its public id: the page after that row, or everything
    from the first to it (how a page that shows several pages fetches itself again). A row that
    was deleted meanwhile still marks its place.
    """

    q = forms.CharField(required=False, max_length=200, label="Title")
    person = forms.CharField(
        required=False, max_length=200, label="Somebody who was there", widget=name_input()
    )
    since = forms.DateField(required=False, label="From", widget=day_input())
    until = forms.DateField(required=False, label="Until", widget=day_input())
    platform = forms.ChoiceField(required=False, label="Platform", choices=PLATFORMS)
    state = forms.ChoiceField(
        required=False, label="State", choices=[("", "Any state"), *State.choices]
    )
    order = forms.ChoiceField(required=False, label="Order", choices=Order)
    view = forms.ChoiceField(required=False, choices=Look)
    before = forms.ModelChoiceField(
        Recording.objects.none(), required=False, to_field_name="public_id"
    )
    down_to = forms.ModelChoiceField(
        Recording.objects.none(), required=False, to_field_name="public_id"
    )
    IN_SIGHT = ("q", "order")
    NARROWING = ("person", "since", "until", "platform", "state")

    def __init__(self, data: object, *, recordings: RecordingQuerySet) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for name in ("before", "down_to"):
            self.fields[name].queryset = recordings  # type: ignore[attr-defined]

    @property
    def in_sight(self) -> list[forms.BoundField]:
        return [self[name] for name in self.IN_SIGHT]

    @property
    def narrowing(self) -> list[forms.BoundField]:
        return [self[name] for name in self.NARROWING]

    @property
    def wanted(self) -> Wanted:
        asked: dict[str, Any] = self.cleaned_data
        until = asked.get("until")
        return Wanted(
            title=asked.get("q", ""),
            person=asked.get("person", ""),
            platform=asked.get("platform", ""),
            state=asked.get("state", ""),
            since=midnight(asked.get("since")),
            until=midnight(until + timedelta(days=1) if until and until.year < 9999 else None),
        )

    @property
    def wanted_order(self) -> Order:
        return Order(self.cleaned_data.get("order") or Order.NEWEST)

    @property
    def is_narrowed(self) -> bool:
        """By more than the title, which is always in sight."""
        return any(self.cleaned_data.get(name) for name in self.NARROWING)


class BackForm(forms.Form):
    """From which view of the library somebody came: its filters, order and last row."""

    back = forms.CharField(required=False, max_length=2000, strip=False)

    @property
    def address(self) -> str:
        """That view again; nothing but what the library understands."""
        self.is_valid()
        came = QueryDict(self.cleaned_data.get("back", "").removeprefix("?"))
        known = {name: came[name] for name in LibraryForm.base_fields if came.get(name)}
        library = reverse("recordings:library")
        return f"{library}?{urlencode(known)}" if known else library


class ManyForm(BackForm):
    """The ticked recordings, and in which format their texts are wanted."""

    recording = forms.ModelMultipleChoiceField(Recording.objects.none(), to_field_name="public_id")
    format = forms.ChoiceField(
        required=False, choices=[(kind, one.label) for kind, one in FORMATS.items()]
    )

    def __init__(self, data: object, *, recordings: RecordingQuerySet) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["recording"].queryset = recordings.for_list().prefetch_related(  # type: ignore[attr-defined]
            access.KEEPERS
        )

    def clean_recording(self) -> list[Recording]:
        found = list(self.cleaned_data["recording"])
        if len(found) > MOST_TICKED:
            raise forms.ValidationError(f"Tick up to {MOST_TICKED} at once.")
        return found

    @property
    def recordings(self) -> list[Recording]:
        return list(self.cleaned_data["recording"])
