"""A provider where every recorded story is over: what it answers when Earshot asks about a bot.

It speaks HTTP as Meeting BaaS v2 does; each of its bots stands where its story left it. A bot that
is put at `api/v1/bot/<id>` is told as Recall.ai would.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bots.outcomes import is_without_transcript
from tests.bots.stories import Story
from upstream.events import BotCompleted, BotFailed

NOT_FOUND = {"success": False, "error": "Not Found", "code": "NOT_FOUND", "statusCode": 404}
CONFLICT = {"success": False, "error": "Conflict", "code": "FST_ERR_BOT_STATUS", "statusCode": 409}


@dataclass
class ProviderAtRest:
    url: str = ""
    bots: dict[str, dict[str, Any]] = field(default_factory=dict)

    def stand_at_the_end_of(self, story: Story, *, public_id: str) -> None:
        """Forget all other bots; these carry our `public_id`."""
        ids = dict.fromkeys(event.bot_id for event in story.events)
        self.bots = {id: _details(story, id, public_id) for id in ids}


def _details(story: Story, bot_id: str, public_id: str) -> dict[str, Any]:
    own = [event for event in story.events if event.bot_id == bot_id]
    ends = [event for event in own if isinstance(event, BotCompleted)]
    failures = [event for event in own if isinstance(event, BotFailed)]
    lost_text = [event for event in failures if is_without_transcript(event.code)]
    details: dict[str, Any] = {"bot_id": bot_id, "extra": {"earshot_id": public_id}}
    if ends or lost_text:
        details |= {"status": "completed", "video": "https://files.example/v.mp4?sig=2"}
    if ends:
        details |= {
            "joined_at": ends[0].joined_at and ends[0].joined_at.isoformat(),
            "exited_at": ends[0].exited_at and ends[0].exited_at.isoformat(),
            "duration_seconds": ends[0].duration_seconds,
        }
    if lost_text or not ends:
        last = (lost_text or failures)[-1]
        said = {"error_code": last.code, "error_message": last.message}
        details |= {"status": "failed", **said}
    return details


@contextmanager
def run_provider_at_rest() -> Iterator[ProviderAtRest]:
    provider = ProviderAtRest()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            place = address.path.removeprefix("/v2/bots").strip("/")
            if place in ("", "scheduled"):
                asked = parse_qs(address.query)["extra"][0].partition(":")[2]
                found = [] if place else [*provider.bots.values()]
                ours = [bot for bot in found if bot["extra"]["earshot_id"] == asked]
                self._answer(200, {"success": True, "data": ours, "cursor": None})
            elif bot := provider.bots.get(place):
                is_bare = place.startswith("api/")  # as Recall.ai answers
                self._answer(200, bot if is_bare else {"success": True, "data": bot})
            else:
                self._answer(404, NOT_FOUND)

        def do_POST(self) -> None:
            """Whoever is asked to leave has left."""
            self.rfile.read(int(self.headers["content-length"]))
            self._answer(409, CONFLICT)

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    server.server_close()
    thread.join()
