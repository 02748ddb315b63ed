"""Words for the shared suite: one provider as the sandbox plays it, and our side of it.

news()            every webhook that came is posted to the real endpoint, and worked off
until(check)      keep taking news in
look(bot)         ask instead of being told
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.test import Client
from django.utils import timezone

from bots import reconciliation
from bots.models import Bot
from calendars.models import Calendar, Event
from recordings import artifacts
from recordings.models import Artifact, Recording
from tests.calendars.world import Outside
from tests.sandbox_process import Sandbox
from upstream.models import ProviderName, UpstreamAccount
from upstream.port import Provider
from upstream.registry import open_provider

PATIENCE_SECONDS = 90.0
CREATE = {
    ProviderName.MEETINGBAAS_V2: "/v2/bots",
    ProviderName.MEETINGBAAS_V1: "/bots/",
    ProviderName.RECALL: "/api/v1/bot/",
}


@dataclass
class Letter:
    path: str
    headers: dict[str, str]
    body: bytes


class Mailbox:
    """Where the provider sends its webhooks: an address that keeps them as they came."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        letters = self.letters

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                letters.append(Letter(self.path, dict(self.headers.items()), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass
class World:
    """One provider, its account here, and everything between the two."""

    sandbox: Sandbox
    account: UpstreamAccount
    outside: Outside
    mailbox: Mailbox
    _read: int
    _first: int = field(init=False)

    def __post_init__(self) -> None:
        self._first = self._read

    @property
    def provider(self) -> Provider:
        return open_provider(self.account)

    @property
    def came(self) -> int:
        """How many messages came, those that repeat another too."""
        return self._read - self._first

    def news(self) -> bool:
        """Post what the provider sent next to where it would arrive; the worker does the rest.

        False when nothing new has come.
        """
        if self._read == len(self.mailbox.letters):
            return False
        letter = self.mailbox.letters[self._read]
        self._read += 1
        names = {name.lower(): value for name, value in letter.headers.items()}
        kind = names.pop("content-type", "application/json")
        names.pop("content-length", None)
        with self.outside.work():
            answer = Client().post(letter.path, letter.body, content_type=kind, headers=names)
        # Of a world before this one: its account is gone.
        assert answer.status_code in (204, 404), (letter.path, answer.status_code)
        return True

    def until(self, check: Callable[[], Any]) -> Any:
        """Look after each message: one that talks on without end hides nothing that was reached."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            if found := check():
                return found
            if not self.news():
                time.sleep(0.05)
        raise AssertionError(f"never; the sandbox has {self.sandbox.state()['bots']}")

    def until_state(self, bot: Bot, *states: str) -> Bot:
        def reached() -> bool:
            bot.refresh_from_db()
            return bot.state in states

        self.until(reached)
        return bot

    def look(self, bot: Bot) -> Bot:
        with self.outside.work():
            reconciliation.look(Bot.objects.with_account().get(pk=bot.pk))
        bot.refresh_from_db()
        return bot

    def bring_home(self, bot: Bot) -> Recording:
        """Fetch what can be fetched, as often as is needed."""

        def is_whole() -> Recording | None:
            recording = Recording.objects.filter(bot=bot).first()
            if recording is None:
                return None
            Artifact.objects.filter(recording=recording, state="pending").update(
                next_try_at=timezone.now()
            )
            for artifact in recording.artifacts.filter(state="pending"):
                artifacts.bring(artifact.pk)
            is_done = not recording.artifacts.filter(state__in=("pending", "fetching")).exists()
            return recording if is_done else None

        found: Recording = self.until(is_whole)
        return found

    def at_provider(self, bot: Bot) -> list[Any]:
        """What the sandbox has under our id: bots on their way, and bookings."""
        state = self.sandbox.state()
        every = [*state["bots"], *state["bookings"]]
        return [one for one in every if (one["extra"] or {}).get("earshot_id") == bot.public_id]

    def bookings(self, event: Event) -> list[str]:
        """The states of all bookings that were ever made for this meeting."""
        rows = self.sandbox.state()["bookings"]
        return [row["status"] for row in rows if row["event_id"] == event.upstream_id]

    def asked_for(self) -> list[Any]:
        """The bots that were asked for by link, as the provider took them."""
        path = CREATE[ProviderName(self.account.provider)]
        log = self.sandbox.get("requests")["requests"]
        return [
            one["body"] for one in log if one["method"] == "POST" and one["path"].startswith(path)
        ]

    def lose_next_answer(self) -> None:
        """The next bot is made at the provider, and nobody is told."""
        path = CREATE[ProviderName(self.account.provider)]
        self.sandbox.post("faults", method="POST", path=path, status=504, performed=True)

    def new_event(self, calendar: Calendar) -> Event:
        """A meeting tomorrow that is in the calendar, and known here."""
        self.meeting()
        known = calendar.events.for_work().filter(title="Pricing workshop")
        found: Event = self.until(known.first)
        return found

    def choose(self, client: Client, event: Event, verdict: str, scope: str = "this") -> None:
        with self.outside.work():
            wish = {"verdict": verdict, "scope": scope}
            client.post(f"/events/{event.public_id}/choice/", wish)
        event.refresh_from_db()

    def meeting(self, **wishes: Any) -> str:
        """Put a meeting into the calendar; returns the calendar's own id of it."""
        usual = {"title": "Pricing workshop", "link": "meet", "in_minutes": 24 * 60}
        return str(self.sandbox.post("events", **(usual | wishes))["google_id"])


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def soon(minutes: float = 0) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)
