"""A list as a table for a spreadsheet, line by line, never all of it in memory.

A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV
Injection"); titles and names are other people's text.
"""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

ROWS_AT_ONCE = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
UTF_8_MARK = "\ufeff"  # without it a spreadsheet reads letters beyond ASCII as others


def table(
    request: HttpRequest, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> StreamingHttpResponse:
    """The answer that saves `rows` as `name`; under ASGI they are read off the event loop."""
    lines = _lines(headings, rows)
    return StreamingHttpResponse(
        _off_the_loop(lines) if isinstance(request, ASGIRequest) else lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def moment(at: datetime, zone: tzinfo) -> str:
    """`zone` is named: rows are read long after the request, which knew it, is over."""
    return timezone.localtime(at, zone).isoformat(sep=" ", timespec="minutes")


def _lines(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield UTF_8_MARK + writer.writerow(headings)
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


async def _off_the_loop(lines: Iterator[str]) -> AsyncIterator[str]:
    while chunk := await sync_to_async(_some)(lines):
        yield chunk


def _some(lines: Iterator[str]) -> str:
    return "".join(line for line, _ in zip(lines, range(ROWS_AT_ONCE), strict=False))


def safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


class _Line:
    """What csv writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line
