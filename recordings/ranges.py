"""The part of a file that a request asks for (RFC 9110 §14), as far as players ask.

    bytes=0-           from the start        bytes=500-999      500 bytes
    bytes=-500         the last 500          bytes=0-9,20-29    several: the whole file instead

What cannot be read is ignored, as the standard wants; what lies beyond the file is an error.
"""

import re
from dataclasses import dataclass

SINGLE = re.compile(r"bytes=\s*(\d{0,19})-(\d{0,19})\s*", re.ASCII)


class Unsatisfiable(Exception):
    """The file ends before the part begins: 416."""


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes `first` to `last`, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def parse(header: str, size: int) -> Span | None:
    """Return the part, or None for the whole file."""
    found = SINGLE.fullmatch(header)
    if not found or found[0].strip() == "bytes=-":
        return None
    begin, end = found[1], found[2]
    if not begin:
        return _suffix(int(end), size)
    first, last = int(begin), int(end) if end else size - 1
    if end and last < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return Span(first, min(last, size - 1))


def _suffix(length: int, size: int) -> Span:
    if not length or not size:
        raise Unsatisfiable
    return Span(max(0, size - length), size - 1)
