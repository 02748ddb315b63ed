"""Word times for a turn whose text was put right.

    came   "we ship the bugdet"       3,b 1c,9 2,8 …     each word at its moment
    now    "We ship the budget today" words that stayed keep theirs; new ones share what is between

A turn without word times stays one.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from recordings import timings
from recordings.timings import Word
from recordings.transcripts import Turn

Op = tuple[int, int, int, int]  # words [i1, i2) of one text stand for [j1, j2) of the other


def reworded(came: Turn, text: str) -> Turn:
    """`came` saying `text`, with the times of its words as far as they are known."""
    words, count = "", len(text.split())
    if came.words:
        spoken = list(timings.unpack(came.words, turn_start_ms=came.start_ms, text=came.text))
        words = timings.pack(_timed(came, spoken, text), turn_start_ms=came.start_ms, text=text)
    return Turn(
        index=came.index,
        speaker=came.speaker,
        start_ms=came.start_ms,
        end_ms=came.end_ms,
        text=text,
        words=words,
        word_count=count,
        language=came.language,
    )


def plain(words: Sequence[str]) -> list[str]:
    """Words as they are compared: without case and the signs around them."""
    return [word.casefold().strip(".,;:!?…\"'“”‘’()[]«»-–—") or word for word in words]


def changes(before: Sequence[str], after: Sequence[str]) -> list[Op]:
    """Where two texts differ, word by word; signs and case count as a difference."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [(i1, i2, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]


def _timed(came: Turn, spoken: Sequence[Word], text: str) -> Iterator[Word]:
    runs = text.split(" ")
    said = plain([came.text[word.first : word.last] for word in spoken])
    matcher = SequenceMatcher(None, said, plain(runs), autojunk=False)
    times: list[tuple[int, int] | None] = [None] * len(runs)
    for i, j, size in matcher.get_matching_blocks():
        for step in range(size):
            times[j + step] = spoken[i + step].start_ms, spoken[i + step].end_ms
    first = 0
    for run, (start, end) in zip(runs, _filled(times, came), strict=True):
        yield Word(start, end, first, first + len(run))
        first += len(run) + 1


def _filled(times: list[tuple[int, int] | None], came: Turn) -> list[tuple[int, int]]:
    """Words nobody timed share the gap between their neighbours; starts never run backwards."""
    known = [-1, *(at for at, time in enumerate(times) if time), len(times)]
    filled: list[tuple[int, int]] = [time or (0, 0) for time in times]
    for left, right in pairwise(known):
        end = filled[right][0] if right < len(times) else came.end_ms
        begin = min(end, filled[left][1] if left >= 0 else came.start_ms)
        share = max(0, end - begin) / max(1, right - left - 1)
        for place in range(left + 1, right):
            start = timings.rounded(begin + share * (place - left - 1))
            filled[place] = start, timings.rounded(start + share)
    return _in_order(filled, came.start_ms)


def _in_order(times: list[tuple[int, int]], start_ms: int) -> list[tuple[int, int]]:
    ordered, at = [], start_ms
    for start, end in times:
        at = max(at, start)
        ordered.append((at, max(at, end)))
    return ordered
