"""Exports that are read by people: plain text and Markdown.

    0:12:04  Ada Moss: Good morning.        **Ada Moss** (0:12:04): Good morning\\.

A title, a name or a turn is a stranger's word. In plain text none of them can begin a line with
what a spreadsheet takes for a formula; in Markdown none of them is anything but text.
"""

import re
from collections.abc import Iterable, Iterator

from recordings.exports.about import About
from recordings.exports.lines import Line
from recordings.fragments import clock

FORMULA = ("=", "+", "-", "@", "\t", "\r")
PUNCTUATION = re.compile(r"([!-%'-/:;=?@\[-`{-~])")  # ASCII's, but & < > which become entities
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def plain(about: About, lines: Iterable[Line]) -> Iterator[str]:
    """Plain text: a paragraph for each turn."""
    for fact in (about.title, *about.facts):
        yield f"{_tame(fact)}\n"
    for line in lines:
        mark = f"{clock(line.mark)}  " if line.mark is not None else ""
        speaker = f"{line.speaker}: " if line.speaker else ""
        yield f"\n{_tame(f'{mark}{speaker}{line.text}')}\n"


def markdown(about: About, lines: Iterable[Line]) -> Iterator[str]:
    """Markdown: a heading, and a paragraph for each turn."""
    yield f"# {escaped(about.title)}\n\n"
    yield from (f"- {escaped(fact)}\n" for fact in about.facts)
    for line in lines:
        mark = f"({clock(line.mark)})" if line.mark is not None else ""
        speaker = f"**{escaped(line.speaker)}**" if line.speaker else ""
        before = " ".join(part for part in (speaker, mark) if part)
        yield f"\n{before}: {escaped(line.text)}\n" if before else f"\n{escaped(line.text)}\n"


def escaped(text: str) -> str:
    """Text that no reader of Markdown takes for anything else."""
    return PUNCTUATION.sub(r"\\\1", text).translate(ENTITIES)


def _tame(line: str) -> str:
    """A space in front is what keeps a spreadsheet from reckoning."""
    return f" {line}" if line.startswith(FORMULA) else line
