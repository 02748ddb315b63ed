"""Tells the workers that the inbox has something. A hint: the sweep finds what nobody was told of.

At most one hint is on its way, and at most ten go out per second: a worker that is awake drains the
inbox to the end anyway. The broker may be slow or away; no webhook waits for it.
"""

import asyncio
import logging
from contextlib import suppress

from kombu.exceptions import OperationalError

from webhooks import tasks

logger = logging.getLogger(__name__)

REST_SECONDS = 0.1


def wake_workers() -> None:
    """Queue one wake-up, or note that the broker is away."""
    try:
        tasks.process.apply_async(retry=False)
    except OperationalError as error:
        logger.warning("inbox: no wake-up sent, the sweep will find it: %s", error)


class Waker:
    """Sends wake-ups from an event loop, in a thread, never more than needed."""

    def __init__(self) -> None:
        self._sending: asyncio.Task[None] | None = None
        self._is_wanted = False

    def wake(self) -> None:
        self._is_wanted = True
        if self._sending is None or self._sending.done():
            self._sending = asyncio.get_running_loop().create_task(self._send())

    async def stop(self) -> None:
        if self._sending:
            self._sending.cancel()
            with suppress(asyncio.CancelledError):
                await self._sending

    async def _send(self) -> None:
        while self._is_wanted:
            self._is_wanted = False
            await asyncio.to_thread(wake_workers)
            await asyncio.sleep(REST_SECONDS)
