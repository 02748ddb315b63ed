"""Everything that will happen later, as data: a key, a kind, a moment and arguments.

Because a job is plain data, a sandbox that is stopped in the middle of a meeting goes on with it
after the next start, and jumping the clock ahead makes everything due happen in order.
A second job with the same key replaces the first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.clock import Clock

Handler = Callable[..., None]
LONGEST_SLEEP = 0.5  # the clock may be advanced or sped up while we sleep


@dataclass(slots=True)
class Job:
    key: str
    kind: str
    due: float
    scaled: bool = False
    args: dict[str, Any] = field(default_factory=dict)


class Jobs:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.pending: dict[str, Job] = {}
        self.handlers: dict[str, Handler] = {}
        self._woken = asyncio.Event()

    def at(self, key: str, kind: str, due: float, **args: Any) -> None:
        """At a moment of the calendar; the speed does not move it."""
        self._add(Job(key, kind, due, args=args))

    def after(
        self, key: str, kind: str, seconds: float, *, speed: float | None = None, **args: Any
    ) -> None:
        """After a span of story time; a job without a speed of its own follows the clock's."""
        due = self.clock.now() + self.clock.span(seconds, speed)
        self._add(Job(key, kind, due, scaled=speed is None, args=args))

    def cancel(self, key: str) -> None:
        self.pending.pop(key, None)

    def change_speed(self, speed: float) -> None:
        now, ratio = self.clock.now(), self.clock.speed / speed
        for job in self.pending.values():
            if job.scaled:
                job.due = now + (job.due - now) * ratio
        self.clock.speed = speed
        self._woken.set()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        while True:
            self._run_due()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._sleep_seconds())
            self._woken.clear()

    def _add(self, job: Job) -> None:
        self.pending[job.key] = job
        self._woken.set()

    def _run_due(self) -> None:
        now = self.clock.now()
        due = sorted((job for job in self.pending.values() if job.due <= now), key=lambda j: j.due)
        loop = asyncio.get_running_loop()
        for job in due:
            del self.pending[job.key]
            # Through the loop, so that a handler's error is reported and the others still run.
            loop.call_soon(self._call, job)

    def _call(self, job: Job) -> None:
        self.handlers[job.kind](**job.args)

    def _sleep_seconds(self) -> float:
        if not self.pending:
            return LONGEST_SLEEP
        soonest = min(job.due for job in self.pending.values())
        return min(max(soonest - self.clock.now(), 0.001), LONGEST_SLEEP)

    def dump(self) -> list[dict[str, Any]]:
        return [asdict(job) for job in self.pending.values()]

    def load(self, rows: list[dict[str, Any]]) -> None:
        self.pending = {row["key"]: Job(**row) for row in rows}
