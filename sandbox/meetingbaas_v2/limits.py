"""The door: API key and rate limit, in front of everything under /v2.

The limit counts writes only, per team and second, and says how it stands on every answer to one.
"""

from __future__ import annotations

import hmac
import math
import time
from collections import deque

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.http import ApiError

_WRITES = ("POST", "PATCH", "DELETE", "PUT")


class Door:
    def __init__(self, app: ASGIApp, api_key: str, per_second: int) -> None:
        self.app = app
        self.api_key, self.per_second = api_key.encode(), per_second
        self._recent: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v2/"):
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-meeting-baas-api-key", b"")
        if not hmac.compare_digest(given, self.api_key):
            refusal = ApiError(401, "FST_ERR_UNAUTHORIZED", "Invalid or missing API key")
            await refusal.response()(scope, receive, send)
        elif scope["method"] in _WRITES:
            await self._write(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _write(self, scope: Scope, receive: Receive, send: Send) -> None:
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        admitted = len(self._recent) < self.per_second
        if admitted:
            self._recent.append(now)
        wait = math.ceil(max(self._recent[0] + 1 - now, 0.001)) if self._recent else 1
        remaining = max(0, self.per_second - len(self._recent))

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-ratelimit-limit"] = str(self.per_second)
                headers["x-ratelimit-remaining"] = str(remaining)
                headers["x-ratelimit-reset"] = str(wait)
            await send(message)

        if admitted:
            await self.app(scope, receive, with_headers)
        else:
            refusal = ApiError(
                429, "FST_ERR_TOO_MANY_REQUESTS", "Rate limit exceeded", retry_after=wait
            )
            await refusal.response()(scope, receive, with_headers)
