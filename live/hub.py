"""One LISTEN connection per process, and the streams of all browsers that are connected to it.

    PostgreSQL ──NOTIFY──► Hub ──offer(frame)──► Stream ──► browser
                            └─ the latest frames, for a page rendered before its stream opened

Nothing is lost silently. A page says since when it knows the world; what was told after that is
told again, and if the hub cannot know what was told, the page is asked to fetch itself ("again").
The same happens to a browser that reads too slowly. While the hub itself hears nothing it sends no
beats, so that the pages stop saying "live".
"""

import asyncio
import json
import logging
import re
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from contextlib import suppress

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from live import database
from live.publishing import CHANNEL

logger = logging.getLogger(__name__)

BEAT_SECONDS = 10.0
BEATS_AT_ONCE = 50
MEMORY_FRAMES = 2000
SLACK_SECONDS = 3.0  # a page may be rendered from a snapshot that is older than its clock says
BUFFER_FRAMES = 64
LONGEST_BACKOFF_SECONDS = 10.0

# The connection that listens is called so, and how many streams it serves: any process can count.
STREAMS_NAME = "earshot streams "

LINE_ENDS = re.compile(r"\r\n|\r|\n")


def frame(kind: str, data: str) -> bytes:
    """Return one server-sent event; its id is the moment, handed back as `since`."""
    lines = "".join(f"data: {line}\n" for line in LINE_ENDS.split(data))
    return f"id: {time.time():.3f}\nevent: {kind}\n{lines}\n".encode()


class Stream:
    """What one browser has still to read. Never longer than BUFFER_FRAMES."""

    __slots__ = ("frames", "is_closed", "topics", "wake")

    def __init__(self, topics: Iterable[str]) -> None:
        self.topics = frozenset(topics)
        self.frames: deque[bytes] = deque()
        self.wake = asyncio.Event()
        self.is_closed = False

    def offer(self, message: bytes) -> None:
        """Queue a frame; a browser too slow for it fetches its page again instead."""
        if len(self.frames) >= BUFFER_FRAMES:
            self.frames.clear()
            message = frame("again", "")
        self.frames.append(message)
        self.wake.set()

    async def take(self) -> bytes:
        """Wait for frames and return all there are; empty when the stream is over."""
        await self.wake.wait()
        self.wake.clear()
        taken = b"".join(self.frames)
        self.frames.clear()
        return taken

    def close(self) -> None:
        self.is_closed = True
        self.wake.set()


class Hub:
    """Fans out by topic. Lives in one event loop; start it there, or let the first stream do so."""

    def __init__(self) -> None:
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._memory: deque[tuple[float, str, bytes]] = deque(maxlen=MEMORY_FRAMES)
        self._hears_since: float | None = None
        self._listener: asyncio.Task[None] | None = None
        self._beat: asyncio.Task[None] | None = None
        self._is_stopping = False

    def start(self) -> None:
        """Begin to listen, unless this hub does already."""
        if self._listener is None and not self._is_stopping:
            self._listener = asyncio.get_running_loop().create_task(self._listen_for_good())

    def end_streams(self) -> None:
        """Close every stream and open no further one, so that the server can stop."""
        self._is_stopping = True
        for stream in self._everyone():
            stream.close()

    async def stop(self) -> None:
        self.end_streams()
        for task in (self._listener, self._beat):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    def open(self, topics: Iterable[str], *, since: float) -> Stream:
        """Return a stream that begins with what was told after `since` (seconds since 1970)."""
        self.start()
        stream = Stream(topics)
        stream.is_closed = self._is_stopping
        stream.offer(frame("beat" if self._remembers(since) else "again", ""))
        for told_at, topic, message in self._memory:
            if topic in stream.topics and told_at >= since - SLACK_SECONDS:
                stream.offer(message)
        for topic in stream.topics:
            self._streams[topic].add(stream)
        return stream

    def close(self, stream: Stream) -> None:
        for topic in stream.topics:
            self._streams[topic].discard(stream)
            if not self._streams[topic]:
                del self._streams[topic]

    def _remembers(self, since: float) -> bool:
        if self._hears_since is None:
            return False
        is_full = len(self._memory) == MEMORY_FRAMES
        remembers_since = self._memory[0][0] if is_full else self._hears_since
        return since - SLACK_SECONDS >= remembers_since

    async def _listen_for_good(self) -> None:
        backoff = 0.1
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                logger.warning("live: the database does not speak to us: %s", type(error).__name__)
            backoff = 0.1 if self._hears_since else min(backoff * 2, LONGEST_BACKOFF_SECONDS)
            self._hears_since = None
            await asyncio.sleep(backoff)

    async def _listen(self) -> None:
        async with await database.connect() as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            await self._count_streams(connection)
            self._memory.clear()
            self._hears_since = time.time()
            self._tell_everyone(frame("again", ""))  # what was told meanwhile, nobody knows
            while True:
                async for notice in connection.notifies(timeout=BEAT_SECONDS):
                    self._tell(notice.payload)
                await self._count_streams(connection)  # raises when the database is gone
                self._beat = asyncio.create_task(self._beat_in_turn())

    async def _count_streams(self, connection: AsyncConnection[TupleRow]) -> None:
        name = f"{STREAMS_NAME}{len(self._everyone())}"
        await connection.execute("SELECT set_config('application_name', %s, false)", [name])

    async def _beat_in_turn(self) -> None:
        """Beat to some at a time: to thousands at once, and the news would wait for all of them."""
        streams = list(self._everyone())
        turns = range(0, len(streams), BEATS_AT_ONCE)
        for start in turns:
            if self._hears_since is None:
                return
            for stream in streams[start : start + BEATS_AT_ONCE]:
                stream.offer(frame("beat", ""))
            await asyncio.sleep(BEAT_SECONDS / 2 / len(turns))

    def _tell(self, payload: str) -> None:
        kind, topic, html = json.loads(payload)
        if kind == "recheck":
            return self._end(workspace_id=topic)
        message = frame(kind, html if kind == "html" else topic)
        self._memory.append((time.time(), topic, message))
        for stream in self._streams.get(topic, ()):
            stream.offer(message)
        return None

    def _end(self, *, workspace_id: str) -> None:
        """The browsers come back at once; those of people who left are refused then."""
        for stream in self._everyone():
            if any(topic.startswith(f"{workspace_id}/") for topic in stream.topics):
                stream.close()

    def _tell_everyone(self, message: bytes) -> None:
        for stream in self._everyone():
            stream.offer(message)

    def _everyone(self) -> set[Stream]:
        return set[Stream]().union(*self._streams.values())


hub = Hub()
