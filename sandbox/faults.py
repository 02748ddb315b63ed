"""Accidents on the way: answers that are refused, late or lost, for the next few matching calls.

{"method": "POST", "path": "/v2/bots", "status": 503, "times": 3}            a burst of errors
{"method": "POST", "path": "/v2/bots", "status": 504, "performed": true}     done, but not told
{"method": "POST", "path": "/v2/bots", "status": 504, "held": true}       … once they are cleared
{"path": "/v2/bots", "status": 402, "code": "FST_ERR_INSUFFICIENT_TOKENS"}   in the envelope
{"path": "/v2/calendars", "seconds": 10}                                     slow
{"path": "/media/", "cut_after": 50000}                                      cut off half way
{"path": "/v2/calendars", "skip": 2, "status": 500}                          the third page fails
{"path": "/v2/calendars", "listing": "loops"}                                or "empty", "no_list"

The path is a prefix; "*" stands for every provider's API. Some have names: accidents.py.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.http import ApiError, Json

LISTINGS = ("loops", "empty", "no_list")
PROVIDERS = "*"
_ELSEWHERE = ("/sandbox", "/media", "/google", "/microsoft", "/zoom/")


@dataclass(slots=True)
class Fault:
    path: str
    method: str = ""
    status: int = 0
    code: str = ""
    retry_after: int | None = None
    times: int = 1
    seconds: float = 0.0
    performed: bool = False
    held: bool = False  # performed long after the answer, when the faults are cleared
    cut_after: int = 0
    skip: int = 0  # how many matching calls go well first
    listing: str = ""

    def answer(self) -> Response:
        """The provider's envelope when a code is given, else a gateway's HTML."""
        if self.code:
            return ApiError(
                self.status, self.code, "Planned by a test", retry_after=self.retry_after
            ).response()
        headers = {} if self.retry_after is None else {"retry-after": str(self.retry_after)}
        return HTMLResponse("<h1>Bad gateway</h1>", self.status, headers)

    def matches(self, scope: Scope) -> bool:
        called = not self.method or self.method == scope["method"]
        path: str = scope["path"]
        there = (
            not path.startswith(_ELSEWHERE)
            if self.path == PROVIDERS
            else path.startswith(self.path)
        )
        return self.times > 0 and called and there


class CutOff(Exception):
    """Ends a connection in the middle of an answer, which is the point."""


class Faults:
    def __init__(self, app: ASGIApp, planned: list[Fault]) -> None:
        self.app, self.planned = app, planned
        self._held: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = None
        if scope["type"] == "http":
            fault = next((each for each in self.planned if each.matches(scope)), None)
        if fault is None or fault.skip:
            if fault is not None:
                fault.skip -= 1
            await self.app(scope, receive, send)
            return
        fault.times -= 1
        await asyncio.sleep(fault.seconds)
        if fault.status:
            await self._perform(fault, scope, receive)
            await fault.answer()(scope, receive, send)
        elif fault.cut_after:
            await self.app(scope, receive, _cutting(send, fault.cut_after))
        elif fault.listing:
            await self.app(scope, receive, _Listing(scope, send, fault.listing))
        else:
            await self.app(scope, receive, send)

    async def _perform(self, fault: Fault, scope: Scope, receive: Receive) -> None:
        """What is done though its caller is told otherwise, if anything is."""
        if fault.held:
            await self._perform_later(fault, scope, receive)
        elif fault.performed:
            await self.app(scope, receive, _into_the_void)

    async def _perform_later(self, fault: Fault, scope: Scope, receive: Receive) -> None:
        """Read the call, and do what it asks for when its caller has long been answered."""
        parts = [await receive()]
        while parts[-1].get("more_body"):
            parts.append(await receive())

        async def replay() -> Message:
            return parts.pop(0) if parts else {"type": "http.disconnect"}

        async def work() -> None:
            while any(planned is fault for planned in self.planned):
                await asyncio.sleep(0.05)
            await self.app(scope, replay, _into_the_void)

        task = asyncio.get_running_loop().create_task(work())
        self._held.add(task)
        task.add_done_callback(self._held.discard)


async def _into_the_void(message: Message) -> None:
    """The work was done; the answer got lost."""


def _cutting(send: Send, room: int) -> Send:
    sent = 0

    async def limited(message: Message) -> None:
        nonlocal sent
        body = message.get("body", b"")
        if message["type"] == "http.response.body" and sent + len(body) > room:
            await send({**message, "body": body[: room - sent], "more_body": True})
            raise CutOff
        sent += len(body)
        await send(message)

    return limited


class _Listing:
    """Spoils a page on its way out: "loops" names itself as the next one, "empty" says that more
    follows and brings nothing, "no_list" has no list at all."""

    def __init__(self, scope: Scope, send: Send, how: str) -> None:
        query = parse_qs(scope["query_string"].decode())
        self.cursor = query.get("cursor", [None])[0]
        self.send, self.how, self.body = send, how, b""
        self.start: Message = {}

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        page = json.dumps(self._spoiled(json.loads(self.body))).encode()
        headers = [(name, value) for name, value in self.start["headers"]
                   if name != b"content-length"]  # fmt: skip
        length = (b"content-length", str(len(page)).encode())
        await self.send({**self.start, "headers": [*headers, length]})
        await self.send({"type": "http.response.body", "body": page})

    def _spoiled(self, page: Json) -> Json:
        match self.how:
            case "loops":
                return {**page, "cursor": self.cursor or page["cursor"]}
            case "empty":
                return {**page, "data": [], "cursor": page["cursor"] or "bW9yZQ=="}
            case _:
                return {**page, "data": None}
