"""How Recall.ai reads requests and words refusals: a Django server's habits.

{"code": "update_bot_failed", "detail": …}      {"bot_name": ["why"]}
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.http import ApiError, Json

PAGE = 100
Answer = Callable[[Request], Awaitable[Response]]


class Refusal(ApiError):
    """With a body of its own, where one message will not do."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(status, str(body.get("code", "")), str(body.get("detail", "")))
        self.body = body


def refused(status: int, code: str, detail: str) -> Refusal:
    return Refusal(status, {"code": code, "detail": detail})


def field_error(name: str, why: str) -> Refusal:
    return Refusal(400, {name: [why]})


def not_found() -> Refusal:
    return Refusal(404, {"detail": "Not found."})


def route(path: str, **answers: Answer) -> Route:
    """One path with its methods; other methods are refused as Django words it."""

    async def spoken(request: Request) -> Response:
        answer = answers.get(request.method)
        if answer is None:
            return worded(Refusal(405, {"detail": f'Method "{request.method}" not allowed.'}))
        try:
            return await answer(request)
        except ApiError as error:
            return worded(error)

    return Route(path, spoken, methods=["GET", "POST", "PATCH", "DELETE", "PUT"])


def worded(error: ApiError) -> Response:
    """A refusal in Recall's words, also one that was raised in what all providers share."""
    if isinstance(error, Refusal):
        return JSONResponse(error.body, error.status)
    if error.status == 400:
        name, _, why = error.message.removeprefix("body/").partition(" ")
        return JSONResponse({name.replace("/", "."): [why]}, 400)
    if error.code == "FST_ERR_BOT_STATUS":
        return worded(refused(400, "invalid_request_data", error.message))
    return JSONResponse({"detail": error.message}, error.status)


async def read_object(request: Request) -> Json:
    raw = await request.body()
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        raise Refusal(400, {"detail": "JSON parse error"}) from None
    if not isinstance(body, dict):
        raise Refusal(400, {"non_field_errors": ["Invalid data. Expected a dictionary."]})
    return body


def page(request: Request, rows: Sequence[Any], public_url: str) -> JSONResponse:
    """A page of rows that are worded already; `next` is a whole address."""
    text = request.query_params.get("cursor", request.query_params.get("page", "1"))
    number = int(text) if text.isdecimal() and int(text) else 1
    shown, more = rows[(number - 1) * PAGE : number * PAGE], len(rows) > number * PAGE
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in ("cursor", "page")]
    query = urlencode([*kept, ("cursor", str(number + 1))])
    following = f"{public_url}{request.url.path}?{query}" if more else None
    return JSONResponse({"next": following, "previous": None, "results": list(shown)})


def moment(value: object, name: str) -> float:
    """Any ISO 8601 with a zone."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        at = None
    if not isinstance(value, str) or at is None or at.tzinfo is None:
        raise field_error(name, "Datetime has wrong format.")
    return at.timestamp()


def moment_of(request: Request, name: str) -> float | None:
    text = request.query_params.get(name)
    return moment(text.replace(" ", "+"), name) if text else None
