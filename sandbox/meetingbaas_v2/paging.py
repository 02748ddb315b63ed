"""Cursors as the provider makes them: base64 of `<iso>::<id>`, the backward one with a minus.

A row's place is its moment and its id. The cursor names the last row of a page (forward) or its
first (backward), so that rows that come or go in between neither repeat nor hide others.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse

from sandbox.clock import iso, parse_iso
from sandbox.http import Json, invalid, page

Row = TypeVar("Row")


def paginate(
    request: Request,
    rows: Sequence[Row],
    *,
    place: Callable[[Row], tuple[float, str]],
    show: Callable[[Row], Json],
    newest_first: bool = False,
    most: int = 250,
) -> JSONResponse:
    limit = limit_of(request, most)
    # Places are compared at the cursor's own precision of milliseconds.
    placed = sorted(
        ((_rounded(place(row)), row) for row in rows),
        key=lambda pair: pair[0],
        reverse=newest_first,
    )
    begin, end = _slice(request, [at for at, _ in placed], limit, newest_first)
    shown = placed[begin:end]
    forward = _encode(shown[-1][0]) if shown and end < len(placed) else None
    backward = "-" + _encode(shown[0][0]) if shown and begin > 0 else None
    return page([show(row) for _, row in shown], forward, backward)


def limit_of(request: Request, most: int) -> int:
    text = request.query_params.get("limit", "50")
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise invalid(f"querystring/limit must be an integer from 1 to {most}")
    return int(text)


def _slice(
    request: Request, places: Sequence[tuple[float, str]], limit: int, newest_first: bool
) -> tuple[int, int]:
    cursor = request.query_params.get("cursor")
    if not cursor:
        return 0, min(limit, len(places))
    backward, at = cursor.startswith("-"), _decode(cursor.removeprefix("-"))
    before = [p > at if newest_first else p < at for p in places].count(True)
    if backward:
        return max(0, before - limit), before
    begin = before + (1 if at in places else 0)
    return begin, min(begin + limit, len(places))


def _rounded(place: tuple[float, str]) -> tuple[float, str]:
    whole = datetime.fromtimestamp(place[0], UTC)
    return whole.replace(microsecond=whole.microsecond // 1000 * 1000).timestamp(), place[1]


def _encode(place: tuple[float, str]) -> str:
    return base64.b64encode(f"{iso(place[0])}::{place[1]}".encode()).decode()


def _decode(cursor: str) -> tuple[float, str]:
    try:
        moment, _, id = base64.b64decode(cursor, validate=True).decode().partition("::")
    except (binascii.Error, UnicodeDecodeError):
        raise invalid("querystring/cursor is not valid") from None
    at = parse_iso(moment)
    if at is None:
        raise invalid("querystring/cursor is not valid")
    return at, id


def listed(request: Request, name: str, allowed: Sequence[str]) -> list[str] | None:
    """A comma-separated filter; None when it is absent."""
    text = request.query_params.get(name)
    if not text:
        return None
    values = text.split(",")
    if wrong := [value for value in values if value not in allowed]:
        raise invalid(f"querystring/{name} has the unknown value '{wrong[0]}'")
    return values


def moment_of(request: Request, name: str) -> float | None:
    text = request.query_params.get(name)
    if not text:
        return None
    at = parse_iso(text)
    if at is None:
        raise invalid(f"querystring/{name} must be an ISO 8601 UTC timestamp ending in Z")
    return at


def truth_of(request: Request, name: str, default: bool) -> bool:
    text = request.query_params.get(name)
    if text is None:
        return default
    if text not in ("true", "false"):
        raise invalid(f"querystring/{name} must be boolean")
    return text == "true"


def extra_matches(request: Request, extra: dict[str, Any] | None) -> bool:
    """`key:value,key2:value2`, exact; a value may itself hold colons."""
    wanted = request.query_params.get("extra")
    if not wanted:
        return True
    pairs = (pair.partition(":") for pair in wanted.split(","))
    return all(str((extra or {}).get(key, "\0")) == value for key, _, value in pairs)
