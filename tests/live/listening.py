"""A browser's side of the stream, for tests: reads server-sent events as they come."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.test import Client


@dataclass(frozen=True)
class Message:
    kind: str
    data: str
    id: str


class Listener:
    """One open stream. `next()` skips beats unless asked for them."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def next(self, *, with_beats: bool = False) -> Message:
        while True:
            message = self._read()
            if message.kind != "beat" or with_beats:
                return message

    def _read(self) -> Message:
        fields: dict[str, list[str]] = {}
        for line in self._lines:
            if line:
                name, _, value = line.partition(": ")
                fields.setdefault(name, []).append(value)
            elif "event" in fields:
                data = "\n".join(fields.get("data", []))
                return Message(fields["event"][0], data, fields["id"][0])
        raise EOFError("the stream ended")


def session_cookies(client: Client) -> dict[str, str]:
    morsel = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return {settings.SESSION_COOKIE_NAME: morsel.value} if morsel else {}


@contextmanager
def listening(
    url: str, client: Client, *topics: str, since: float | None = None
) -> Iterator[Listener]:
    """Open a stream as the person behind `client`, who has just loaded a page."""
    query = {"topics": " ".join(topics), "since": str(since or time.time())}
    timeout = httpx.Timeout(15.0)
    cookies = session_cookies(client)
    with httpx.stream("GET", f"{url}/live/", params=query, cookies=cookies, timeout=timeout) as it:
        it.raise_for_status()
        yield Listener(it)
