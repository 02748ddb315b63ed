"""The form of what a workspace's bots do, with what the workspace's provider has and no more."""

from collections.abc import Iterator
from typing import Any

from django import forms

from accounts.models import Workspace
from accounts.names import NameField
from bots import pictures
from bots.setup import MINUTE, BotDefaults, name_for
from upstream.models import UpstreamAccount
from upstream.options import BotOptions, Span
from upstream.registry import capabilities_of

# field → what the provider must have, and how many seconds its number counts
SPANS = {
    "waiting_room_minutes": ("waiting_room", MINUTE),
    "nobody_joined_minutes": ("nobody_joined", MINUTE),
    "everyone_left_seconds": ("everyone_left", 1),
    "silence_minutes": ("silence", MINUTE),
    "longest_recording_minutes": ("longest_recording", MINUTE),
}
FIELD_OF = {part: name for name, (part, _) in SPANS.items()}
GROUPS = {
    "The bot": ("name", "entry_message"),
    "The recording": ("view", "starts_on", "longest_recording_minutes"),
    "The transcript": (
        "is_transcribed",
        "transcriber",
        "language",
        "parts_voices",
        "summary",
        "finds_tasks",
        "finds_names",
    ),
    "When it leaves by itself": tuple(name for name in SPANS if not name.startswith("longest")),
}
# What a person would call the part that is missing, after “cannot be told …”.
WITHOUT = {
    "starts_on": "when the recording begins",
    "longest_recording_minutes": "how long a recording may last",
    "transcriber": "who makes the transcript",
    "parts_voices": "to hear each person by a sound of their own",
    "summary": "to make a summary",
    "finds_tasks": "to list what people said they would do",
    "finds_names": "to list the names that were spoken of",
    "waiting_room_minutes": "how long to wait to be let in",
    "nobody_joined_minutes": "how long to wait for the first person",
    "everyone_left_seconds": "how long to stay after everyone has left",
    "silence_minutes": "how long to bear silence",
}


class BotDefaultsForm(forms.ModelForm[BotDefaults]):
    """A number left empty is the usual one. `missing` is what the provider lets nobody say."""

    class Meta:
        model = BotDefaults
        fields = [name for group in GROUPS.values() for name in group]
        field_classes = {"name": NameField}
        labels = {
            "name": "Bot name",
            "view": "What to record",
            "entry_message": "Message to the chat",
            "is_transcribed": "Make a transcript",
            "language": "Language of the meetings",
            "transcriber": "Who makes it",
            "parts_voices": "Hear each person by a sound of their own",
            "summary": "Summary",
            "finds_tasks": "List the action items",
            "finds_names": "List the names that were spoken of",
            "starts_on": "When the recording begins",
            "longest_recording_minutes": "Longest recording, in minutes",
            "waiting_room_minutes": "Waiting to be let in, in minutes",
            "nobody_joined_minutes": "Nobody has joined, in minutes",
            "everyone_left_seconds": "Everyone has left, in seconds",
            "silence_minutes": "Nobody has spoken, in minutes",
        }
        widgets = {"entry_message": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "entry_message": "Each bot writes it into the meeting’s chat when it comes in.",
            "view": "Sound only makes smaller files, and nobody’s face or screen is kept.",
            "starts_on": "What is said before is in no recording.",
            "longest_recording_minutes": "The bot leaves then, and what it has is kept. Left "
            "empty: as long as the meeting lasts.",
            "language": "Naming it helps where everybody speaks the same one.",
            "transcriber": "",
            "parts_voices": "Helps to tell apart people who speak at the same time, where the "
            "meeting allows it.",
            "summary": "Made from the transcript. It stands beside the recording.",
            "finds_tasks": "What somebody said would be done, as a list beside the recording.",
            "finds_names": "People, places, firms and dates, each with the moment it came up.",
            "waiting_room_minutes": "If nobody lets it in for so long, the bot gives up. Google "
            "Meet turns it away after about 10 minutes in any case.",
            "nobody_joined_minutes": "The bot is in, but alone: it leaves after so long.",
            "everyone_left_seconds": "A little longer helps where people drop out and come back.",
            "silence_minutes": "The bot leaves a meeting in which nobody speaks for so long; "
            "what it has by then is kept.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workspace = self.instance.workspace
        account = UpstreamAccount.objects.for_workspace(workspace)
        capabilities = capabilities_of(account) if account else None
        self.service = capabilities.name if capabilities else ""
        self.options = capabilities.options if capabilities else BotOptions()
        name = self.fields["name"]
        name.help_text = f"People in a meeting see it. Left empty: “{name_for(workspace)}”."
        name.validators = [*name.validators, _not_longer_than(self.options.longest_name)]
        self._offer_numbers()
        self._offer_choices()
        for part, note in self.options.notes.items():
            field = self.fields[FIELD_OF.get(part, part)]
            field.help_text = f"{field.help_text} {note}"

    def clean(self) -> dict[str, Any]:
        """Left empty, a number is the usual one."""
        asked = super().clean() or self.cleaned_data
        for name in SPANS:
            if name in self.fields and name not in self.errors and asked.get(name) is None:
                asked[name] = _usual(name)
        return asked

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        for legend, names in GROUPS.items():
            if shown := [self[name] for name in names if name in self.fields]:
                yield legend, shown

    @property
    def told(self) -> Iterator[tuple[str, str]]:
        """What is set, for those who may not change it."""
        usual = self.instance
        for field in self.visible_fields():
            value = getattr(usual, field.name)
            if choices := getattr(field.field, "choices", None):
                value = dict(choices).get(value or "", value)
            if field.name == "name":
                value = value or name_for(usual.workspace)
            words = {True: "Yes", False: "No", None: "As long as the meeting", "": "None"}
            yield str(field.label), str(words.get(value, value) if value in words else value)

    @property
    def missing(self) -> list[str]:
        """What the provider cannot be told, as the end of a sentence."""
        absent = (WITHOUT[name] for name in WITHOUT if name not in self.fields)
        return list(absent) if self.service else []

    def _offer_numbers(self) -> None:
        for name, (part, unit) in SPANS.items():
            span: Span | None = getattr(self.options, part)
            if span is None:
                del self.fields[name]
                continue
            least, most = -(-span.least // unit), span.most // unit
            usual = _usual(name)
            help_text = self.fields[name].help_text
            tail = "" if usual is None else f" Left empty: {usual}."
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label,
                min_value=least,
                max_value=most,
                required=False,
                help_text=f"{help_text} From {least} to {most}.{tail}",
            )

    def _offer_choices(self) -> None:
        options = self.options
        self._choose("view", [*options.views, self.instance.view])
        self._choose("starts_on", list(options.starts))
        self._choose("summary", ["", *options.summaries])
        if len(options.transcribers) > 1:
            self.fields["transcriber"] = forms.ChoiceField(
                label="Who makes it",
                required=False,
                choices=list(options.transcribers.items()),
                help_text="Another one may be better in your language.",
            )
            self.initial["transcriber"] = options.transcriber(self.instance.transcriber)
        else:
            del self.fields["transcriber"]
        for name, is_offered in (
            ("parts_voices", options.can_part_voices),
            ("finds_tasks", options.finds_tasks),
            ("finds_names", options.finds_names),
        ):
            if not is_offered:
                del self.fields[name]

    def _choose(self, name: str, offered: list[str]) -> None:
        """Of all there are, those the provider has; a choice of one is none."""
        field = self.fields[name]
        kept = [pair for pair in field.choices if pair[0] in offered]  # type: ignore[attr-defined]
        if len(kept) < 2:
            del self.fields[name]
        else:
            field.choices = kept  # type: ignore[attr-defined]
            field.required = name == "view"

    def clean_starts_on(self) -> str:
        usual: str = _usual("starts_on")
        return self.cleaned_data["starts_on"] or usual


class PictureForm(forms.Form):
    """A picture for the bots; `jpeg` is what becomes of it."""

    picture = forms.FileField(
        label="Picture",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="JPEG, PNG or WebP, at most 5 MB. Wide ones, 16 to 9, fill the frame.",
    )

    def clean_picture(self) -> bytes:
        given = self.cleaned_data["picture"]
        if given.size > pictures.MOST_BYTES:
            raise forms.ValidationError("This file is too large. At most 5 MB, please.")
        return pictures.as_jpeg(given.read())


def _usual(name: str) -> Any:
    return getattr(BotDefaults(), name)


def can_show_picture(workspace: Workspace) -> bool:
    account = UpstreamAccount.objects.for_workspace(workspace)
    return bool(account and capabilities_of(account).options.shows_picture)


def _not_longer_than(most: int) -> Any:
    def check(value: str) -> None:
        if len(value) > most:
            raise forms.ValidationError(f"The recording service takes at most {most} characters.")

    return check
