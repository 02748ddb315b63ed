"""The front door: webhooks and live streams go to their own small handlers, pages to Django.

    /webhooks/<account>/   webhooks.endpoint    stored, then answered
    /live/                 live.stream          open as long as the browser looks
    /healthz               here                 the process is alive, whatever its threads wait for
    everything else        Django

When the server is told to stop, the streams end at once (a browser opens the next one elsewhere),
requests in flight are answered, and the inbox writes what it has taken.
"""

import gc
import os
import signal
import threading
from types import FrameType
from typing import Any, cast

from asgiref.typing import (
    ASGIReceiveCallable,
    ASGISendCallable,
    LifespanScope,
    Scope,
)
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

pages = cast(Any, get_asgi_application())

from live.hub import hub  # noqa: E402 (models can be imported once Django is set up)
from live.stream import live_stream  # noqa: E402
from operations.health import ALIVE  # noqa: E402
from webhooks.endpoint import inbox  # noqa: E402
from webhooks.intake import ADDRESSES  # noqa: E402

ALLOCATIONS_BETWEEN_COLLECTIONS = 10_000


async def application(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Hand a connection to whom it is for."""
    if scope["type"] == "lifespan":
        await _live_and_let_stop(scope, receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live/":
        await live_stream(scope, receive, send)
    elif scope["type"] == "http" and scope["path"].startswith(ADDRESSES):
        await inbox(scope, receive, send)
    elif scope["type"] == "http" and scope["path"] == "/healthz":
        await _say_alive(send)
    else:
        await pages(scope, receive, send)


async def _say_alive(send: ASGISendCallable) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send(
        {"type": "http.response.start", "status": 200, "headers": headers, "trailers": False}
    )
    await send({"type": "http.response.body", "body": ALIVE.encode(), "more_body": False})


async def _live_and_let_stop(
    scope: LifespanScope, receive: ASGIReceiveCallable, send: ASGISendCallable
) -> None:
    await receive()
    _spare_the_collector()
    hub.start()
    _end_streams_on_signal()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await inbox.stop()
    await hub.stop()
    await send({"type": "lifespan.shutdown.complete"})


def _spare_the_collector() -> None:
    """What is loaded by now stays: the collector need not walk it, which takes 30 ms each time.

    It also comes less often: what requests leave behind is mostly freed without it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS_BETWEEN_COLLECTIONS)


def _end_streams_on_signal() -> None:
    """A server waits for open responses before it stops, and a stream never ends by itself."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        servers_own = signal.getsignal(number)

        def end_streams(number: int, stack: FrameType | None, then: Any = servers_own) -> None:
            hub.end_streams()
            if callable(then):
                then(number, stack)

        signal.signal(number, end_streams)
