"""What was found, marked in its text: plain pieces, so that a template escapes every one of them.

PostgreSQL tells where the words are (it knows the stems); the signs it marks them with are taken
out of the text beforehand and never reach a page. A mark as it stands and a mark by stem may lie
on each other; here they become one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from recordings import timings

BEGIN, END = "\x02", "\x03"
LONGEST = 40_000  # characters of a turn that are looked at, as many as are indexed
AROUND = 110  # characters shown on either side of the first mark
Span = tuple[int, int]

MARK = f"""
    SELECT ts_headline(config::regconfig, body, marks::tsquery,
                       'HighlightAll=true, StartSel={BEGIN}, StopSel={END}')
    FROM unnest(%s::text[], %s::text[], %s::text[]) WITH ORDINALITY
        AS one(config, body, marks, place)
    ORDER BY place
"""  # noqa: S608 (the signs are ours)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not."""

    text: str
    is_marked: bool = False


def find(texts: Sequence[str], stemmers: Sequence[str], marks: dict[str, str]) -> list[list[Span]]:
    """Return where each text says what was asked for; `stemmers` are its own, "" for none."""
    asked = [
        (number, config, _bare(text), marks[config])
        for number, (text, stemmer) in enumerate(zip(texts, stemmers, strict=True))
        for config in ("simple", stemmer)
        if config in marks
    ]
    if not asked:
        return [[] for _ in texts]
    with connection.cursor() as cursor:
        cursor.execute(MARK, [list(column) for column in list(zip(*asked, strict=True))[1:]])
        marked = [row[0] for row in cursor.fetchall()]
    found: list[list[Span]] = [[] for _ in texts]
    for (number, *_), text in zip(asked, marked, strict=True):
        found[number].extend(_spans(text))
    return [_joined(spans) for spans in found]


def excerpt(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The words around the first mark, cut between words; … stands for what is left out."""
    first, last = spans[0] if spans else (0, 0)
    begin = _word_start(text, first - AROUND) if first > AROUND else 0
    end = _word_end(text, last + AROUND)
    pieces = [Piece("… ")] if begin else []
    pieces.extend(
        pieces_of(text[begin:end], [(a - begin, b - begin) for a, b in spans if b <= end])
    )
    return [*pieces, Piece(" …")] if end < len(text) else pieces


def pieces_of(text: str, spans: Iterable[Span]) -> list[Piece]:
    """Cut a text where its marks begin and end."""
    pieces, after = [], 0
    for begin, end in spans:
        pieces += [Piece(text[after:begin]), Piece(text[begin:end], is_marked=True)]
        after = end
    return [piece for piece in (*pieces, Piece(text[after:])) if piece.text]


def in_utf16(text: str, spans: Iterable[Span]) -> list[Span]:
    """The same places as JavaScript counts them."""
    return [(timings.units(text[:begin]), timings.units(text[:end])) for begin, end in spans]


def _bare(text: str) -> str:
    """The same number of characters, none of them a sign of ours."""
    return text[:LONGEST].replace(BEGIN, " ").replace(END, " ")


def _spans(marked: str) -> Iterable[Span]:
    """Where the marks lie in the text without its signs."""
    place = 0
    for number, part in enumerate(marked.replace(END, BEGIN).split(BEGIN)):
        if number % 2:
            yield place, place + len(part)
        place += len(part)


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _word_start(text: str, place: int) -> int:
    space = text.find(" ", place, place + AROUND // 2)
    return space + 1 if space >= 0 else place


def _word_end(text: str, place: int) -> int:
    if place >= len(text):
        return len(text)
    space = text.rfind(" ", place - AROUND // 2, place)
    return space if space >= 0 else place
