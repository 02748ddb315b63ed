"""What people type when they put a transcript right, and what they saw when they did."""

from typing import Any

from django import forms

from bots.setup import Language, Summary
from recordings.models import Reach
from recordings.retranscribing import Wish
from recordings.transcripts import clean
from upstream.port import Capabilities

LONGEST_TEXT = 20_000
NOBODY_SAID = "Say who it is, or choose one of the names."


class NameForm(forms.Form):
    """Who speaks, and how far that goes. A suggested name is a button and beats what is typed."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
    )
    suggested = forms.CharField(required=False, max_length=200)
    reach = forms.ChoiceField(
        label="Where", choices=Reach, widget=forms.RadioSelect, initial=Reach.EVERYWHERE
    )
    seen = forms.CharField(required=False, max_length=200, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        name = clean(asked.get("suggested")) or clean(asked.get("name"))
        if not name and "name" not in self.errors:
            self.add_error("name", NOBODY_SAID)
        return {**asked, "name": name}


class TextForm(forms.Form):
    """What is said in a turn: one paragraph."""

    text = forms.CharField(
        label="What was said",
        max_length=LONGEST_TEXT,
        error_messages={"required": "A turn says something; take it back to see the original."},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        text = clean(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return text


class AgainForm(forms.Form):
    """What is to be different about another transcription, as far as the provider can be told."""

    language = forms.ChoiceField(label="Language of the meeting", choices=Language, required=False)
    summary = forms.ChoiceField(label="Summary", choices=Summary, required=False)
    finds_tasks = forms.BooleanField(label="List the action items", required=False)
    finds_names = forms.BooleanField(label="List the names that were spoken of", required=False)

    def __init__(self, *args: Any, capabilities: Capabilities, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = capabilities.options
        offered = {
            "language": capabilities.hears_language_again,
            "summary": bool(options.summaries),
            "finds_tasks": options.finds_tasks,
            "finds_names": options.finds_names,
        }
        for name, is_offered in offered.items():
            if not is_offered:
                del self.fields[name]
        if "summary" in self.fields:
            kept = [pair for pair in Summary.choices if pair[0] in ("", *options.summaries)]
            self.fields["summary"].choices = kept  # type: ignore[attr-defined]

    @property
    def wish(self) -> Wish:
        return Wish(**self.cleaned_data)


class ChangesForm(forms.Form):
    """`?since=12`: what changed after that revision."""

    since = forms.IntegerField(min_value=0)
