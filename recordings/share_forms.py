"""What people say when they share a recording, and what a visitor says at its door."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils import timezone

from accounts.addresses import AddressesField
from recordings.models import Recording
from recordings.moments import MomentField
from recordings.sharing import Wish

SHORTEST_PASSCODE = 4
PLACE = re.compile(r"(?:(\d{1,2}):)?(\d{1,4}):(\d{1,2})|(\d{1,6})", re.ASCII)


class Who(TextChoices):
    LINK = "link", "Anyone with the link"
    PEOPLE = "people", "People I name, each with a link of their own"


class What(TextChoices):
    WHOLE = "whole", "All of it"
    PART = "part", "A part of it"


class Until(TextChoices):
    WEEK = "7", "For 7 days"
    MONTH = "30", "For 30 days"
    DAY = "day", "Until a day"
    OPEN = "", "Until I revoke it"


class PlaceField(forms.CharField):
    """A place in the recording as people write it (12:04, 1:02:05, 90); in seconds."""

    def clean(self, value: object) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        found = PLACE.fullmatch(text.strip())
        if not found:
            raise ValidationError("Write a time such as 12:04.")
        if found[4]:
            return int(found[4])
        return int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])


class ShareForm(forms.Form):
    """Who, what, until when, behind which passcode, and whether it may be saved."""

    who = forms.ChoiceField(label="Who can open it", choices=Who, widget=forms.RadioSelect)
    emails = AddressesField(
        label="Their email addresses",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="One per line, or with commas between them. Each gets a mail with the link.",
    )
    what = forms.ChoiceField(label="What they see", choices=What, widget=forms.RadioSelect)
    begin = PlaceField(required=False, max_length=10, label="From")
    end = PlaceField(required=False, max_length=10, label="To")
    text_only = forms.BooleanField(required=False, label="Only the text, no picture and sound")
    until = forms.ChoiceField(
        required=False, label="How long", choices=Until, widget=forms.RadioSelect
    )
    day = forms.DateField(
        required=False,
        label="The last day",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    passcode = forms.CharField(
        required=False,
        min_length=SHORTEST_PASSCODE,
        max_length=100,
        label="Passcode",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Tell it to them another way than the link. It cannot be read again here.",
    )
    download = forms.BooleanField(required=False, label="They may save the file and the text")
    BEGINS: ClassVar = {"who": Who.LINK, "what": What.WHOLE, "until": Until.MONTH}

    def __init__(self, data: object = None, *, recording: Recording, **initial: Any) -> None:
        super().__init__(data, initial={**self.BEGINS, **initial})  # type: ignore[arg-type]
        self.recording = recording

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        if asked.get("who") == Who.PEOPLE and "emails" not in self.errors and not asked["emails"]:
            self.add_error("emails", "Name at least one person.")
        if asked.get("what") == What.PART:
            self._check_part(asked)
        if asked.get("until") == Until.DAY:
            self._check_day(asked.get("day"))
        return asked

    def _check_part(self, asked: dict[str, Any]) -> None:
        if "begin" in self.errors or "end" in self.errors:
            return
        begin, end = asked.get("begin") or 0, asked.get("end")
        length = self.recording.duration_seconds
        if end is None:
            self.add_error("end", "Say where the part ends.")
        elif end <= begin:
            self.add_error("end", "The part ends before it begins.")
        elif length and begin >= length:
            self.add_error("begin", "The recording is over by then.")

    def _check_day(self, day: date | None) -> None:
        if "day" in self.errors:
            return
        if day is None:
            self.add_error("day", "Choose the last day.")
        elif day < timezone.localdate():
            self.add_error("day", "This day is over.")

    @property
    def wish(self) -> Wish:
        asked = self.cleaned_data
        is_part = asked["what"] == What.PART
        return Wish(
            emails=asked["emails"] if asked["who"] == Who.PEOPLE else (),
            start_ms=(asked["begin"] or 0) * 1000 if is_part else None,
            end_ms=asked["end"] * 1000 if is_part else None,
            is_text_only=asked["text_only"],
            can_download=asked["download"],
            expires_at=_expiry(asked["until"], asked["day"]),
            passcode=asked["passcode"],
        )


def _expiry(until: str, day: date | None) -> datetime | None:
    """A day counts whole, in the zone of the person who chose it."""
    if until == Until.DAY and day:
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
    return timezone.now() + timedelta(days=int(until)) if until.isdigit() else None


class PasscodeForm(forms.Form):
    """What opens a share that is locked."""

    passcode = forms.CharField(
        max_length=100,
        strip=True,
        label="Passcode",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class SharedForm(forms.Form):
    """`?t=312` and `?t=312-340`: where to begin, and where to stop."""

    t = MomentField()
