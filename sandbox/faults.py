"""Accidents on the way: answers that are refused, late or lost, for the next few matching calls.

{"method": "POST", "path": "/v2/bots", "status": 503, "times": 3}            a burst of errors
{"method": "POST", "path": "/v2/bots", "status": 504, "performed": true}     done, but not told
{"path": "/v2/calendars", "seconds": 10}                                     slow
{"path": "/media/", "cut_after": 50000}                                      cut off half way
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(slots=True)
class Fault:
    path: str
    method: str = ""
    status: int = 0
    times: int = 1
    seconds: float = 0.0
    performed: bool = False
    cut_after: int = 0

    def matches(self, scope: Scope) -> bool:
        called = not self.method or self.method == scope["method"]
        return self.times > 0 and called and bool(scope["path"].startswith(self.path))


class CutOff(Exception):
    """Ends a connection in the middle of an answer, which is the point."""


class Faults:
    def __init__(self, app: ASGIApp, planned: list[Fault]) -> None:
        self.app, self.planned = app, planned

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = None
        if scope["type"] == "http":
            fault = next((each for each in self.planned if each.matches(scope)), None)
        if fault is None:
            await self.app(scope, receive, send)
            return
        fault.times -= 1
        await asyncio.sleep(fault.seconds)
        if fault.cut_after:
            await self.app(scope, receive, _cutting(send, fault.cut_after))
        elif not fault.status:
            await self.app(scope, receive, send)
        else:
            if fault.performed:
                await self.app(scope, receive, _into_the_void)
            page = HTMLResponse("<h1>Bad gateway</h1>", fault.status, {"retry-after": "1"})
            await page(scope, receive, send)


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
