"""Reading what a test or a form asks for: JSON or form fields, told apart by the content type."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from starlette.requests import Request

from sandbox.clock import parse_iso
from sandbox.http import ApiError, Json, invalid
from sandbox.stories import STORIES


async def wishes(request: Request) -> Json:
    raw = await request.body()
    if "form" in request.headers.get("content-type", ""):
        return dict(parse_qsl(raw.decode()))
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise invalid("the body is not JSON") from None
    if not isinstance(body, dict):
        raise invalid("the body must be an object")
    return body


def moment_in(body: Json, name: str) -> float | None:
    """A moment as ISO text ending in Z, or as unix seconds."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    at = parse_iso(str(value))
    if at is None:
        raise invalid(f"{name} must be unix seconds or an ISO timestamp ending in Z")
    return at


def number_in(body: Json, name: str) -> float | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    try:
        return float(value)
    except (TypeError, ValueError):
        raise invalid(f"{name} must be a number") from None


def truth_in(body: Json, name: str, default: bool) -> bool:
    value = body.get(name, default)
    return value if isinstance(value, bool) else str(value).lower() in ("true", "on", "1")


def story_in(body: Json) -> str:
    story = str(body.get("story", ""))
    if story not in STORIES:
        raise invalid(f"unknown story; there are {', '.join(STORIES)}")
    return story


def share_in(body: Json, name: str, default: float) -> float:
    share = number_in(body, name)
    if share is not None and not 0 <= share <= 1:
        raise invalid(f"{name} must lie between 0 and 1")
    return default if share is None else share


def missing(what: str) -> ApiError:
    return ApiError(404, "SANDBOX_NOT_FOUND", f"There is no such {what}")
