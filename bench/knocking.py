"""python -m bench.knocking {…}: a provider that knocks at the inbox from many connections at once.

Each connection sends its next message when the last one was answered. All are signed beforehand,
so that the machine's cores are spent on the inbox and not on this side.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import uvloop

from bench.messages import signed, status_body
from bench.telling import percentile, tell, wishes

MOST_PER_SECOND = 30_000
PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to knock."""

    port: int
    path: str
    secret: str
    connections: int
    seconds: float
    prefix: str  # of the message ids


BODY = status_body("8f2b54c1-7f5e-4d6a-9a5a-000000000000", "in_call_recording", "2026-03-04T15:00Z")


def messages(it: Wishes) -> Iterator[bytes]:
    """The heads of requests, each with an id and a signature of its own."""
    for number in range(int(MOST_PER_SECOND * it.seconds) + it.connections):
        headers = signed(it.secret, f"{it.prefix}-{number}", BODY)
        lines = [f"{name}: {value}" for name, value in headers.items()]
        first = [f"POST {it.path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(BODY)}"]
        yield "\r\n".join([*first, *lines, "", ""]).encode()


@dataclass(slots=True)
class Tally:
    """What came back."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    acknowledged: list[int] = field(default_factory=list)


class Knocker(asyncio.Protocol):
    """One connection."""

    def __init__(self, queue: Iterator[tuple[int, bytes]], until: float, tally: Tally) -> None:
        self._queue, self._until, self._tally = queue, until, tally
        self._answer = b""
        self.is_done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._knock()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not self._answer.endswith(b"\r\n\r\n"):
            return
        now = time.perf_counter()
        status, self._answer = self._answer[9:12].decode(), b""
        self._tally.statuses[status] += 1
        if status == "204":
            self._tally.waits.append(now - self._sent_at)
            self._tally.acknowledged.append(self._number)
        if now < self._until:
            self._knock()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.is_done.done():
            self.is_done.set_result(None)

    def _knock(self) -> None:
        self._number, head = next(self._queue)
        self._sent_at = time.perf_counter()
        self._transport.write(head + BODY)


async def knock(it: Wishes) -> dict[str, object]:
    """Keep `connections` busy for `seconds`; return how that went."""
    queue, tally = iter(list(enumerate(messages(it)))), Tally()
    tell("ready")
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    knockers = [Knocker(queue, began + it.seconds, tally) for _ in range(it.connections)]
    for knocker in knockers:
        await loop.create_connection(partial(_same, knocker), "127.0.0.1", it.port)
    async with asyncio.timeout(it.seconds + PATIENCE_SECONDS):
        await asyncio.wait([knocker.is_done for knocker in knockers])
    seconds = time.perf_counter() - began
    waits = sorted(tally.waits)
    return {
        "rate": len(waits) / seconds,
        "p50_ms": percentile(waits, 50) * 1000,
        "p99_ms": percentile(waits, 99) * 1000,
        "statuses": tally.statuses,
        "acknowledged": tally.acknowledged,
    }


def _same(knocker: Knocker) -> Knocker:
    return knocker


if __name__ == "__main__":
    tell(uvloop.run(knock(Wishes(**wishes()))))
