"""Which turns of one transcription are those of another, of the same sound.

A turn belongs to the one it shares most time with; the same voice counts double, so that a short
word said into somebody's long speech stays with whoever said it.
"""

from bisect import bisect_left
from collections.abc import Sequence

from recordings.transcripts import Turn

SAME_VOICE = 2.0
LEAST_SHARED = 0.3  # of a turn; below, it is another one that happens to touch it
A_MOMENT = 1  # ms; a turn nobody timed still has a place


def counterparts(before: Sequence[Turn], now: Sequence[Turn]) -> list[int | None]:
    """For each turn of `now`, which turn of `before` it is; both are in the order of time."""
    starts = [turn.start_ms for turn in before]
    longest = max((turn.end_ms - turn.start_ms for turn in before), default=0)
    return [_counterpart(turn, before, starts, longest) for turn in now]


def are_same(before: Sequence[Turn], now: Sequence[Turn]) -> bool:
    """Whether both say the same, by the same voices, at the same moments."""
    return len(before) == len(now) and all(
        _facts(one) == _facts(other) for one, other in zip(before, now, strict=True)
    )


def _counterpart(turn: Turn, before: Sequence[Turn], starts: list[int], longest: int) -> int | None:
    best, best_share = None, 0.0
    first = bisect_left(starts, turn.start_ms - longest)
    for place in range(first, bisect_left(starts, turn.end_ms + A_MOMENT)):
        other = before[place]
        shared = min(turn.end_ms, other.end_ms) - max(turn.start_ms, other.start_ms) + A_MOMENT
        length = turn.end_ms - turn.start_ms + A_MOMENT
        if shared < length * LEAST_SHARED:
            continue
        together = length + other.end_ms - other.start_ms + A_MOMENT - shared
        share = shared / together
        if turn.speaker and turn.speaker == other.speaker:
            share *= SAME_VOICE
        if share > best_share:
            best, best_share = place, share
    return best


def _facts(turn: Turn) -> tuple[str, int, int, str, str]:
    return turn.speaker, turn.start_ms, turn.end_ms, turn.text, turn.words
