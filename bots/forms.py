"""Every input of the bots' pages, the filters of the list included."""

from django import forms
from django.http import QueryDict

from accounts.models import User, Workspace
from bots import listing
from bots.models import Bot, Outcome
from bots.reports import LONGEST_REPORT
from upstream.states import BotState, Platform

LONGEST_CHAT_MESSAGE = 500


class BotListForm(forms.Form):
    """Which tab, and what narrows it; `before` is the last bot of the page before."""

    tab = forms.ChoiceField(
        choices=[(name, label) for name, (label, _) in listing.TABS.items()],
        required=False,
        widget=forms.HiddenInput,
    )
    q = forms.CharField(
        label="Title or link", max_length=2000, required=False, widget=forms.SearchInput
    )
    state = forms.ChoiceField(
        label="State", choices=[("", "Any state"), *BotState.choices], required=False
    )
    outcome = forms.ChoiceField(
        label="Outcome", choices=[("", "Any outcome"), *Outcome.choices], required=False
    )
    platform = forms.ChoiceField(
        choices=[("", "Any platform"), *((p.value, p.label) for p in Platform if p.value)],
        required=False,
    )
    person = forms.ModelChoiceField(
        label="Asked for by",
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Anybody",
        required=False,
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    before = forms.ModelChoiceField(
        queryset=Bot.objects.none(), to_field_name="public_id", required=False
    )

    NARROWING = ("q", "state", "outcome", "platform", "person", "since", "until")

    def __init__(self, data: QueryDict, *, workspace: Workspace) -> None:
        super().__init__(data)
        people = User.objects.filter(memberships__workspace=workspace).order_by("name", "email")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["before"].queryset = workspace.bots.all()  # type: ignore[attr-defined]

    def clean_tab(self) -> str:
        return self.cleaned_data["tab"] or listing.LIVE

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.NARROWING)


class ChatMessageForm(forms.Form):
    text = forms.CharField(
        label="Message to the meeting’s chat",
        max_length=LONGEST_CHAT_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReportForm(forms.Form):
    text = forms.CharField(
        label="What went wrong",
        max_length=LONGEST_REPORT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class TokenForm(forms.Form):
    """What stands in an address at which a recording service asks for a Zoom token."""

    bot = forms.CharField(max_length=32)
    key = forms.CharField(max_length=100)
