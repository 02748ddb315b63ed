"""Many messages, one commit. Each `store` returns when its message is on disk.

    store() ─┐
    store() ─┼─► waiting ─► lane 1: INSERT … unnest(…), COMMIT ─► all of the batch return
    store() ─┘          └─► lane 2: takes what came meanwhile

There is no timer: a lane takes whatever waits as soon as its last commit is done, so an idle inbox
writes at once and a busy one writes hundreds together. Nothing is acknowledged that is not on disk.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from live import database
from webhooks.intake import COUNT_REFUSALS, INSERT, Letter, insert_parameters

logger = logging.getLogger(__name__)

LANES = 2
MOST_PER_BATCH = 500
WRITE_SECONDS = 10
COUNT_EVERY_SECONDS = 2.0

Waiting = tuple[Letter, "asyncio.Future[None]"]


class InboxUnavailable(Exception):
    """The message is not on disk; the provider should try again."""


class InboxWriter:
    """The group commit of one process. Lives in one event loop; the first `store` starts it."""

    def __init__(self, *, on_commit: Callable[[], None]) -> None:
        self._on_commit = on_commit
        self._waiting: deque[Waiting] = deque()
        self._arrived = asyncio.Event()
        self._lanes: list[asyncio.Task[None]] = []
        self._refused: Counter[int] = Counter()
        self._counting: asyncio.Task[None] | None = None

    async def store(self, letter: Letter) -> None:
        """Return once the message is on disk. Raises InboxUnavailable."""
        if not self._lanes:
            for _ in range(LANES):
                self._begin_lane()
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((letter, written))
        self._arrived.set()
        await written

    def count_refusal(self, account_id: int) -> None:
        """Remember a bad signature; a flood of them is one small write every other second."""
        self._refused[account_id] += 1
        if self._counting is None or self._counting.done():
            self._counting = _start(self._count_soon())

    async def stop(self) -> None:
        """Write what was taken, then let the connections go."""
        while self._waiting:
            await asyncio.sleep(0.01)
        tasks = [task for task in (*self._lanes, self._counting) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._refused:
            await self._write_refusals()

    def _begin_lane(self) -> None:
        lane = _start(self._lane())
        lane.add_done_callback(self._begin_again)
        self._lanes.append(lane)

    def _begin_again(self, dead: "asyncio.Task[None]") -> None:
        """What nobody foresaw may cost one batch, never the lane."""
        if not dead.cancelled():
            logger.error("inbox: a lane died and is begun again", exc_info=dead.exception())
            self._lanes.remove(dead)
            self._begin_lane()

    async def _lane(self) -> None:
        connection: AsyncConnection[TupleRow] | None = None
        try:
            while True:
                batch = await self._next_batch()
                try:
                    connection = await self._write(connection, batch)
                finally:  # who is not told by now is told to come again
                    _answer(batch, InboxUnavailable("the writer stopped"))
                self._on_commit()
        finally:
            if connection:
                await connection.close()

    async def _next_batch(self) -> list[Waiting]:
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_PER_BATCH))]

    async def _write(
        self, connection: AsyncConnection[TupleRow] | None, batch: list[Waiting]
    ) -> AsyncConnection[TupleRow] | None:
        """Write the batch and tell everyone in it; return the connection if it is still good."""
        letters = [letter for letter, _ in batch]
        for is_last_try in (False, True):
            try:
                connection = connection or await database.connect()
                async with asyncio.timeout(WRITE_SECONDS):
                    await connection.execute(INSERT, insert_parameters(letters))
            except (psycopg.OperationalError, OSError) as error:
                await _hang_up(connection)
                connection = None
                if is_last_try:
                    logger.error("inbox: cannot write %s messages: %s", len(batch), error)
                    _answer(batch, InboxUnavailable(str(error)))
            except psycopg.Error as error:
                await self._write_apart(connection, batch, error)
                return connection
            except BaseException:
                await _hang_up(connection)  # the lane dies, and its connection with it
                raise
            else:
                _answer(batch, None)
                return connection
        return None

    async def _write_apart(
        self,
        connection: AsyncConnection[TupleRow] | None,
        batch: list[Waiting],
        error: psycopg.Error,
    ) -> None:
        """One cannot be stored (its account has just gone, say): the others must not suffer."""
        if len(batch) == 1:
            logger.error("inbox: a message cannot be stored: %s", type(error).__name__)
            _answer(batch, InboxUnavailable(str(error)))
        else:
            for one in batch:
                connection = await self._write(connection, [one])

    async def _count_soon(self) -> None:
        await asyncio.sleep(COUNT_EVERY_SECONDS)
        await self._write_refusals()

    async def _write_refusals(self) -> None:
        refused, self._refused = self._refused, Counter()
        with suppress(psycopg.Error, OSError):  # a count that is lost harms nobody
            async with await database.connect() as connection, connection.cursor() as cursor:
                await cursor.executemany(COUNT_REFUSALS, list(refused.items()))


def _answer(batch: list[Waiting], error: InboxUnavailable | None) -> None:
    for _, written in batch:
        if written.done():
            continue  # whoever waited for it has gone
        if error:
            written.set_exception(error)
        else:
            written.set_result(None)


async def _hang_up(connection: AsyncConnection[TupleRow] | None) -> None:
    if connection:
        await connection.close()


def _start(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    return asyncio.get_running_loop().create_task(work)
