"""What the address of a list may ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from calendars.ledger import WORDS
from calendars.place import PlaceField


class HistoryPageForm(forms.Form):
    """`before` is the id of the last entry that was seen."""

    before = forms.SlugField(required=False, max_length=32)


class CoverageForm(forms.Form):
    """Which number of the coverage page is opened; without anything: all of what comes."""

    PERIODS = [("ahead", "Next 30 days"), ("week", "Last 7 days"), ("month", "Last 30 days")]
    AHEAD = ("all", "yes", "no", "you")
    PAST = ("all", *WORDS)

    period = forms.ChoiceField(choices=PERIODS, required=False)
    show = forms.CharField(max_length=20, required=False)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    after = PlaceField()

    def clean_period(self) -> str:
        return self.cleaned_data["period"] or "ahead"

    def clean_show(self) -> str:
        return self.cleaned_data["show"] or "all"

    def clean(self) -> dict[str, Any]:
        """A number belongs to its period, and only the past is told by day."""
        asked = self.cleaned_data
        is_ahead = asked.get("period") == "ahead"
        if asked.get("show") not in (self.AHEAD if is_ahead else self.PAST):
            raise ValidationError("No such number in this period.")
        if is_ahead and asked.get("day"):
            raise ValidationError("Days are counted once they are over.")
        return asked
