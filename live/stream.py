"""GET /live/?topics=…&since=… : a server-sent-event stream, spoken without Django.

    event: html      data: <span id="chip-bot_…">…</span>     replace the elements with these ids
    event: changed   data: ws_…/events                        lists of this topic fetch themselves
    event: again     data:                                    something was missed: fetch the page
    event: beat      data:                                    still here, nothing to tell

Each message's id is its moment; a page that reconnects hands the last one back as `since`. The
session and the topics are checked once, by Django, in a thread. A stream lives a quarter of an
hour; then the browser opens the next one, and membership is looked at again.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from importlib import import_module
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest, parse_cookie

from accounts.middleware import BEHIND
from accounts.models import Membership
from live.hub import Hub, Stream, hub

LIFE_SECONDS = 15 * 60
MOST_TOPICS = 50
MOST_STREAMS = 50  # of one person in this process: a tab each, and nobody reads fifty
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

_open_streams: Counter[int] = Counter()  # by person; touched by the event loop only


async def live_stream(
    scope: HTTPScope,
    receive: ASGIReceiveCallable,
    send: ASGISendCallable,
    hub: Hub = hub,
) -> None:
    """Answer one request for a stream; return when either side is done with it."""
    if scope["method"] != "GET":
        await _refuse(send, 405)
        return
    query = parse_qs(scope["query_string"].decode("ascii", "replace"))
    topics = frozenset(" ".join(query.get("topics", [])).split())
    person, refusal = await sync_to_async(_listener, thread_sensitive=False)(
        _cookies(scope), topics
    )
    if not refusal and _open_streams[person] >= MOST_STREAMS:
        refusal = 429
    if refusal:
        await _refuse(send, refusal)
        return
    _open_streams[person] += 1
    stream = hub.open(topics, since=_moment(query.get("since", [""])[0]))
    watcher = asyncio.ensure_future(_close_on_disconnect(receive, stream))
    try:
        await _send_frames(send, stream)
    finally:
        watcher.cancel()
        hub.close(stream)
        _open_streams[person] -= 1


def _listener(cookies: dict[str, str], topics: frozenset[str]) -> tuple[int, int]:
    """Who is behind the session, and 0 if they may hear all topics, else the status to answer.

    "<person public id>/<what>" is for that person alone.
    """
    request = HttpRequest()
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    try:
        user = get_user(request)
        if not user.is_authenticated:
            return 0, 401
        if request.session.get(BEHIND):
            return user.pk, 404  # a look may end any minute; a page asks for itself instead
        if not 0 < len(topics) <= MOST_TOPICS or not "".join(topics).isprintable():
            return user.pk, 404
        workspaces = {topic.partition("/")[0] for topic in topics} - {user.public_id}
        memberships = Membership.objects.filter(user=user, workspace__public_id__in=workspaces)
        return user.pk, 0 if memberships.count() == len(workspaces) else 404
    finally:
        connection.close()


async def _send_frames(send: ASGISendCallable, stream: Stream) -> None:
    await send(
        {"type": "http.response.start", "status": 200, "headers": HEADERS, "trailers": False}
    )
    with suppress(TimeoutError):
        async with asyncio.timeout(LIFE_SECONDS):
            while not stream.is_closed:
                frames = await stream.take()
                await send({"type": "http.response.body", "body": frames, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _close_on_disconnect(receive: ASGIReceiveCallable, stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.close()


async def _refuse(send: ASGISendCallable, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _cookies(scope: HTTPScope) -> dict[str, str]:
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    return parse_cookie("; ".join(lines))


def _moment(text: str) -> float:
    """Return seconds since 1970; a page that does not know is one that knows nothing."""
    try:
        return float(text)
    except ValueError:
        return 0.0
