"""Who talks when: a lane per speaker over the length of a recording, and the figures beside it.

A lane is one SVG path of bars in a box WIDTH wide and HEIGHT high, however long the recording is.
What lies closer together than a unit becomes one bar, so three hours of talk stay a few kilobytes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.models import CharField, F, Func, Value
from django.db.models.functions import Length

from recordings.fragments import NOBODY
from recordings.models import Transcript

WIDTH, HEIGHT = 1200, 10
MOST_LANES = 8
QUESTION_MARKS = "?？؟⸮"


class Spoken(NamedTuple):
    """What is needed of an utterance."""

    speaker: str
    start_ms: int
    end_ms: int
    questions: int


@dataclass(slots=True)
class Speaker:
    """One voice. Utterances of the same voice in a row are one turn; the longest is kept."""

    name: str
    number: int  # in order of appearance, as the transcript numbers them; 0: nobody knows who
    seconds: float = 0.0
    turns: int = 0
    questions: int = 0
    longest_ms: int = 0
    longest_at_ms: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    tint: int  # 1 to MOST_LANES
    path: str


@dataclass(frozen=True, slots=True)
class Timeline:
    length_ms: int
    lanes: tuple[Lane, ...]
    chapters: str  # a path of strokes


def speakers(transcript: Transcript) -> list[Speaker]:
    """Everybody who speaks, who speaks longest first."""
    without = Func(F("text"), Value(QUESTION_MARKS), Value(""), function="translate",
                   output_field=CharField())  # fmt: skip
    rows = transcript.utterances.order_by("index").values_list(
        "speaker", "start_ms", "end_ms", Length("text") - Length(without)
    )
    return figures(map(Spoken._make, rows))


def figures(spoken: Iterable[Spoken]) -> list[Speaker]:
    """The same from utterances in the order of the transcript."""
    found: dict[str, Speaker] = {}
    named = 0
    for name, group in groupby(spoken, key=attrgetter("speaker")):
        if name not in found:
            named += bool(name)
            found[name] = Speaker(name or NOBODY, named if name else 0)
        speaker, said = found[name], list(group)
        begin, end = said[0].start_ms, max(one.end_ms for one in said)
        speaker.turns += 1
        speaker.questions += sum(one.questions for one in said)
        speaker.seconds += sum(one.end_ms - one.start_ms for one in said) / 1000
        speaker.spans += [(one.start_ms, one.end_ms) for one in said]
        if end - begin > speaker.longest_ms:
            speaker.longest_ms, speaker.longest_at_ms = end - begin, begin
    return sorted(found.values(), key=lambda speaker: -speaker.seconds)


def timeline(
    speakers: Sequence[Speaker], length_ms: int, chapter_starts: Iterable[int]
) -> Timeline | None:
    """The lanes of a recording of `length_ms`; who speaks little shares the last. None: silence."""
    length_ms = max([length_ms, *(end for one in speakers for _, end in one.spans)])
    if not speakers or not length_ms:
        return None
    alone = speakers if len(speakers) <= MOST_LANES else speakers[: MOST_LANES - 1]
    lanes = [
        Lane(speaker.name, tint, _bars(speaker.spans, length_ms))
        for tint, speaker in enumerate(alone, 1)
    ]
    if rest := speakers[len(alone) :]:
        spans = sorted(span for speaker in rest for span in speaker.spans)
        lanes.append(Lane(f"{len(rest)} others", MOST_LANES, _bars(spans, length_ms)))
    strokes = (f"M{start * WIDTH // length_ms} 0v{HEIGHT}" for start in chapter_starts if start)
    return Timeline(length_ms, tuple(lanes), "".join(strokes))


def _bars(spans: Iterable[tuple[int, int]], length_ms: int) -> str:
    bars: list[list[int]] = []
    for start, end in spans:
        left = start * WIDTH // length_ms
        right = max(left + 1, -(-end * WIDTH // length_ms))
        if bars and left <= bars[-1][1]:
            bars[-1][1] = max(bars[-1][1], right)
        else:
            bars.append([left, right])
    return "".join(f"M{left} 0H{right}V{HEIGHT}H{left}z" for left, right in bars)
