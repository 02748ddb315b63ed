"""Everything that comes in: the switch, the agenda's filters, ticked calendars, consents."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from calendars.choosing import Scope
from calendars.models import Calendar, Verdict
from calendars.place import PlaceField
from upstream.port import AvailableCalendar
from upstream.states import Platform

LIKE_SERIES = "series"
BULK_MOST = 500


class ChoiceForm(forms.Form):
    """What the switch and the row's menu say, about one meeting or from it on.

    `confirmed`: they know that a bot leaves a meeting that is going on. `next`: the page it is on.
    """

    verdict = forms.ChoiceField(choices=[*Verdict.choices, (LIKE_SERIES, "As its series does")])
    scope = forms.ChoiceField(choices=Scope, required=False)
    confirmed = forms.BooleanField(required=False)
    next = forms.CharField(max_length=500, required=False)

    def clean_scope(self) -> Scope:
        return Scope(self.cleaned_data["scope"] or Scope.THIS)

    def clean_next(self) -> str:
        """Only a page of ours: whoever made up the form must not send people elsewhere."""
        path: str = self.cleaned_data["next"]
        is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
        return path if is_ours else ""

    @property
    def verdict_or_none(self) -> Verdict | None:
        chosen = self.cleaned_data["verdict"]
        return None if chosen == LIKE_SERIES else Verdict(chosen)


class BulkForm(ChoiceForm):
    """The ticked rows, and what the pressed button says about all of them."""

    verdict = forms.ChoiceField(choices=Verdict)
    event = forms.MultipleChoiceField()

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        field = self.fields["event"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (declared above)
        # Whatever is not of the workspace is not found; here only their number is bounded.
        field.choices = [(one, one) for one in data.getlist("event")[:BULK_MOST]]


class AgendaForm(forms.Form):
    """Which part of the agenda; everything has a default."""

    PERIODS = [
        ("today", "Today"),
        ("week", "7 days"),
        ("month", "30 days"),
        ("past", "Past"),
    ]
    SHOWN = [
        ("all", "All"),
        ("yes", "Will be recorded"),
        ("no", "Will not be recorded"),
        ("you", "Needs you"),
    ]

    LINKS = [("yes", "With a link"), ("no", "Without a link")]

    period = forms.ChoiceField(choices=PERIODS, required=False)
    show = forms.ChoiceField(choices=SHOWN, required=False)
    start = forms.DateField(required=False)
    q = forms.CharField(max_length=100, required=False)
    calendar = forms.CharField(max_length=32, required=False)
    platform = forms.ChoiceField(choices=Platform, required=False)
    link = forms.ChoiceField(choices=LINKS, required=False)
    after = PlaceField()
    until = PlaceField()

    def clean_period(self) -> str:
        return self.cleaned_data["period"] or "month"

    def clean_show(self) -> str:
        return self.cleaned_data["show"] or "all"

    @property
    def is_narrowed(self) -> bool:
        """Fewer meetings than the period has."""
        return any(self.cleaned_data[name] for name in ("q", "calendar", "platform", "link"))

    def address(self, **changes: object) -> str:
        """This page with something else about it; what is empty is left out."""
        names = ("period", "show", "start", "q", "calendar", "platform", "link")
        query = {**{name: self.cleaned_data[name] for name in names}, **changes}
        return "?" + urlencode({name: str(value) for name, value in query.items() if value})


class LobbyForm(forms.Form):
    """`told_here`: the bot whose own page asks, and tells of its wait by itself."""

    told_here = forms.CharField(max_length=32, required=False)


class ApprovalForm(forms.Form):
    """What Microsoft sends an administrator back with."""

    state = forms.CharField(max_length=400, required=False)
    admin_consent = forms.CharField(max_length=10, required=False)
    error = forms.CharField(max_length=200, required=False)


class DisconnectionForm(forms.Form):
    """Whether the platform is asked to forget us, too."""

    gives_back = forms.BooleanField(required=False)


class CalendarsForm(forms.Form):
    """The account's calendars with a box each; to begin with, those connected or the primary one.

    `sure` comes with the second sending: yes, the connected ones that are not ticked may go.
    """

    calendars = forms.MultipleChoiceField(
        label="Calendars",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one calendar."},
    )
    sure = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        available: Sequence[AvailableCalendar],
        ticked: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.available = {one.raw_id: one for one in available}
        field = self.fields["calendars"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (declared above)
        field.choices = [(one.raw_id, one.name or one.email) for one in available]
        field.required = not ticked
        field.initial = list(ticked) or [one.raw_id for one in available if one.is_primary]

    @property
    def is_sure(self) -> bool:
        return bool(self.cleaned_data["sure"])

    def left_out(self, connected: Mapping[str, Calendar]) -> list[Calendar]:
        """What is connected and no longer ticked."""
        ticked = self.cleaned_data["calendars"]
        return [calendar for raw_id, calendar in connected.items() if raw_id not in ticked]

    @property
    def chosen(self) -> list[AvailableCalendar]:
        return [self.available[raw_id] for raw_id in self.cleaned_data["calendars"]]
