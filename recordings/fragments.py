"""The transcript's HTML, built once when the transcript arrives and stored compressed.

One element per turn; a turn is never merged with the next one of the same speaker:

    <li class="turn" id="t-7" data-start="724000" data-end="731250" data-words="0,8c,0,4 …">
      <span class="turn__speaker" data-speaker="2">Ada Moss</span>
      <a class="turn__time" href="?t=724">0:12:04</a>Good morning.</li>

`data-start`, `data-end` are milliseconds; `data-words` is read as `timings.py` says; `data-speaker`
numbers the speakers from 1 in order of appearance (0: nobody knows who). The text is the last node
of its turn, one text node, so a word's characters are a Range in it. Three elements a turn keep a
page of 30,000 words under 10,000 elements. Names and text are hostile and escaped here.
"""

import gzip
from collections.abc import Iterable
from typing import Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString

TURN = (
    '<li class="turn" id="t-{}" data-start="{}" data-end="{}" data-words="{}">'
    '<span class="turn__speaker" data-speaker="{}">{}</span> '
    '<a class="turn__time" href="?t={}">{}</a>{}</li>\n'
)
NOBODY = "Unknown speaker"


class Turn(Protocol):
    """What is needed of an utterance, be it a row or just parsed."""

    @property
    def index(self) -> int: ...
    @property
    def speaker(self) -> str: ...
    @property
    def start_ms(self) -> int: ...
    @property
    def end_ms(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def words(self) -> str: ...


def build(turns: Iterable[Turn]) -> bytes:
    """Return the gzip of the turns' HTML; the same turns always give the same bytes."""
    numbers = {"": 0}
    html = []
    for turn in turns:
        number = numbers.setdefault(turn.speaker, len(numbers))
        html.append(_turn(turn, number))
    return gzip.compress("".join(html).encode(), compresslevel=6, mtime=0)


def html(fragment: bytes) -> SafeString:
    """The stored HTML for a page. It was escaped by `build`; nothing else writes that column."""
    return SafeString(gzip.decompress(fragment).decode()) if fragment else SafeString()


def _turn(turn: Turn, speaker_number: int) -> str:
    return format_html(
        TURN,
        turn.index,
        turn.start_ms,
        turn.end_ms,
        turn.words,
        speaker_number,
        turn.speaker or NOBODY,
        turn.start_ms // 1000,
        clock(turn.start_ms),
        turn.text,
    )


def clock(milliseconds: int) -> str:
    """A place in the recording: 0:12:04."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
