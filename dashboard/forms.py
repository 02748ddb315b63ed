"""What the address of a list may ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from calendars.ledger import WORDS
from calendars.place import PlaceField


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


class FarewellForm(forms.Form):
    """Typing one's address: nobody deletes an account by a slip of the finger."""

    email = forms.EmailField(
        label="Your email address",
        help_text="Type it as it stands above, to be sure.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.lower() != self.person.email.lower():
            raise ValidationError("This is not the address of your account.")
        return email


class EntryForm(forms.Form):
    """Where somebody wants to be in the workspace they go to: a page of our own, or none."""

    next = forms.CharField(max_length=2000)

    def clean_next(self) -> str:
        page: str = self.cleaned_data["next"]
        if not url_has_allowed_host_and_scheme(page, allowed_hosts=None):
            raise ValidationError("This is not a page of Earshot.")
        return page
