"""The form that a bot is asked for by, and the one that changes it before it goes."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

from accounts.models import Workspace
from accounts.names import NameField, refuse_hidden
from bots import duplicates, pasted
from bots.links import meeting_key
from bots.models import Bot
from bots.setup import (
    LONGEST_ENTRY_MESSAGE,
    LONGEST_NAME,
    SETUP_FIELDS,
    Language,
    View,
    defaults_of,
    name_for,
)

NOW, LATER = "now", "later"
A_LITTLE_LATE = timedelta(minutes=5)
MOST_DAYS_AHEAD = 90
LONGEST_PASTE = 20_000
GIVEN = (*SETUP_FIELDS, "name", "title")
TAKEN = "A bot is already on its way to this meeting."
WANTED = "This meeting is to be recorded already: a bot is being arranged for it."


class SetupForm(forms.Form):
    """How a bot goes."""

    name = NameField(
        label="Bot name", max_length=LONGEST_NAME, help_text="People in the meeting see it."
    )
    view = forms.ChoiceField(label="What to record", choices=View.choices)
    entry_message = forms.CharField(
        label="Message to the chat",
        max_length=LONGEST_ENTRY_MESSAGE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The bot writes it into the meeting’s chat when it comes in.",
    )
    is_transcribed = forms.BooleanField(label="Make a transcript", required=False)
    language = forms.ChoiceField(
        label="Language of the meeting", choices=Language.choices, required=False
    )

    def clean_entry_message(self) -> str:
        message: str = self.cleaned_data["entry_message"]
        for line in message.splitlines():
            refuse_hidden(line)
        return message

    @property
    def wishes(self) -> dict[str, Any]:
        """What was asked for besides where and when."""
        return {field: self.cleaned_data[field] for field in GIVEN if field in self.fields}


class MeetingForm(SetupForm):
    """Where a bot goes and how. `pasted` is what the link is read as."""

    link = forms.CharField(
        label="Meeting link",
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Zoom, Google Meet or Microsoft Teams. You can paste the whole invitation.",
    )
    title = NameField(
        label="What the meeting is called",
        max_length=500,
        required=False,
        help_text="You find the recording by it.",
    )
    date = forms.DateField(
        label="Day", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label="Time", required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    order_id = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.workspace = workspace
        self.pasted = pasted.Pasted()
        self.duplicate: Bot | None = None
        self.meeting: Any = None  # an event of a calendar that will be recorded, without a bot yet
        self.fields["time"].help_text = f"In {timezone.get_current_timezone()}."

    def clean_link(self) -> str:
        self.pasted = pasted.read(self.cleaned_data["link"])
        if self.pasted.problem:
            raise ValidationError(self.pasted.problem)
        return self.pasted.url

    def clean_order_id(self) -> str:
        return self.cleaned_data["order_id"] or uuid4().hex

    def moment(self, asked: dict[str, Any]) -> datetime | None:
        """Day and time in the zone of the person; what is missing or past is said at its field."""
        for name in ("date", "time"):
            if not asked.get(name) and name not in self.errors:
                self.add_error(name, f"Which {'day' if name == 'date' else 'time'}?")
        if not (asked.get("date") and asked.get("time")):
            return None
        try:
            moment = from_current_timezone(datetime.combine(asked["date"], asked["time"]))
        except ValidationError:
            self.add_error("time", "The clocks are changed then: this time comes twice or never.")
            return None
        now = timezone.now()
        if moment < now - A_LITTLE_LATE:
            self.add_error("date", "That is over. Choose a time to come, or send the bot now.")
        elif moment > now + timedelta(days=MOST_DAYS_AHEAD):
            self.add_error("date", f"At most {MOST_DAYS_AHEAD} days ahead.")
        else:
            return moment
        return None

    def look_for_duplicate(self, asked: dict[str, Any]) -> None:
        """Tell of a bot that is, or will be, in this meeting; there may be only the wish so far."""
        if asked.get("link") and asked.get("starts_at"):
            self.duplicate = duplicates.find(
                self.workspace,
                meeting_url=asked["link"],
                starts_at=asked["starts_at"],
                except_order=asked.get("order_id", ""),
            )
            self.meeting = (
                None
                if self.duplicate
                else duplicates.find_wanted(
                    self.workspace, meeting_url=asked["link"], starts_at=asked["starts_at"]
                )
            )


class SendForm(MeetingForm):
    """Asks for a bot. `order_id` makes the same form, sent in twice, the same wish."""

    when = forms.ChoiceField(
        label="When",
        choices=[(NOW, "Now"), (LATER, "Later")],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    anyway = forms.BooleanField(label="Send another bot all the same", required=False)

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        asked["starts_at"] = timezone.now() if asked.get("when") == NOW else self.moment(asked)
        self.look_for_duplicate(asked)
        if not (asked.get("anyway") and self.may_insist):
            if self.duplicate:
                self.add_error(None, TAKEN)
            elif self.meeting:
                self.add_error(None, WANTED)
        return asked

    @property
    def may_insist(self) -> bool:
        """Another meeting in the same room may be meant, but not in the same minute."""
        if self.meeting:
            return True
        asked = self.cleaned_data
        key = meeting_key(asked["link"], asked["starts_at"])
        return self.duplicate is not None and self.duplicate.meeting_key != key


class AgainForm(forms.Form):
    """`?again=` names the bot to begin with."""

    again = forms.SlugField(required=False, max_length=40)


class ChangeForm(MeetingForm):
    """Changes a bot that has not set out; what was wanted before and failed is still filled in."""

    def __init__(self, data: Any = None, *, lock_window: timedelta, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.lock_window = lock_window

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        asked["starts_at"] = self.moment(asked)
        if asked["starts_at"] and asked["starts_at"] < timezone.now() + self.lock_window:
            self.add_error(
                "time",
                "A booked bot can be moved to a time that is at least "
                f"{round(self.lock_window.total_seconds() / 60)} minutes away. For a meeting that "
                "starts sooner, call this one off and send another.",
            )
        self.look_for_duplicate(asked)
        if self.duplicate:
            self.add_error(None, TAKEN)
        return asked


def first_values(workspace: Workspace) -> dict[str, Any]:
    """What an empty form starts with."""
    usual = defaults_of(workspace)
    setup = {field: getattr(usual, field) for field in SETUP_FIELDS}
    name = usual.name or name_for(workspace)
    return {**setup, "name": name, "when": NOW, "order_id": uuid4().hex}


def values_of(bot: Bot) -> dict[str, Any]:
    """What a form starts with that is about a bot there is; a failed change is not forgotten."""
    wanted = {**bot.declined, **bot.wanted}
    link = wanted.pop("meeting_url", bot.meeting_url)
    starts_at = timezone.localtime(
        datetime.fromisoformat(wanted.pop("starts_at", bot.starts_at.isoformat()))
    )
    given = {field: getattr(bot, field) for field in GIVEN}
    return {
        **given,
        **wanted,
        "link": link,
        "order_id": bot.order_id,
        "date": starts_at.date(),
        "time": starts_at.time(),
    }
