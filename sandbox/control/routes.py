"""/sandbox/api: every string one can pull, each a small JSON call. Pages are in pages.py.

Errors have the provider's shape, so that a mistaken test reads the same as a mistaken client.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.accidents import ACCIDENTS
from sandbox.clock import iso
from sandbox.control.bots import BotControl
from sandbox.control.consents import ConsentControl
from sandbox.control.events import EventControl
from sandbox.control.pages import Pages
from sandbox.control.reading import missing, number_in, story_in, wishes
from sandbox.control.troubles import TroubleControl
from sandbox.control.views import booking_view, bot_view, delivery_view, event_view
from sandbox.google.state import ACCOUNTS
from sandbox.http import Json, invalid
from sandbox.media.script import kinds
from sandbox.microsoft.state import ACCOUNTS as MAILBOXES
from sandbox.play import Play
from sandbox.stories import STORIES

Answer = Callable[[Request], Awaitable[Response]]


class ControlRoutes:
    def __init__(self, play: Play) -> None:
        self.play, self.world = play, play.world
        self.bots, self.events = BotControl(play), EventControl(play)
        self.consents, self.troubles = ConsentControl(play), TroubleControl(play.world)
        self.pages = Pages(play)

    def routes(self) -> list[Route]:
        posts: dict[str, Callable[[Request, Json], Json]] = {
            "reset": self._reset,
            "speed": self._speed,
            "advance": self._advance,
            "webhook": lambda request, body: self.troubles.webhook(body),
            "weather": lambda request, body: self.troubles.weather(body),
            "next_story": self._next_story,
            "finished_bots": lambda request, body: self.bots.finished(body),
            "bots/{id}/story": lambda request, body: self.bots.tell(_id(request), body),
            "bots/{id}/start": lambda request, body: self.bots.start(_id(request)),
            "bots/{id}/leave": lambda request, body: self.bots.leave(_id(request)),
            "bots/{id}/chat": lambda request, body: self.bots.chat(_id(request), body),
            "events": lambda request, body: self.events.create(body),
            "events/{id}/story": lambda request, body: self.events.tell(_id(request), body),
            "events/{id}/start": lambda request, body: self.events.start(_id(request)),
            "events/{id}/{verb}": lambda request, body: self.events.act(
                _id(request), request.path_params["verb"], body
            ),
            "calendars/fill": lambda request, body: self.events.fill(body),
            "google/behaviour": lambda request, body: self.consents.google(body),
            "google/grants": lambda request, body: self.consents.google_grant(body),
            "microsoft/behaviour": lambda request, body: self.consents.microsoft(body),
            "zoom/behaviour": lambda request, body: self.consents.zoom(body),
            "microsoft/grants": lambda request, body: self.consents.microsoft_grant(body),
            "calendars/{id}/trouble": lambda request, body: self.consents.trouble(
                _id(request), body
            ),
            "deliveries/resend": lambda request, body: self.troubles.resend(body),
            "deliveries/recover": lambda request, body: self.troubles.recover(body),
            "accidents": lambda request, body: self.troubles.accident(body),
            "faults": lambda request, body: self.troubles.fault(body),
        }
        gets: dict[str, Callable[[Request], Json]] = {
            "state": self._state,
            "deliveries": self._deliveries,
            "requests": lambda request: {"requests": list(self.world.requests.entries)},
            "bots/{id}": self._bot,
        }
        return [
            *(Route(f"/sandbox/api/{p}", _post(do), methods=["POST"]) for p, do in posts.items()),
            *(Route(f"/sandbox/do/{p}", _form(do), methods=["POST"]) for p, do in posts.items()),
            *(Route(f"/sandbox/api/{p}", _get(show), methods=["GET"]) for p, show in gets.items()),
            *self.pages.routes(),
        ]

    def _state(self, request: Request) -> Json:
        provider = self.world.provider
        return {
            "now": iso(self.world.clock.now()),
            "speed": self.world.clock.speed,
            "webhook": self.troubles.endpoint(),
            "weather": self.troubles.view(),
            "accidents": {accident.name: accident.title for accident in ACCIDENTS.values()},
            "next_story": provider.next_story,
            "stories": {story.name: story.title for story in STORIES.values()},
            "talks": kinds(),
            "accounts": {a.email: [raw for raw, _ in a.calendars] for a in ACCOUNTS.values()},
            "google": asdict(self.world.google.behaviour),
            "mailboxes": {a.email: [raw for raw, _ in a.calendars] for a in MAILBOXES.values()},
            "microsoft": asdict(self.world.microsoft.behaviour),
            "zoom": asdict(self.world.zoom.behaviour),
            "bots": [bot_view(bot) for bot in provider.bots.values()],
            "bookings": [booking_view(booking) for booking in provider.bookings.values()],
            "calendars": [
                {
                    "calendar_id": calendar.calendar_id,
                    "account_email": calendar.account_email,
                    "raw_calendar_id": calendar.raw_calendar_id,
                    "status": calendar.status,
                    "events": [event_view(event, provider) for event in calendar.events.values()],
                }
                for calendar in provider.calendars.values()
            ],
        }

    def _bot(self, request: Request) -> Json:
        bot = self.world.provider.bots.get(_id(request))
        if bot is None:
            raise missing("bot")
        return {**bot_view(bot), "history": [
            {**entry, "created_at": iso(entry["created_at"])} for entry in bot.history
        ]}  # fmt: skip

    def _deliveries(self, request: Request) -> Json:
        messages = list(self.world.post.messages.values())
        return {"deliveries": [delivery_view(message) for message in messages]}

    def _reset(self, request: Request, body: Json) -> Json:
        self.play.reset()
        return {}

    def _speed(self, request: Request, body: Json) -> Json:
        speed = number_in(body, "speed")
        if speed is None or not 0 < speed <= 100_000:
            raise invalid("speed must be a number above 0")
        self.world.jobs.change_speed(speed)
        return {"speed": speed}

    def _advance(self, request: Request, body: Json) -> Json:
        """Jump ahead: whatever falls due in between happens now, and signed addresses age."""
        seconds = number_in(body, "seconds")
        if seconds is None or seconds < 0:
            raise invalid("seconds must be a number, not below 0")
        self.world.clock.offset += seconds
        for calendar in self.world.provider.calendars.values():
            self.play.sync.soon(calendar)
        self.world.jobs.wake()
        return {"now": iso(self.world.clock.now())}

    def _next_story(self, request: Request, body: Json) -> Json:
        self.world.provider.next_story = story_in(body)
        return {"next_story": self.world.provider.next_story}


def _id(request: Request) -> str:
    return str(request.path_params["id"])


def _post(do: Callable[[Request, Json], Json]) -> Answer:
    async def answer(request: Request) -> Response:
        return JSONResponse(do(request, await wishes(request)))

    return answer


def _form(do: Callable[[Request, Json], Json]) -> Answer:
    """The same from a page's form, which is shown again afterwards."""

    async def answer(request: Request) -> Response:
        do(request, await wishes(request))
        page = urlsplit(request.headers.get("referer", "")).path
        return RedirectResponse(page if page.startswith("/sandbox") else "/sandbox/", 303)

    return answer


def _get(show: Callable[[Request], Json]) -> Answer:
    async def answer(request: Request) -> Response:
        return JSONResponse(show(request))

    return answer
