"""How v1 answers: the bare thing, or `{"error": …}`; and the door, which only looks at the key."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.http import ApiError, Json, read_json
from sandbox.schema import Shape, check

PATHS = ("/bots/", "/calendars/", "/calendar_events/", "/zoom_oauth_connections/")
Answer = Callable[[Request], Awaitable[Response]]


class DoorV1:
    def __init__(self, app: ASGIApp, api_key: str) -> None:
        self.app, self.api_key = app, api_key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PATHS):
            given = dict(scope["headers"]).get(b"x-meeting-baas-api-key", b"")
            if not hmac.compare_digest(given, self.api_key):
                await JSONResponse({"error": "Invalid API key"}, 401)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def route(path: str, answer: Answer, method: str) -> Route:
    """A refusal is worded as v1 words it."""

    async def spoken(request: Request) -> Response:
        try:
            return await answer(request)
        except ApiError as error:
            headers = {}
            if error.retry_after is not None:
                headers["retry-after"] = str(error.retry_after)
            return JSONResponse({"error": error.message}, error.status, headers)

    return Route(path, spoken, methods=[method])


def refused(status: int, message: str) -> ApiError:
    return ApiError(status, "", message)


async def read_body(request: Request, shape: Shape, *, only: bool = False) -> Json:
    """The body, checked; `only` these keys where the API says so."""
    body = await read_json(request)
    if not isinstance(body, dict):
        raise refused(400, "Json deserialize error: expected an object")
    if only and (unknown := sorted(set(body) - set(shape))):
        raise refused(400, f"Json deserialize error: unknown field `{unknown[0]}`")
    check(body, shape)
    return body
