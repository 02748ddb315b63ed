"""In front of /api/v1 and /api/v2: the key, the firewall, idempotency, and limits per endpoint.

Limits are per minute and sliding; a request that carries the key of one that is answered gets the
same answer again for an hour, also when that was "507, nobody is free".
"""

from __future__ import annotations

import hmac
import math
import re
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.settings import Settings

PATHS = ("/api/v1/", "/api/v2/")
MINUTE, HOUR = 60.0, 3600.0
_ID = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}/")
LIMITS = {
    "GET /api/v1/bot/": 60,
    "POST /api/v1/bot/": 60,
    "GET /api/v1/bot/*/screenshots/": 60,
    "GET /api/v2/calendars/": 60,
    "GET /api/v2/calendar-events/": 60,
    "POST /api/v2/calendar-events/*/bot/": 600,
    "DELETE /api/v2/calendar-events/*/bot/": 600,
}
USUAL_LIMIT = 300
USUAL_RATE = 20  # of SANDBOX_RATE_LIMIT; a test that asks for more gets more here too


@dataclass
class Told:
    """The answer to a request with an idempotency key; none while it is being made."""

    at: float
    messages: list[Message] = field(default_factory=list)


class Door:
    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.api_key = app, settings.api_key.encode()
        self.generosity = max(settings.rate_limit / USUAL_RATE, 1 / MINUTE)
        self._recent: defaultdict[str, deque[float]] = defaultdict(deque)
        self._told: dict[str, Told] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PATHS):
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if refusal := self._refusal(scope, headers):
            await refusal(scope, receive, send)
            return
        key = headers.get(b"idempotency-key", b"").decode()
        if key and scope["method"] in ("POST", "PUT", "PATCH"):
            await self._once(key, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes]) -> JSONResponse | None:
        given = headers.get(b"authorization", b"").removeprefix(b"Token ")
        if not hmac.compare_digest(given, self.api_key):
            return JSONResponse({"code": "not_authenticated", "detail": "Invalid API token."}, 401)
        if scope["method"] == "GET" and headers.get(b"content-length", b"0") != b"0":
            body = {"code": "request_blocked", "message": "A GET request has no body."}
            return JSONResponse(body, 403)
        if not scope["path"].endswith("/"):
            return JSONResponse({"detail": "Not found."}, 404)
        wait = self._wait(f"{scope['method']} {_ID.sub('/*/', scope['path'])}")
        if not wait:
            return None
        body = {"detail": f"Request was throttled. Expected available in {wait} seconds."}
        return JSONResponse(body, 429, {"retry-after": str(wait)})

    def _wait(self, endpoint: str) -> int:
        """Seconds until there is room again; none when there is."""
        now, recent = time.monotonic(), self._recent[endpoint]
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if len(recent) < LIMITS.get(endpoint, USUAL_LIMIT) * self.generosity:
            recent.append(now)
            return 0
        return max(1, math.ceil(recent[0] + MINUTE - now))

    async def _once(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        now = time.monotonic()
        told = self._told.get(key)
        if told is not None and now - told.at < HOUR:
            if not told.messages:
                body = {"code": "conflict", "detail": "A request with this key is under way."}
                await JSONResponse(body, 409)(scope, receive, send)
            for message in told.messages:
                await send(message)
            return
        self._told[key] = told = Told(now)
        said: list[Message] = []

        async def remember(message: Message) -> None:
            said.append(message)
            await send(message)

        await self.app(scope, receive, remember)
        told.messages = said
