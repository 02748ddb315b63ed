"""/api/v2/calendars/ and /api/v2/calendar-events/: connections, meetings, and bots for them.

Only an account's primary calendar. Secrets that were sent are sent back. A booking is replaced
whole each time, and stays where it was when its meeting moves.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import DAY, iso
from sandbox.http import ApiError, Json
from sandbox.provider.bookings import Bookings
from sandbox.provider.models import Booking, Calendar, Event
from sandbox.provider.sync import Sync
from sandbox.recall import config
from sandbox.recall.payloads import PLATFORMS, RECALL
from sandbox.recall.speech import (
    field_error,
    moment_of,
    not_found,
    page,
    read_object,
    refused,
    route,
)
from sandbox.schema import Required, Shape, check, mapping, one_of, optional, text
from sandbox.world import World

WINDOW = 28 * DAY
CALENDAR_PLATFORMS = {"google_calendar": "google", "microsoft_outlook": "microsoft"}
_OAUTH: Shape = {
    "oauth_client_id": Required(text(1)),
    "oauth_client_secret": Required(text(1)),
    "oauth_refresh_token": Required(text(1)),
    "oauth_email": optional(text()),
}
_CREATE: Shape = {"platform": Required(one_of(*CALENDAR_PLATFORMS)), **_OAUTH}
_CHANGE: Shape = {
    name: text(1) for name in ("oauth_client_id", "oauth_client_secret", "oauth_refresh_token")
}
_BOT: Shape = {"deduplication_key": Required(text(1)), "bot_config": Required(mapping)}


class RecallCalendarRoutes:
    def __init__(self, world: World, sync: Sync, bookings: Bookings) -> None:
        self.world, self.sync, self.bookings = world, sync, bookings

    def routes(self) -> list[Route]:
        one, event = "/api/v2/calendars/{calendar_id}/", "/api/v2/calendar-events/{event_id}/"
        return [
            route("/api/v2/calendars/", POST=self.create, GET=self.index),
            route(one, GET=self.show, PATCH=self.change, DELETE=self.delete),
            route("/api/v2/calendar-events/", GET=self.events),
            route(event, GET=self.event),
            route(f"{event}bot/", POST=self.book, DELETE=self.unbook),
        ]

    async def create(self, request: Request) -> Response:
        """The token is tried afterwards; the same account is taken as often as it is sent."""
        body = await read_object(request)
        check(body, _CREATE)
        now, platform = self.world.clock.now(), CALENDAR_PLATFORMS[body["platform"]]
        calendar = Calendar(
            calendar_id=self.world.ids.uuid(),
            platform=platform,
            account_email="",
            raw_calendar_id="",
            refresh_token=body["oauth_refresh_token"],
            client_id=body["oauth_client_id"],
            created_at=now,
            updated_at=now,
            provider=RECALL,
        )
        self.world.provider.calendars[calendar.calendar_id] = calendar
        row = self._row(calendar)  # as it is before anybody tried the token
        if self._open(calendar, body):
            self.sync.begin(calendar)
        return JSONResponse({**row, "oauth_email": body.get("oauth_email")}, 201)

    async def index(self, request: Request) -> Response:
        query = request.query_params
        rows = [self._row(one) for one in self.world.provider.calendars_of(RECALL).values()]
        shown = [
            row
            for row in rows
            if all(query.get(key, row[key]) == row[key] for key in ("platform", "status"))
            and query.get("email", row["platform_email"]) == row["platform_email"]
        ]
        return page(request, shown, self.world.links.public_url)

    async def show(self, request: Request) -> Response:
        return JSONResponse(self._row(self._calendar(request)))

    async def change(self, request: Request) -> Response:
        """New tokens: connecting again, then connected or not."""
        body, calendar = await read_object(request), self._calendar(request)
        check(body, _CHANGE)
        secrets = self._secrets(calendar)
        calendar.refresh_token = body.get("oauth_refresh_token", calendar.refresh_token)
        calendar.client_id = body.get("oauth_client_id", calendar.client_id)
        calendar.status, calendar.synced_at = "active", None
        calendar.updated_at = self.world.clock.now()
        row = self._row(calendar)
        if self._open(calendar, {**secrets, **body}):
            if calendar.first_sync_done:
                self.sync.soon(calendar)
            else:
                self.sync.begin(calendar)
        return JSONResponse(row)

    async def delete(self, request: Request) -> Response:
        self.sync.disconnect(self._calendar(request))
        return Response(status_code=204)

    async def events(self, request: Request) -> Response:
        query = request.query_params
        if "calendar_id" in query and query["calendar_id"] not in self._calendars():
            return page(request, [], self.world.links.public_url)
        since, after, before = (
            moment_of(request, name)
            for name in ("updated_at__gte", "start_time__gte", "start_time__lte")
        )
        end = self.world.clock.now() + WINDOW
        found = [
            event
            for calendar in self._calendars().values()
            if query.get("calendar_id", calendar.calendar_id) == calendar.calendar_id
            for event in calendar.events.values()
            if event.start <= min(end, before or end)
            and event.start >= (after or 0)
            and event.updated_at >= (since or 0)
            and query.get("is_deleted", str(event.is_cancelled)).lower()
            == str(event.is_cancelled).lower()
        ]
        rows = [self._event_row(event) for event in sorted(found, key=lambda e: e.start)]
        return page(request, rows, self.world.links.public_url)

    async def event(self, request: Request) -> Response:
        return JSONResponse(self._event_row(self._event(request)))

    async def book(self, request: Request) -> Response:
        body, event = await read_object(request), self._event(request)
        check(body, _BOT)
        config.check_body(body["bot_config"], config.BOT_CONFIG)
        if {"meeting_url", "join_at"} & set(body["bot_config"]):
            raise field_error("bot_config", "meeting_url and join_at come from the event.")
        if event.end <= self.world.clock.now() or event.is_cancelled:
            raise refused(400, "invalid_request_data", "The event has ended or was deleted.")
        if not event.meeting_url or not event.source["meeting_platform"]:
            raise refused(400, "invalid_request_data", "The event has no meeting URL.")
        self._book(event, str(body["deduplication_key"]), config.kept(body["bot_config"]))
        return JSONResponse(self._event_row(event))

    async def unbook(self, request: Request) -> Response:
        event = self._event(request)
        for booking in self._waiting(event):
            self._let_go(booking, event)
        return JSONResponse(self._event_row(event))

    def _book(self, event: Event, key: str, kept: Json) -> None:
        """One bot per key, shared by the events that ask for it; another key is another bot."""
        for booking in self._waiting(event):
            if booking.config["key"] != key:
                self._let_go(booking, event)
        meeting_url = str(event.meeting_url)
        shared = [one for one in self._scheduled() if one.config["key"] == key]
        if not shared:
            fresh = {**kept, "key": key, "events": [event.event_id]}
            self.bookings.book(fresh, meeting_url, event.start, event, provider=RECALL)
            return
        booking = shared[0]
        sharing = [*dict.fromkeys([*booking.config["events"], event.event_id])]
        booking.config = {**kept, "key": key, "events": sharing}
        booking.meeting_url, booking.ends_at = meeting_url, event.end
        self.bookings.move(booking, event.start)

    def _let_go(self, booking: Booking, event: Event) -> None:
        """The bot goes with the last event that wanted it."""
        booking.config["events"] = [id for id in booking.config["events"] if id != event.event_id]
        if not booking.config["events"]:
            self.bookings.cancel(booking)

    def _scheduled(self) -> list[Booking]:
        found = self.world.provider.bookings_of(RECALL).values()
        return [one for one in found if one.status == "scheduled" and "key" in one.config]

    def _waiting(self, event: Event) -> list[Booking]:
        return [one for one in self._scheduled() if event.event_id in one.config["events"]]

    def _open(self, calendar: Calendar, body: Json) -> bool:
        """Try the token; who does not let us in leaves the calendar disconnected."""
        try:
            access = self.sync.credentials.read(body, calendar.platform)
        except ApiError:
            calendar.status = "revoked"
            self.sync.voice(calendar).health(calendar)
            return False
        calendar.refresh_token, calendar.tenant = access.refresh_token, access.tenant
        calendar.account_email = access.email
        calendar.raw_calendar_id = access.calendars[0][0]
        return True

    def _calendars(self) -> dict[str, Calendar]:
        return self.world.provider.calendars_of(RECALL)

    def _calendar(self, request: Request) -> Calendar:
        found = self._calendars().get(request.path_params["calendar_id"])
        if found is None:
            raise not_found()
        return found

    def _event(self, request: Request) -> Event:
        event_id = request.path_params["event_id"]
        for calendar in self._calendars().values():
            if event_id in calendar.events:
                return calendar.events[event_id]
        raise not_found()

    def _secrets(self, calendar: Calendar) -> Json:
        world: Any = self.world.google
        if calendar.platform == "microsoft":
            world = self.world.microsoft
        return {
            "oauth_client_id": calendar.client_id,
            "oauth_client_secret": world.client_secret,
            "oauth_refresh_token": calendar.refresh_token,
        }

    def _row(self, calendar: Calendar) -> Json:
        word, at = _status(calendar)
        platforms = {ours: theirs for theirs, ours in CALENDAR_PLATFORMS.items()}
        return {
            "id": calendar.calendar_id,
            "platform": platforms[calendar.platform],
            "platform_email": calendar.account_email or None,
            "oauth_email": None,
            **self._secrets(calendar),
            "webhook_url": None,
            "status": word,
            "status_changes": [
                {"status": "connecting", "created_at": iso(calendar.created_at)},
                *([{"status": word, "created_at": iso(at)}] if word != "connecting" else []),
            ],
            "created_at": iso(calendar.created_at),
            "updated_at": iso(calendar.updated_at),
        }

    def _event_row(self, event: Event) -> Json:
        source = event.source
        platform = self._calendars()[event.calendar_id].platform
        return {
            "id": event.event_id,
            "start_time": iso(event.start),
            "end_time": iso(event.end),
            "calendar_id": event.calendar_id,
            "raw": {**source["raw"], **_written(source, platform)},
            "platform": {"google": "google_calendar", "microsoft": "microsoft_outlook"}[platform],
            "platform_id": source["id"],
            "ical_uid": source["raw"].get("iCalUID") or source["raw"].get("iCalUId"),
            "meeting_platform": PLATFORMS.get(source["meeting_platform"] or ""),
            "meeting_url": event.meeting_url,
            "created_at": iso(event.created_at),
            "updated_at": iso(event.updated_at),
            "is_deleted": event.is_cancelled,
            "bots": [
                {
                    "bot_id": one.bot_id,
                    "start_time": iso(one.join_at),
                    "deduplication_key": one.config["key"],
                    "meeting_url": one.meeting_url,
                }
                for one in self.world.provider.bookings_of(RECALL).values()
                if one.status in ("scheduled", "completed")
                and event.event_id in one.config.get("events", ())
            ],
        }


def _status(calendar: Calendar) -> tuple[str, float]:
    if calendar.status != "active":
        return "disconnected", calendar.updated_at
    if calendar.synced_at is None:
        return "connecting", calendar.updated_at
    return "connected", calendar.synced_at


def _written(source: Json, platform: str) -> Json:
    """What people wrote and whom they invited: Recall shows it nowhere but in the record."""
    people = source["attendees"] or []
    if platform == "microsoft":
        return {
            "location": {"displayName": source["location"] or ""},
            "body": {"contentType": "html", "content": source["description"] or ""},
            "responseStatus": {"response": _own_answer(people)},
            "attendees": [
                {
                    "emailAddress": {"address": one["email"], "name": one["name"]},
                    "status": {"response": _graph_answer(one)},
                }
                for one in people
            ],
        }
    written = {"location": source["location"], "description": source["description"]}
    attendees = [
        {
            "email": one["email"],
            "displayName": one["name"],
            "responseStatus": one["response_status"],
            "organizer": one.get("organizer", False),
            "self": one.get("self", False),
        }
        for one in people
    ]
    kept = {key: value for key, value in written.items() if value}
    return {**kept, "attendees": attendees} if attendees else kept


def _own_answer(people: list[Json]) -> str:
    return next((_graph_answer(one) for one in people if one.get("self")), "none")


def _graph_answer(person: Json) -> str:
    answer = str(person["response_status"])
    return {"needsAction": "notResponded", "tentative": "tentativelyAccepted"}.get(answer, answer)
