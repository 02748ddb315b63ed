"""The transcript's HTML, built once when the transcript arrives and stored compressed.

Fifty turns are a list, which a browser need not look at until it comes near the window; a turn is
one element, never merged with the next one of the same speaker:

    <li class="turn" id="t-7" data-start="724000" data-end="731250" data-words="0,8c,0,4 …">
      <a class="turn__speaker" href="turns/7/" data-speaker="2">Ada Moss</a>
      <a class="turn__time" href="?t=724">0:12:04</a>Good morning.</li>

`data-start`, `data-end` are milliseconds; `data-words` is read as `timings.py` says; `data-speaker`
numbers the speakers from 1 in order of appearance (0: nobody knows who). The text is the last node
of its turn, one text node, so a word's characters are a Range in it. Three elements a turn keep a
page of 30,000 words under 10,000 elements; one more says that a person changed the text. Addresses
are seen from the recording's page. Names and text are hostile and escaped here.
"""

import gzip
from collections.abc import Collection, Iterable
from html import escape
from typing import Protocol

from django.utils.safestring import SafeString

TURN = (
    '<li class="turn" id="t-{}" data-start="{}" data-end="{}" data-words="{}">'
    '<a class="turn__speaker" href="turns/{}/" data-speaker="{}">{}</a> '
    '<a class="turn__time" href="?t={}">{}</a>{}{}</li>\n'
)
EDITED = '<a class="turn__edited" href="turns/{}/">edited</a>'
PART = '<ol class="transcript__part">\n{}</ol>\n'
TURNS_A_PART = 50
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


def build(turns: Iterable[Turn], edited: Collection[int] = ()) -> bytes:
    """Return the gzip of the turns' HTML; the same turns always give the same bytes.

    `edited` are those whose text is not the provider's any more.
    """
    return gzip.compress(lines(turns, edited).encode(), compresslevel=6, mtime=0)


def lines(
    turns: Iterable[Turn], edited: Collection[int] = (), only: Collection[int] | None = None
) -> SafeString:
    """The HTML itself; with `only`, of these turns alone, numbered as among all of them."""
    numbers = {"": 0}
    items = []
    for turn in turns:
        number = numbers.setdefault(turn.speaker, len(numbers))
        if only is None or turn.index in only:
            items.append(_turn(turn, number, turn.index in edited))
    if only is not None:
        return SafeString("".join(items))
    parts = (items[at : at + TURNS_A_PART] for at in range(0, len(items), TURNS_A_PART))
    return SafeString("".join(PART.format("".join(part)) for part in parts))


def html(fragment: bytes) -> SafeString:
    """The stored HTML for a page. It was escaped by `build`; nothing else writes that column."""
    return SafeString(gzip.decompress(fragment).decode()) if fragment else SafeString()


def _turn(turn: Turn, speaker_number: int, is_edited: bool) -> str:
    """One turn's HTML; numbers and packed words are ours, so only names and text are escaped."""
    return TURN.format(
        turn.index,
        turn.start_ms,
        turn.end_ms,
        turn.words,
        turn.index,
        speaker_number,
        escape(turn.speaker or NOBODY),
        turn.start_ms // 1000,
        clock(turn.start_ms),
        EDITED.format(turn.index) if is_edited else "",
        escape(turn.text),
    )


def clock(milliseconds: int) -> str:
    """A place in the recording: 0:12:04."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
