"""What is still missing when a platform told no address, or one that is somebody's already."""

from typing import Any

from allauth.socialaccount.forms import SignupForm
from django import forms

from accounts.forms import known_zone_or_none
from accounts.names import NameField


class FinishForm(SignupForm):  # type: ignore[misc]
    """allauth's form with a name, and the zone that the browser fills in."""

    name = NameField(
        label="Your name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="People see it on the meetings that you record.",
    )
    time_zone = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    field_order = ["name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "We send a link to it, to be sure that it is yours."

    def clean_time_zone(self) -> str:
        return known_zone_or_none(self.cleaned_data["time_zone"])
