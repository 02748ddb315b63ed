"""Every input of the bots' pages, the filters of the list included."""

from django import forms
from django.http import QueryDict

from accounts.models import Workspace
from bots.models import Bot
from upstream.states import Platform

LONGEST_CHAT_MESSAGE = 500

GROUPS = [
    ("", "All"),
    ("now", "Under way"),
    ("upcoming", "Coming up"),
    ("recorded", "Recorded"),
    ("not_recorded", "Not recorded"),
]


class BotListForm(forms.Form):
    """Narrows the list; `before` is the last bot of the page that the reader comes from."""

    state = forms.ChoiceField(choices=GROUPS, required=False)
    platform = forms.ChoiceField(
        choices=[("", "Any platform"), *((p.value, p.label) for p in Platform if p.value)],
        required=False,
    )
    before = forms.ModelChoiceField(
        queryset=Bot.objects.none(), to_field_name="public_id", required=False
    )

    def __init__(self, data: QueryDict, *, workspace: Workspace) -> None:
        super().__init__(data)
        self.fields["before"].queryset = workspace.bots.all()  # type: ignore[attr-defined]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.cleaned_data.get("state") or self.cleaned_data.get("platform"))


class ChatMessageForm(forms.Form):
    text = forms.CharField(
        label="Message to the meeting's chat",
        max_length=LONGEST_CHAT_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
