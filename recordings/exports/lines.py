"""What an export says, whatever its format: turns, under the names and with the times asked for.

Read from the database a few hundred turns at a time, so that no length fills the memory.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.db import models

from recordings.models import Original, Transcript, Utterance

BATCH = 500
MINUTE_MS = 60_000


class Times(models.TextChoices):
    EACH = "each", "At every turn"
    EVERY = "every", "Every few minutes"
    OFF = "off", "None"


class Wording(models.TextChoices):
    CORRECTED = "corrected", "As people changed it"
    ORIGINAL = "original", "As the provider wrote it"


class Names(models.TextChoices):
    FULL = "full", "Names"
    INITIALS = "initials", "Initials"
    OFF = "off", "None"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody wants the text."""

    times: str = Times.EACH
    minutes: int = 5
    names: str = Names.FULL
    is_merged: bool = False
    wording: str = Wording.CORRECTED

    def stretch(self, start_ms: int) -> int:
        """Which of the stretches between two marks a moment lies in."""
        return start_ms // (self.minutes * MINUTE_MS) if self.times == Times.EVERY else 0


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as it is written; `mark` is a moment to be told before it."""

    speaker: str
    start_ms: int
    end_ms: int
    text: str
    words: str = ""
    mark: int | None = None
    index: int = 0


@dataclass(slots=True)
class Initials:
    """Short names, each for one person: Ada Moss is AM, and Al Munro after her AM2."""

    given: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        if name not in self.given:
            short = "".join(word[0] for word in name.split() if word[0].isalnum()).upper()[:3]
            taken = set(self.given.values())
            wanted = short = short or "?"
            number = 1
            while wanted in taken:
                number += 1
                wanted = f"{short}{number}"
            self.given[name] = wanted
        return self.given[name]


def lines(transcript: Transcript, wishes: Wishes) -> Iterator[Line]:
    """The turns of a transcript as they are wished for."""
    turns = _turns(transcript, is_original=wishes.wording == Wording.ORIGINAL)
    if wishes.is_merged:
        turns = _merged(turns, wishes)
    return _marked(_named(turns, wishes), wishes)


def _turns(transcript: Transcript, *, is_original: bool) -> Iterator[Line]:
    after = -1
    while batch := list(transcript.utterances.filter(index__gt=after).order_by("index")[:BATCH]):
        originals = {}
        if is_original:
            among = transcript.originals.filter(index__range=(batch[0].index, batch[-1].index))
            originals = {one.index: one for one in among}
        for turn in batch:
            yield _line(turn, originals.get(turn.index))
        after = batch[-1].index


def _line(turn: Utterance, original: Original | None) -> Line:
    if original:
        said = original.text, original.words
        return Line(original.speaker, turn.start_ms, turn.end_ms, *said, index=turn.index)
    return Line(turn.speaker, turn.start_ms, turn.end_ms, turn.text, turn.words, index=turn.index)


def _merged(turns: Iterable[Line], wishes: Wishes) -> Iterator[Line]:
    """Join what one person says in a row; of two unknown voices nobody knows if they are one."""
    held: Line | None = None
    for turn in turns:
        is_same = held and turn.speaker and turn.speaker == held.speaker
        if held and is_same and wishes.stretch(turn.start_ms) == wishes.stretch(held.start_ms):
            end_ms = max(held.end_ms, turn.end_ms)
            held = replace(held, text=f"{held.text} {turn.text}", end_ms=end_ms, words="")
            continue
        if held:
            yield held
        held = turn
    if held:
        yield held


def _named(turns: Iterable[Line], wishes: Wishes) -> Iterator[Line]:
    initials = Initials()
    for turn in turns:
        if wishes.names == Names.OFF:
            yield replace(turn, speaker="")
        elif wishes.names == Names.INITIALS:
            yield replace(turn, speaker=initials.of(turn.speaker))
        else:
            yield replace(turn, speaker=turn.speaker or "Unknown speaker")


def _marked(turns: Iterable[Line], wishes: Wishes) -> Iterator[Line]:
    """Tell the time of every turn, or of the first one in each stretch."""
    told = -1
    for turn in turns:
        stretch = wishes.stretch(turn.start_ms)
        is_due = wishes.times == Times.EACH or (wishes.times == Times.EVERY and stretch > told)
        told = max(told, stretch)
        yield replace(turn, mark=turn.start_ms) if is_due else turn
