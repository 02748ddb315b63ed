"""/calendar_events/: the meetings, and the flat description of the bot that comes to one.

A booking stays where it was made: when its meeting moves, is cancelled or loses its link, the
provider does nothing. A PATCH takes it to where the meeting is now; what it leaves out is null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.clock import parse_iso
from sandbox.http import Json
from sandbox.meetingbaas_v1 import config, payloads
from sandbox.meetingbaas_v1.door import read_body, refused, route
from sandbox.meetingbaas_v1.voice import V1
from sandbox.provider.bookings import Bookings
from sandbox.provider.models import Calendar, Event
from sandbox.world import World

_PAGE = 100


class EventRoutesV1:
    def __init__(self, world: World, bookings: Bookings) -> None:
        self.world, self.bookings = world, bookings

    def routes(self) -> list[Route]:
        one = "/calendar_events/{uuid}"
        return [
            route("/calendar_events/", self.index, "GET"),
            route(one, self.show, "GET"),
            route(f"{one}/bot", self.create, "POST"),
            route(f"{one}/bot", self.change, "PATCH"),
            route(f"{one}/bot", self.delete, "DELETE"),
        ]

    async def index(self, request: Request) -> JSONResponse:
        query = request.query_params
        calendar = self.world.provider.calendars_of(V1).get(query.get("calendar_id", ""))
        if calendar is None:
            raise refused(404 if "calendar_id" in query else 400, "Calendar not found")
        status, cursor = query.get("status", "upcoming"), query.get("cursor", "0")
        if status not in ("upcoming", "past", "all") or not cursor.isdigit():
            raise refused(400, "Invalid query")
        after, before = _moment(query, "start_date_gte"), _moment(query, "start_date_lte")
        now = self.world.clock.now()
        rows = [
            event
            for event in sorted(calendar.events.values(), key=lambda e: (e.start, e.event_id))
            if (after is None or event.start >= after)
            and (before is None or event.start <= before)
            and (status == "all" or (event.start >= now) == (status == "upcoming"))
        ]
        end = int(cursor) + _PAGE
        page = [self._row(event, calendar) for event in rows[int(cursor) : end]]
        return JSONResponse({"data": page, "next": str(end) if end < len(rows) else None})

    async def show(self, request: Request) -> JSONResponse:
        return JSONResponse(self._row(*self._event(request)))

    async def create(self, request: Request) -> JSONResponse:
        body = await read_body(request, config.EVENT_BOT)
        wishes = config.kept(body)
        return self._each(request, lambda event: self._book(event, wishes))

    async def change(self, request: Request) -> JSONResponse:
        body = await read_body(request, config.EVENT_BOT_CHANGE)
        wishes = config.kept(body)
        return self._each(request, lambda event: self._change(event, wishes))

    async def delete(self, request: Request) -> JSONResponse:
        return self._each(request, self._cancel)

    def _each(self, request: Request, do: Callable[[Event], None]) -> JSONResponse:
        """This event, or its whole series; all that were touched are in the answer."""
        everyone = request.query_params.get("all_occurrences", "false")
        if everyone not in ("true", "false"):
            raise refused(400, "Invalid all_occurrences")
        event, calendar = self._event(request)
        events = [event]
        if everyone == "true":
            series = (e for e in calendar.events.values() if e.series_id == event.series_id)
            now = self.world.clock.now()
            events = [e for e in series if e.end > now and not e.is_cancelled]
        for one in events:
            do(one)
        return JSONResponse([self._row(one, calendar) for one in events])

    def _book(self, event: Event, wishes: Json) -> None:
        if not event.meeting_url or not event.source["meeting_platform"]:
            raise refused(400, "The event has no meeting url")
        if event.is_cancelled or event.end <= self.world.clock.now():
            raise refused(400, "The event is deleted or over")
        if self.world.provider.booking_for(event.event_id):
            raise refused(409, "A bot is already scheduled for this event")
        self.bookings.book(wishes, event.meeting_url, event.start, event, provider=V1)

    def _change(self, event: Event, wishes: Json) -> None:
        booking = self.world.provider.booking_for(event.event_id)
        if booking is None or booking.status != "scheduled":
            raise refused(404, "No bot is scheduled for this event")
        booking.config = wishes
        booking.meeting_url = event.meeting_url or booking.meeting_url
        booking.ends_at = event.end
        self.bookings.move(booking, event.start)

    def _cancel(self, event: Event) -> None:
        """What is not there is gone already; a bot that has set out goes on."""
        booking = self.world.provider.booking_for(event.event_id)
        if booking is None:
            return
        bot = self.world.provider.bots.get(booking.bot_id)
        if booking.status == "scheduled" or (bot is not None and bot.is_terminal):
            self.bookings.cancel(booking)

    def _row(self, event: Event, calendar: Calendar) -> Json:
        booking = self.world.provider.booking_for(event.event_id)
        return payloads.event_row(event, calendar, booking)

    def _event(self, request: Request) -> tuple[Event, Calendar]:
        event_id = request.path_params["uuid"]
        for calendar in self.world.provider.calendars_of(V1).values():
            if event_id in calendar.events:
                return calendar.events[event_id], calendar
        raise refused(404, "Event not found")


def _moment(query: Mapping[str, str], name: str) -> float | None:
    text = query.get(name)
    if not text:
        return None
    at = parse_iso(text)
    if at is None:
        raise refused(400, f"Invalid {name}")
    return at
