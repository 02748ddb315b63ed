"""Hands out stored files: whole, in part (206) or not again (304), in pieces, never in memory.

Under ASGI the pieces come from an asynchronous iterator (Django would collect a plain one before
it sends the first byte), under WSGI from a plain one (Django would collect the other kind).
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe

from recordings import ranges
from recordings.ranges import Span, Unsatisfiable
from recordings.storages import open_part

CHUNK = 256 * 1024
CACHE = "private, max-age=3600"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in storage, and what a browser is told about it."""

    name: str
    size: int
    content_type: str
    changed_at: datetime
    download_name: str
    is_download: bool = False

    @property
    def etag(self) -> str:
        """The name holds a random part that no other version of the file has."""
        return f'"{self.name.rpartition("/")[2]}-{self.size:x}"'

    @property
    def last_modified(self) -> int:
        return int(self.changed_at.timestamp())


def respond(request: HttpRequest, stored: Stored) -> HttpResponseBase:
    """Answer a GET or HEAD for `stored`."""
    if not default_storage.exists(stored.name):
        raise Http404("the file is gone")
    unchanged = get_conditional_response(request, stored.etag, stored.last_modified)
    try:
        span = _asked_for(request, stored)
        response = unchanged or _body(request, stored, span)
    except Unsatisfiable:
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"})
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = CACHE
    response["ETag"] = stored.etag
    response["Last-Modified"] = http_date(stored.last_modified)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def hand_out(
    request: HttpRequest, pieces: Iterable[bytes], *, content_type: str, download_name: str
) -> HttpResponseBase:
    """Answer with a file that is made while it is sent; its length nobody knows before."""
    gathered = _gathered(pieces)
    return StreamingHttpResponse(
        _one_by_one(gathered) if isinstance(request, ASGIRequest) else gathered,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, download_name) or "attachment",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer pieces."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= CHUNK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


async def _one_by_one(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece made where the request's database connection lives."""
    while piece := await sync_to_async(_next)(pieces):
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")


def _asked_for(request: HttpRequest, stored: Stored) -> Span | None:
    """The part that is wanted; with If-Range, only of the very file the browser has begun."""
    header = request.headers.get("range", "")
    if not header or request.method != "GET":
        return None
    known = request.headers.get("if-range", "")
    is_same = known in ("", stored.etag) or parse_http_date_safe(known) == stored.last_modified
    return ranges.parse(header, stored.size) if is_same else None


def _body(request: HttpRequest, stored: Stored, span: Span | None) -> HttpResponseBase:
    part = span or Span(0, stored.size - 1)
    headers = {
        "Content-Length": str(part.length),
        "Content-Disposition": content_disposition_header(
            stored.is_download, stored.download_name
        ) or "inline",
    }  # fmt: skip
    if span:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{stored.size}"
    if request.method == "HEAD":
        return HttpResponse(content_type=stored.content_type, headers=headers)
    pieces = _read_async if isinstance(request, ASGIRequest) else _read
    return StreamingHttpResponse(
        pieces(stored.name, part),
        status=206 if span else 200,
        content_type=stored.content_type,
        headers=headers,
    )


def _read(name: str, part: Span) -> Iterator[bytes]:
    with closing(open_part(name, part.first, part.last)) as file:
        for size in _piece_sizes(part):
            yield file.read(size)


async def _read_async(name: str, part: Span) -> AsyncIterator[bytes]:
    """The same, off the event loop: a slow disk must not hold up other people's pages."""
    with closing(await asyncio.to_thread(open_part, name, part.first, part.last)) as file:
        for size in _piece_sizes(part):
            yield await asyncio.to_thread(file.read, size)


def _piece_sizes(part: Span) -> Iterator[int]:
    for begin in range(0, part.length, CHUNK):
        yield min(CHUNK, part.length - begin)
