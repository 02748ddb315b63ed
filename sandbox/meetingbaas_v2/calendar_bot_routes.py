"""/v2/calendars/{id}/bots: the switch of an event or a series, on, changed and off.

The answer is a partial success: 201 or 200 even when every single occurrence failed.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.http import ApiError, Json, partial, read_object
from sandbox.meetingbaas_v2 import config
from sandbox.provider.bookings import Bookings
from sandbox.provider.models import V2, Calendar, Event
from sandbox.world import World


class ItemError(Exception):
    """One occurrence that could not be done; the others still are."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class CalendarBotRoutes:
    def __init__(self, world: World, bookings: Bookings) -> None:
        self.world, self.bookings = world, bookings

    def routes(self) -> list[Route]:
        path = "/v2/calendars/{calendar_id}/bots"
        return [
            Route(path, self.create, methods=["POST"]),
            Route(path, self.change, methods=["PATCH"]),
            Route(path, self.delete, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        config.check_calendar_config(body, config.CALENDAR_BOT)
        calendar, events = self._selected(request, body)
        wishes = config.filled(body)
        if body["all_occurrences"]:
            calendar.series_configs[body["series_id"]] = wishes
        return _each(events, lambda event: self._book(event, wishes), 201)

    async def change(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        config.check_calendar_config(body, config.CALENDAR_BOT_CHANGE)
        calendar, events = self._selected(request, body)
        if body["all_occurrences"]:
            calendar.series_configs[body["series_id"]] = config.filled({"bot_name": "Bot", **body})
        elif all(self._is_locked(event) for event in events):
            raise ApiError(
                409, "FST_ERR_BOT_STATUS", "The bot can no longer be changed: it is about to join"
            )
        return _each(events, lambda event: self._change(event, body), 200)

    async def delete(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        config.check_selector(body)
        calendar, events = self._selected(request, body)
        if body["all_occurrences"]:
            calendar.series_configs.pop(body["series_id"], None)
            events = [event for event in events if self.world.provider.booking_for(event.event_id)]
        return _each(events, self._cancel, 200)

    def _selected(self, request: Request, body: Json) -> tuple[Calendar, list[Event]]:
        calendar = self.world.provider.calendars_of(V2).get(request.path_params["calendar_id"])
        if calendar is None:
            raise ApiError(404, "FST_ERR_CALENDAR_NOT_FOUND", "Calendar connection not found")
        series = [e for e in calendar.events.values() if e.series_id == body["series_id"]]
        if not series:
            raise ApiError(404, "FST_ERR_EVENT_SERIES_NOT_FOUND", "Event series not found")
        if body["all_occurrences"]:
            now = self.world.clock.now()
            return calendar, [e for e in series if e.end > now and not e.is_cancelled]
        chosen = [event for event in series if event.event_id == body["event_id"]]
        if not chosen:
            raise ApiError(404, "FST_ERR_EVENT_NOT_FOUND", "Event not found in this series")
        return calendar, chosen

    def _book(self, event: Event, wishes: Json) -> None:
        if not event.meeting_url or not event.source["meeting_platform"]:
            raise ItemError("NO_MEETING_URL", "The event has no meeting URL")
        if event.is_cancelled:
            raise ItemError("EVENT_CANCELLED", "The event is cancelled")
        if event.end <= self.world.clock.now():
            raise ItemError("EVENT_IN_PAST", "The event is over")
        if self.world.provider.booking_for(event.event_id):
            raise ItemError("BOT_ALREADY_SCHEDULED", "A bot is already scheduled for this event")
        self.bookings.book(wishes, event.meeting_url, event.start, event)

    def _change(self, event: Event, body: Json) -> None:
        booking = self.world.provider.booking_for(event.event_id)
        if booking is None:
            raise ItemError("BOT_NOT_SCHEDULED", "No bot is scheduled for this event")
        if self._is_locked(event):
            raise ItemError("BOT_LOCKED", "The bot can no longer be changed")
        # As with scheduled bots, what is left out falls back to its default.
        booking.config = config.filled({"bot_name": booking.config["bot_name"], **body})

    def _is_locked(self, event: Event) -> bool:
        booking = self.world.provider.booking_for(event.event_id)
        return booking is not None and (
            booking.status != "scheduled" or self.bookings.is_locked(booking)
        )

    def _cancel(self, event: Event) -> None:
        booking = self.world.provider.booking_for(event.event_id)
        if booking is None:
            raise ItemError("BOT_NOT_SCHEDULED", "No bot is scheduled for this event")
        self.bookings.cancel(booking)


def _each(events: list[Event], do: Callable[[Event], None], status: int) -> JSONResponse:
    done: list[Json] = []
    errors: list[Json] = []
    for event in events:
        row: Json = {"event_id": event.event_id}
        try:
            do(event)
        except ItemError as error:
            errors.append({**row, "code": error.code, "message": error.message, "details": None})
        else:
            done.append(row)
    return partial(done, errors, status)
