"""How the simulated provider reads requests and words its answers: a Fastify server's habits.

{"success": true, "data": …}
{"success": false, "error": …, "code": …, "statusCode": …, "message": …, "details": …}
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

Json = dict[str, Any]
_LABELS = {
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


class ApiError(Exception):
    """An answer that is a refusal; raised anywhere, worded once."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.retry_after = retry_after

    def response(self) -> JSONResponse:
        body: Json = {
            "success": False,
            "error": _LABELS.get(self.status, "Error"),
            "code": self.code,
            "statusCode": self.status,
            "message": self.message,
        }
        headers = {}
        if self.status != 400:  # the validation shape has no details
            body["details"] = None
        if self.retry_after is not None:
            body["retryAfter"] = self.retry_after
            headers["retry-after"] = str(self.retry_after)
        return JSONResponse(body, self.status, headers)


def invalid(message: str) -> ApiError:
    return ApiError(400, "FST_ERR_VALIDATION", message)


def data(payload: Any, status: int = 200) -> JSONResponse:
    return JSONResponse({"success": True, "data": payload}, status)


def page(rows: Sequence[Any], cursor: str | None, prev_cursor: str | None) -> JSONResponse:
    return JSONResponse(
        {"success": True, "data": list(rows), "cursor": cursor, "prev_cursor": prev_cursor}
    )


def partial(done: Sequence[Json], errors: Sequence[Json], status: int) -> JSONResponse:
    return JSONResponse({"success": True, "data": list(done), "errors": list(errors)}, status)


async def read_json(request: Request) -> Any:
    """The body as Fastify would parse it; None when there is none and none was announced."""
    raw = await request.body()
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not content_type and not raw:
        return None
    if content_type != "application/json":
        raise ApiError(
            415, "FST_ERR_CTP_INVALID_MEDIA_TYPE", f"Unsupported Media Type: {content_type}"
        )
    if not raw:
        raise ApiError(
            400,
            "FST_ERR_CTP_EMPTY_JSON_BODY",
            "Body cannot be empty when content-type is set to 'application/json'",
        )
    try:
        return json.loads(raw)
    except ValueError:
        raise ApiError(400, "FST_ERR_CTP_INVALID_JSON_BODY", "Body is not valid JSON") from None


async def read_object(request: Request) -> Json:
    body = await read_json(request)
    if not isinstance(body, dict):
        raise invalid("body must be object")
    return body
