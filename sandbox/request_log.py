"""What the sandbox was asked, newest last, with everything secret taken out."""

from __future__ import annotations

import json
from collections import deque
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.clock import Clock, iso
from sandbox.http import Json

_SECRET = (
    "secret", "token", "api_key", "password", "code", "verifier", "challenge", "authorization",
)  # fmt: skip
_NOT_SECRET = ("error_code", "token_type", "code_challenge_method", "tokens")
_KEPT, _LONGEST_BODY = 10_000, 65536


class RequestLog:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.entries: deque[Json] = deque(maxlen=_KEPT)

    def add(self, scope: Scope, body: bytes, status: int) -> None:
        self.entries.append(
            {
                "at": iso(self.clock.now()),
                "method": scope["method"],
                "path": scope["path"],
                "query": redacted(dict(parse_qsl(scope["query_string"].decode()))),
                "body": redacted(_readable(scope, body)),
                "status": status,
            }
        )


def redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: "[redacted]" if _is_secret(key) and item else redacted(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [redacted(item) for item in value]
    return value


def _is_secret(key: str) -> bool:
    name = key.lower()
    return name not in _NOT_SECRET and any(word in name for word in _SECRET)


def _readable(scope: Scope, body: bytes) -> Any:
    if not body:
        return None
    kind = dict(scope["headers"]).get(b"content-type", b"")
    if b"form-urlencoded" in kind:
        return dict(parse_qsl(body.decode(errors="replace")))
    try:
        return json.loads(body)
    except ValueError:
        return f"({len(body)} bytes that are not JSON)"


class LogRequests:
    """ASGI middleware; what Earshot sends to the providers is logged, our own pages are not."""

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        self.app, self.log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/sandbox", "/media")):
            await self.app(scope, receive, send)
            return
        body, status = bytearray(), 500

        async def listen() -> Message:
            message = await receive()
            if len(body) < _LONGEST_BODY:
                body.extend(message.get("body", b""))
            return message

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, listen, answer)
        finally:
            self.log.add(scope, bytes(body), status)
