"""Every input of the search, the export and the recording page, filters and cursors included."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils import timezone

from recordings.exports.formats import FORMATS
from recordings.exports.lines import Names, Times, Wishes, Wording
from recordings.models import ArtifactKind, Recording, RecordingQuerySet
from recordings.moments import MomentField
from recordings.searching import PAGE_SIZE, RANKED, Filters
from upstream.states import Platform

ANY_PLATFORM = ("", "Any platform")
PLATFORMS = [ANY_PLATFORM, *((p.value, p.label) for p in Platform if p.value)]


def name_input() -> forms.TextInput:
    return forms.TextInput(attrs={"list": "names", "autocomplete": "off"})


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SearchForm(forms.Form):
    """What is looked for in all recordings, and what narrows it; days are the reader's own."""

    q = forms.CharField(
        required=False,
        max_length=200,
        label="What was said, a title or a name",
        widget=forms.SearchInput(
            attrs={"enterkeyhint": "search", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    speaker = forms.CharField(required=False, max_length=200, label="Said by", widget=name_input())
    person = forms.CharField(
        required=False, max_length=200, label="Somebody who was there", widget=name_input()
    )
    since = forms.DateField(required=False, label="From", widget=day_input())
    until = forms.DateField(required=False, label="Until", widget=day_input())
    platform = forms.ChoiceField(required=False, label="Platform", choices=PLATFORMS)
    series = forms.ModelChoiceField(
        Recording.objects.none(),
        required=False,
        to_field_name="public_id",
        widget=forms.HiddenInput,
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=RANKED // PAGE_SIZE)

    def __init__(self, data: object, *, recordings: RecordingQuerySet) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["series"].queryset = recordings.select_related("bot")  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        asked: dict[str, Any] = self.cleaned_data
        until = asked.get("until")
        return Filters(
            person=asked.get("person", ""),
            speaker=asked.get("speaker", ""),
            platform=asked.get("platform", ""),
            since=midnight(asked.get("since")),
            until=midnight(until + timedelta(days=1) if until and until < date.max else None),
            series=asked.get("series"),
        )

    @property
    def is_narrowed(self) -> bool:
        return self.filters != Filters()


def midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None


class MediaForm(forms.Form):
    """`?download=1` saves the file instead of playing it."""

    download = forms.BooleanField(required=False)


class ExportForm(forms.Form):
    """How a transcript is wanted as a file; what is not said, or said wrongly, is as it begins."""

    format = forms.ChoiceField(
        label="Format", choices=[(kind, one.label) for kind, one in FORMATS.items()]
    )
    names = forms.ChoiceField(label="Who speaks", choices=Names, widget=forms.RadioSelect)
    times = forms.ChoiceField(label="Times", choices=Times, widget=forms.RadioSelect)
    minutes = forms.IntegerField(label="Every how many minutes", min_value=1, max_value=60)
    merged = forms.BooleanField(
        required=False, label="Join what one person says in a row into one paragraph"
    )
    wording = forms.ChoiceField(label="Wording", choices=Wording, widget=forms.RadioSelect)
    BEGINS: ClassVar = {
        "format": "txt",
        "names": "full",
        "times": "each",
        "minutes": "5",
        "wording": "corrected",
    }

    def __init__(self, data: QueryDict) -> None:
        super().__init__({**self.BEGINS, **data.dict()})
        if not self.is_valid():
            right = {name: self.data[name] for name in self.cleaned_data if name in self.data}
            super().__init__({**self.BEGINS, **right})
            self.is_valid()

    @property
    def wishes(self) -> Wishes:
        asked = self.cleaned_data
        return Wishes(
            asked["times"], asked["minutes"], asked["names"], asked["merged"], asked["wording"]
        )


class RecordingForm(forms.Form):
    """Where to start, what to look for and said by whom, whether the sound is enough, whether to
    play at once.

    `?t=312&q=budget&who=Ada&play=audio&now=1`, or a range as `?t=312-340`; a wrong value counts as
    none.
    """

    t = MomentField()
    now = forms.BooleanField(required=False)
    q = forms.CharField(
        required=False,
        max_length=200,
        label="Search in this recording",
        widget=forms.SearchInput(
            attrs={"placeholder": "Search in this recording", "enterkeyhint": "search"}
        ),
    )
    who = forms.CharField(required=False, max_length=200)
    play = forms.ChoiceField(required=False, choices=[(ArtifactKind.AUDIO, "Sound only")])
    wording = forms.ChoiceField(required=False, choices=[("original", "As the provider wrote it")])


class TitleForm(forms.Form):
    """Another title, or the calendar's own again."""

    title = forms.CharField(
        required=False,
        max_length=500,
        label="Title",
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    calendar = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        asked["title"] = " ".join(asked.get("title", "").split())
        if not (asked["title"] or asked.get("calendar") or "title" in self.errors):
            self.add_error("title", "Write a title.")
        return asked

    def wanted(self, calendar_title: str) -> str:
        asked: dict[str, Any] = self.cleaned_data
        return calendar_title if asked["calendar"] else asked["title"]
