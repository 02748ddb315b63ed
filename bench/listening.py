"""python -m bench.listening {…}: many browsers' streams in one process, each told apart.

Opens them, says "open", and reads until every stream has heard `messages` of them or nothing more
comes. A message carries the moment it was published, on a clock that all processes share.
"""

import asyncio
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

import uvloop

from bench.telling import percentile, tell, wishes

AT_ONCE = 32  # streams being opened
PATIENCE_SECONDS = 10
OPEN_SECONDS = 300
MOMENT = re.compile(rb'data-at="(\d+)"')


@dataclass(slots=True)
class Heard:
    """What came, over all streams."""

    waits: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    last_at: float = field(default_factory=time.monotonic)


class Listener(asyncio.Protocol):
    """One open stream."""

    def __init__(self, request: bytes, heard: Heard) -> None:
        self._request, self._heard = request, heard
        self._unread = b""
        self.is_open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast(asyncio.Transport, transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        data = self._unread + data
        if not data.endswith(b"\n\r\n"):
            self._unread = data
            return
        self._unread, now = b"", time.monotonic_ns()
        if not self.is_open.done():
            self._begin(data)
            return
        moments = MOMENT.findall(data)
        self._heard.waits += [(now - int(moment)) / 1e6 for moment in moments]
        self._heard.kinds["again"] += data.count(b"event: again")
        self._heard.last_at = time.monotonic()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard.kinds["ended"] += 1

    def _begin(self, data: bytes) -> None:
        if b"event: " in data:
            self.is_open.set_result(None)
        elif not data.startswith(b"HTTP/1.1 200"):
            self.is_open.set_exception(RuntimeError(data.partition(b"\r\n")[0].decode()))


async def listen(port: int, streams: list[list[str]], messages: int) -> dict[str, Any]:
    """Hold a stream for each [cookie, topic]; return what was heard, and how late."""
    heard, gate = Heard(), asyncio.Semaphore(AT_ONCE)
    loop = asyncio.get_running_loop()

    async def open_one(cookie: str, topic: str) -> None:
        query = urlencode({"topics": topic, "since": time.time()})
        request = f"GET /live/?{query} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\n\r\n"
        async with gate:
            listener = Listener(request.encode(), heard)
            await loop.create_connection(lambda: listener, "127.0.0.1", port)
            await listener.is_open

    async with asyncio.timeout(OPEN_SECONDS):
        await asyncio.gather(*(open_one(cookie, topic) for cookie, topic in streams))
    heard.kinds.clear()
    tell("open")
    heard.last_at = time.monotonic()
    expected = len(streams) * messages
    while len(heard.waits) < expected and time.monotonic() - heard.last_at < PATIENCE_SECONDS:
        await asyncio.sleep(0.1)
    waits = sorted(heard.waits)
    return {
        "heard": len(waits),
        "lost": expected - len(waits),
        "again": heard.kinds["again"],
        "ended": heard.kinds["ended"],
        "p50_ms": percentile(waits, 50),
        "p99_ms": percentile(waits, 99),
    }


if __name__ == "__main__":
    tell(uvloop.run(listen(**wishes())))
