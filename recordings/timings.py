"""Word times in one short string per turn, the same in the database and in the page.

    "3,b 1c,9 2,8,0,2 9,a,0,2"      one group per word, in the order of the text; base 36

    startDelta,duration                        a word that is the next run of non-spaces in the text
    startDelta,duration,charDelta,charLength   any other, as in languages that need no spaces

    startDelta    since the start of the previous word (the first: of the turn), in 1/100 s
    duration      in 1/100 s
    charDelta     characters between the end of the previous word (the first: 0) and this one
    charLength    characters of this word

Characters are UTF-16 code units, as JavaScript counts them; the text's only space is " ". No number
is negative, so one pass reads it:

    const run = /\\S+/g
    for (const group of words.split(" ")) {
      const [delta, duration, gap, length] = group.split(",").map((n) => parseInt(n, 36))
      start += delta * 10                                   // milliseconds; begins as data-start
      if (length === undefined) [from, to] = [run.exec(text).index, run.lastIndex]
      else [from, to] = [to + gap, to + gap + length]       // `to` begins as 0
      run.lastIndex = to
    }
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
UNIT_MS = 10


def _base36(number: int) -> str:
    digits = DIGITS[number % 36]
    while number := number // 36:
        digits = DIGITS[number % 36] + digits
    return digits


SHORT = [_base36(number) for number in range(1296)]


@dataclass(frozen=True, slots=True)
class Word:
    """A word's place in time (milliseconds of the recording) and in its turn's text."""

    start_ms: int
    end_ms: int
    first: int  # index of its first character
    last: int  # index after its last character


def rounded(milliseconds: float) -> int:
    """The nearest moment that can be packed without loss."""
    return max(0, round(milliseconds / UNIT_MS) * UNIT_MS)


def pack(words: Iterable[Word], *, turn_start_ms: int, text: str) -> str:
    """Write the words of a turn; their times are rounded, they start in the order of the text."""
    start, after = turn_start_ms, 0
    groups = []
    for word in words:
        group = f"{_base36((word.start_ms - start) // UNIT_MS)},"
        group += _base36((word.end_ms - word.start_ms) // UNIT_MS)
        if (word.first, word.last) != _next_run(text, after):
            gap, length = units(text[after : word.first]), units(text[word.first : word.last])
            group += f",{_base36(gap)},{_base36(length)}"
        groups.append(group)
        start, after = word.start_ms, word.last
    return " ".join(groups)


def pack_runs(starts: Sequence[int], durations: Sequence[int]) -> str:
    """The same for words that are just the runs of their text; numbers in 1/100 s.

    This is what a usual transcript of 30,000 words goes through, so it does no more than it must:
    `starts` are seen from the turn's start and never fall.
    """
    deltas = [later - earlier for later, earlier in zip(starts, (0, *starts), strict=False)]
    return " ".join(
        f"{SHORT[delta] if delta < 1296 else _base36(delta)},"
        f"{SHORT[duration] if duration < 1296 else _base36(duration)}"
        for delta, duration in zip(deltas, durations, strict=True)
    )


def unpack(packed: str, *, turn_start_ms: int, text: str) -> Iterator[Word]:
    """Read what `pack` wrote."""
    start, after = turn_start_ms, 0
    for group in packed.split():
        delta, duration, *place = (int(number, 36) for number in group.split(","))
        start += delta * UNIT_MS
        if place:
            first = _skip_units(text, after, place[0])
            after = _skip_units(text, first, place[1])
        else:
            first, after = _next_run(text, after)
        yield Word(start, start + duration * UNIT_MS, first, after)


def _next_run(text: str, after: int) -> tuple[int, int]:
    first = after
    while text.startswith(" ", first):
        first += 1
    last = text.find(" ", first)
    return first, len(text) if last < 0 else last


def units(text: str) -> int:
    """How long JavaScript says a text is."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _skip_units(text: str, index: int, units: int) -> int:
    while units > 0:
        units -= 1 + (text[index] > "\uffff")
        index += 1
    return index
