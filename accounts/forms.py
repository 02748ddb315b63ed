"""What people may say about themselves and their workspace.

SignUpForm                       the front door: e-mail, name, password, and the browser's zone
TimeZoneForm                     the browser telling its zone once
ProfileForm, WorkspaceForm       the settings; `changes()` is what the audit trail keeps of them
CallbackForm                     the way back from an authorization server
"""

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
    SignupForm,
)
from django import forms
from django.core.exceptions import ValidationError

from accounts.consents import Answer
from accounts.models import User, Workspace
from accounts.names import NameField

GOOD_ENOUGH = (
    "At least 8 characters, not only digits, no common password and nothing close to your name."
)
Choices = list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]


def zone_choices() -> Choices:
    """The world's zones by region, as a person looks for theirs."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for zone in sorted(available_timezones()):
        region, _, place = zone.partition("/")
        if place and region not in ("Etc", "SystemV", "US"):
            regions.setdefault(region, []).append((zone, place.replace("_", " ")))
    return [("UTC", "UTC"), *regions.items()]


def known_zone_or_none(zone: str) -> str:
    """A browser may name a zone that this server does not know: then it stays unknown."""
    return zone if zone in available_timezones() else ""


class PlainPasswordHelp:
    """Says in one sentence what the validators say in four."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = GOOD_ENOUGH


class NewAddressForm(AddEmailForm):  # type: ignore[misc]
    """The address a person wants to be known by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New address"


class ChangeForm(PlainPasswordHelp, ChangePasswordForm):  # type: ignore[misc]
    """A new password for somebody who knows the old one."""


class ResetForm(PlainPasswordHelp, ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password for somebody who has the link."""


class SetForm(PlainPasswordHelp, SetPasswordForm):  # type: ignore[misc]
    """A first password."""


class SignUpForm(PlainPasswordHelp, SignupForm):  # type: ignore[misc]
    """allauth's form with a name, and the zone that the browser fills in."""

    name = NameField(
        label="Your name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="People see it on the meetings that you record.",
    )
    time_zone = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    field_order = ["name", "email", "password1"]

    def clean_time_zone(self) -> str:
        return known_zone_or_none(self.cleaned_data["time_zone"])


class TimeZoneForm(forms.Form):
    """The zone of a browser."""

    time_zone = forms.CharField(max_length=64)

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if not known_zone_or_none(zone):
            raise ValidationError("This is not a time zone that Earshot knows.")
        return zone


class ProfileForm(forms.ModelForm[User]):
    """Who a person is to the others, and in which zone they read times."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=zone_choices,
        help_text="All times you see are in this zone. Meetings stay where they are.",
    )

    class Meta:
        model = User
        fields = ["name", "time_zone"]
        field_classes = {"name": NameField}
        labels = {"name": "Your name"}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {"name": "People see it on the meetings that you record."}


class WorkspaceForm(forms.ModelForm[Workspace]):
    """What the team is called, and where it is."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        required=False,
        choices=lambda: [("", "Nobody said"), *zone_choices()],
        help_text="For times that are shown to people who have not said theirs.",
    )

    class Meta:
        model = Workspace
        fields = ["name", "time_zone"]
        field_classes = {"name": NameField}
        labels = {"name": "Workspace name"}
        help_texts = {"name": "Everyone in the workspace sees it."}


def changes(form: forms.ModelForm[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `form` changed: the values before, and after."""
    before = {field: form.initial.get(field) for field in form.changed_data}
    after = {field: form.cleaned_data[field] for field in form.changed_data}
    return before, after


class CallbackForm(forms.Form):
    """What an authorization server sends people back with; more that comes along is left."""

    state = forms.CharField(max_length=200, required=False)
    code = forms.CharField(max_length=4000, required=False)
    error = forms.CharField(max_length=200, required=False)
    error_description = forms.CharField(required=False)

    @property
    def answer(self) -> Answer:
        told = self.cleaned_data
        return Answer(told["state"], told["code"], told["error"], told["error_description"])
