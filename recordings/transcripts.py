"""From a provider's transcript to turns. Reads what is there and never trips over what is not.

    {"provider": "gladia", "result": {"languages": ["en"], "utterances": [
        {"speaker": "Ada Moss", "text": "Good morning.", "start": 4.1, "end": 5.02, "words": [
            {"word": "Good", "start": 4.1, "end": 4.32}, {"word": " morning.", …}]}]}}

Words may carry their own spaces, differ from the text in case or punctuation, overlap or be
missing, so each is looked for in the text of its turn, a little way ahead of the one before it; a
word that is not there is left out, and its turn is read without it. Text is brought to one line
with single spaces: what timings.py counts in, and what a browser shows anyway.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from recordings import timings
from recordings.timings import Word, rounded

LOOK_AHEAD = 40  # characters; further away it is another word that looks the same
LATEST_MS = 2**31 // 100 * 100 - 100  # what the database's integer holds: 24 days
PER_SECOND = 1000 // timings.UNIT_MS


class Unreadable(Exception):
    """Not a transcript at all; the message is for people."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of one speaker; has the fields of an Utterance."""

    index: int
    speaker: str
    start_ms: int
    end_ms: int
    text: str
    words: str
    word_count: int
    language: str = ""


@dataclass(frozen=True, slots=True)
class ParsedTranscript:
    turns: tuple[Turn, ...]
    language: str
    provider: str

    @property
    def word_count(self) -> int:
        return sum(turn.word_count for turn in self.turns)

    def talk_seconds(self) -> dict[str, float]:
        return talk_seconds(self.turns)


def talk_seconds(turns: Iterable[Turn]) -> dict[str, float]:
    """How long each named speaker spoke, in order of appearance."""
    seconds: dict[str, float] = {}
    for turn in turns:
        if turn.speaker:
            length = (turn.end_ms - turn.start_ms) / 1000
            seconds[turn.speaker] = seconds.get(turn.speaker, 0.0) + length
    return seconds


def parse(data: object) -> ParsedTranscript:
    """Read a transcription document; nothing said is a transcript without turns."""
    if not isinstance(data, dict):
        raise Unreadable("The transcript is not in a form that can be read.")
    result = data.get("result")
    result = result if isinstance(result, dict) else {}
    spoken = sorted(_utterances(result.get("utterances")), key=lambda turn: turn.start_ms)
    turns = tuple(replace(turn, index=index) for index, turn in enumerate(spoken))
    languages = result.get("languages")
    first = languages[0] if isinstance(languages, list) and languages else ""
    return ParsedTranscript(
        turns=turns,
        language=clean(first)[:16] or _commonest_language(turns),
        provider=clean(data.get("provider"))[:40],
    )


def clean(value: object) -> str:
    """One line of text that the database and a browser both take as it is; empty if it is none."""
    if not isinstance(value, str):
        return ""
    if not value.isprintable():
        value = value.replace("\x00", "").replace("\ufeff", " ")
        value = value.encode("utf-8", "replace").decode()
    return " ".join(value.split())


def milliseconds(value: object) -> int | None:
    """Seconds from the wire, as a moment that can be stored; None if they are no moment."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return min(rounded(max(0, min(value, LATEST_MS)) * 1000), LATEST_MS)


def name_of(value: object) -> str:
    """A speaker's name; providers that only count them send a number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"Speaker {value + 1}"[:200]
    return clean(value)[:200]


def _utterances(value: object) -> Iterator[Turn]:
    for utterance in value if isinstance(value, list) else ():
        if isinstance(utterance, dict) and (turn := _turn(utterance)):
            yield turn


def _turn(utterance: dict[str, object]) -> Turn | None:
    wire_words = utterance.get("words")
    wire_words = wire_words if isinstance(wire_words, list) else []
    text = clean(utterance.get("text")) or _joined(wire_words)
    if not text:
        return None
    start = milliseconds(utterance.get("start"))
    spoken = _as_runs(wire_words, text, start) or _as_found(wire_words, text, start)
    end = milliseconds(utterance.get("end"))
    return Turn(
        index=0,
        speaker=name_of(utterance.get("speaker")),
        start_ms=spoken.start_ms,
        end_ms=max(spoken.start_ms, spoken.end_ms if end is None else end),
        text=text,
        words=spoken.packed,
        word_count=spoken.count or len(text.split()),
        language=clean(utterance.get("language"))[:16],
    )


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The words of one turn, and the time they span."""

    packed: str
    count: int
    start_ms: int
    end_ms: int


def _as_runs(wire_words: list[Any], text: str, start_ms: int | None) -> _Spoken | None:
    """The usual turn, quickly: its words are the runs of its text and their times are in order."""
    try:
        if [wire["word"].strip() for wire in wire_words] != text.split(" "):
            return None
        begins = [round(wire["start"] * PER_SECOND) for wire in wire_words]
        ends = [round(wire["end"] * PER_SECOND) for wire in wire_words]
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None
    base = begins[0] if start_ms is None else start_ms // timings.UNIT_MS
    lengths = [end - begin for begin, end in zip(begins, ends, strict=True)]
    in_order = 0 <= base <= begins[0] and begins == sorted(begins) and min(lengths) >= 0
    if not in_order or max(ends) > LATEST_MS // timings.UNIT_MS:
        return None
    return _Spoken(
        packed=timings.pack_runs([begin - base for begin in begins], lengths),
        count=len(begins),
        start_ms=base * timings.UNIT_MS,
        end_ms=max(ends) * timings.UNIT_MS,
    )


def _as_found(wire_words: list[Any], text: str, start_ms: int | None) -> _Spoken:
    """Any other turn: each word that can be found in the text, times brought into order."""
    words = list(_located(wire_words, text, start_ms or 0))
    if start_ms is None:
        start_ms = words[0].start_ms if words else 0
    return _Spoken(
        packed=timings.pack(words, turn_start_ms=start_ms, text=text),
        count=len(words),
        start_ms=start_ms,
        end_ms=max((word.end_ms for word in words), default=start_ms),
    )


def _located(wire_words: list[Any], text: str, turn_start_ms: int) -> Iterator[Word]:
    """Each word that stands in `text`, with its place; starts never run backwards."""
    folded = text.lower()
    folded = folded if len(folded) == len(text) else text
    after, start = 0, turn_start_ms
    for wire in wire_words:
        if not isinstance(wire, dict) or not (token := clean(wire.get("word"))):
            continue
        if (first := _find(token, text, folded, after)) < 0:
            continue
        begin = milliseconds(wire.get("start"))
        start = max(start, start if begin is None else begin)
        end = milliseconds(wire.get("end"))
        after = first + len(token)
        yield Word(start, max(start, start if end is None else end), first, after)


def _find(token: str, text: str, folded: str, after: int) -> int:
    if text.startswith(token, after + (after > 0)):  # nearly always the very next one
        return after + (after > 0)
    limit = after + len(token) + LOOK_AHEAD
    first = text.find(token, after, limit)
    return first if first >= 0 else folded.find(token.lower(), after, limit)


def _joined(wire_words: list[Any]) -> str:
    """The text of a turn that came as words only."""
    spoken = (wire.get("word") for wire in wire_words if isinstance(wire, dict))
    return clean(" ".join(word for word in spoken if isinstance(word, str)))


def _commonest_language(turns: tuple[Turn, ...]) -> str:
    languages = Counter(turn.language for turn in turns if turn.language)
    return languages.most_common(1)[0][0] if languages else ""
