"""A part of a transcript: the words that begin in it, and not a word more.

    turns      0:05:10 Ada: and so we ship on Friday      0:05:14 Jonas: agreed
    5:12–5:15  0:00:00 Ada: ship on Friday                0:00:02 Jonas: agreed

Cut for a share, times are seen from where the part begins, as in the file that is cut with it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.utils.html import format_html
from django.utils.safestring import SafeString

from recordings import captions, timings
from recordings.fragments import NOBODY, clock
from recordings.models import Transcript
from recordings.timings import Word
from recordings.transcripts import Turn

TURN = (
    '<li class="turn" id="t-{}" data-start="{}" data-end="{}" data-words="{}">'
    '<span class="turn__speaker" data-speaker="{}">{}</span> '
    '<a class="turn__time" href="?t={}">{}</a>{}</li>\n'
)
LATEST_MS = 2**31


def turns_of(
    transcript: Transcript | None, start_ms: int | None = None, end_ms: int | None = None
) -> list[Turn]:
    """The turns as they are shown; with a start, just that part of them."""
    if transcript is None:
        return []
    rows = transcript.utterances.order_by("index")
    if start_ms is not None:
        rows = rows.filter(end_ms__gte=start_ms, start_ms__lt=end_ms or LATEST_MS)
    turns = (
        Turn(row.index, row.speaker, row.start_ms, row.end_ms, row.text, row.words, 0)
        for row in rows
    )
    return list(turns if start_ms is None else cut(turns, start_ms, end_ms or LATEST_MS))


def cut(turns: Iterable[Turn], start_ms: int, end_ms: int) -> Iterator[Turn]:
    """What of `turns` begins in the part; times stay as they are."""
    for turn in turns:
        if start_ms <= turn.start_ms and turn.end_ms <= end_ms:
            yield turn
        elif part := _part(turn, start_ms, end_ms):
            yield part


def from_zero(turns: Iterable[Turn], start_ms: int) -> list[Turn]:
    """The same turns, numbered and timed from where the part begins."""
    return [
        replace(turn, index=index, start_ms=turn.start_ms - start_ms, end_ms=turn.end_ms - start_ms)
        for index, turn in enumerate(turns)
    ]


def _part(turn: Turn, start_ms: int, end_ms: int) -> Turn | None:
    words = [word for word in captions.words_of(turn) if start_ms <= word.start_ms < end_ms]
    if not words:
        return None
    first, last = words[0].first, words[-1].last
    text = turn.text[first:last]
    begin = words[0].start_ms
    moved = [
        Word(word.start_ms, word.end_ms, word.first - first, word.last - first) for word in words
    ]
    packed = timings.pack(moved, turn_start_ms=begin, text=text) if turn.words else ""
    return replace(turn, start_ms=begin, end_ms=min(turn.end_ms, end_ms), text=text, words=packed)


def html(turns: Iterable[Turn]) -> SafeString:
    """The turns as a page shows them to strangers: no link leads into the workspace."""
    numbers = {"": 0}
    lines = [
        format_html(
            TURN,
            turn.index,
            turn.start_ms,
            turn.end_ms,
            turn.words,
            numbers.setdefault(turn.speaker, len(numbers)),
            turn.speaker or NOBODY,
            turn.start_ms // 1000,
            clock(turn.start_ms),
            turn.text,
        )
        for turn in turns
    ]
    return SafeString("".join(lines))


def plain(title: str, turns: Iterable[Turn]) -> Iterator[bytes]:
    """The same to take along: a line per turn."""
    yield f"{title}\n\n".encode()
    for turn in turns:
        yield f"[{clock(turn.start_ms)}] {turn.speaker or NOBODY}: {turn.text}\n".encode()
