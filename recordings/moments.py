"""A moment or a range in an address: `?t=312` and `?t=312-340`, in seconds of the recording."""

import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from recordings import excerpts
from recordings.models import Recording
from recordings.transcripts import Turn

LATEST = 7 * 24 * 3600
WRITTEN = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)
MOST_QUOTED = 600  # characters; a longer range is quoted from its beginning
AROUND_MS = 15_000  # how far on a single moment is quoted


@dataclass(frozen=True, slots=True)
class Moment:
    """Where to begin, and where to stop if that was said."""

    start: int
    end: int | None = None


class MomentField(forms.CharField):
    """Reads `312` and `312-340`; anything else is wrong."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=20)

    def clean(self, value: object) -> Moment | None:
        text = super().clean(value)
        if not text:
            return None
        found = WRITTEN.fullmatch(text)
        start = int(found[1]) if found else LATEST + 1
        if start > LATEST:
            raise ValidationError("This is no moment of a recording.")
        end = int(found[2]) if found and found[2] else None
        return Moment(start, end if end is not None and start < end <= LATEST else None)


@dataclass(frozen=True, slots=True)
class Quote:
    """What is said there, to be read before it is played."""

    start: int
    end: int | None
    turns: list[Turn]
    is_cut: bool


def quote(recording: Recording, moment: Moment | None) -> Quote | None:
    """The words of a moment in a whole recording."""
    transcript = getattr(recording, "transcript", None)  # a missing one is an AttributeError
    if transcript is None or moment is None:
        return None
    start_ms = moment.start * 1000
    end_ms = moment.end * 1000 if moment.end else start_ms + AROUND_MS
    return among(excerpts.turns_of(transcript, start_ms, end_ms), moment)


def among(turns: list[Turn], moment: Moment) -> Quote | None:
    """The words of a moment among turns that are at hand."""
    start_ms = moment.start * 1000
    end_ms = moment.end * 1000 if moment.end else start_ms + AROUND_MS
    found = list(excerpts.cut(turns, start_ms, end_ms))
    shown: list[Turn] = []
    room = MOST_QUOTED
    for turn in found:
        room -= len(turn.text)
        if room < 0 and shown:
            break
        shown.append(turn)
    return Quote(moment.start, moment.end, shown, len(shown) < len(found)) if shown else None


def written(seconds: int) -> str:
    """A place as people write it: 12:04."""
    minutes, second = divmod(seconds, 60)
    return f"{minutes}:{second:02}"
