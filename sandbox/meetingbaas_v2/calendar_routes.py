"""/v2/calendars: connecting, looking after and reading the calendars of the team."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.clock import iso
from sandbox.http import ApiError, Json, data, read_json, read_object
from sandbox.meetingbaas_v2 import calendar_payloads
from sandbox.meetingbaas_v2.paging import listed, moment_of, paginate, truth_of
from sandbox.provider.credentials import Access, Credentials
from sandbox.provider.models import V2, Calendar, Event, by_series
from sandbox.provider.sync import Sync
from sandbox.schema import Required, Shape, check, one_of, text
from sandbox.world import World

_OAUTH: Shape = {
    "oauth_client_id": Required(text(1)),
    "oauth_client_secret": Required(text(1)),
    "oauth_refresh_token": Required(text(1)),
    "oauth_tenant_id": text(),
}
_RAW: Shape = {"calendar_platform": Required(one_of("google", "microsoft")), **_OAUTH}
_CREATE: Shape = {**_RAW, "raw_calendar_id": Required(text(1))}
_CONNECTION_STATUSES = ("active", "error", "revoked", "permission_denied")
_EVENT_STATUSES = ("confirmed", "cancelled", "tentative")


class CalendarRoutes:
    def __init__(self, world: World, sync: Sync) -> None:
        self.world, self.sync = world, sync
        self.credentials = Credentials(world)

    def routes(self) -> list[Route]:
        one = "/v2/calendars/{calendar_id}"
        return [
            Route("/v2/calendars/list-raw", self.list_raw, methods=["POST"]),
            Route("/v2/calendars", self.create, methods=["POST"]),
            Route("/v2/calendars", self.index, methods=["GET"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.change, methods=["PATCH"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/sync", self.sync_now, methods=["POST"]),
            Route(f"{one}/resubscribe", self.resubscribe, methods=["POST"]),
            Route(f"{one}/events", self.events, methods=["GET"]),
            Route(f"{one}/events/{{event_id}}", self.event, methods=["GET"]),
            Route(f"{one}/series", self.series, methods=["GET"]),
        ]

    async def list_raw(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        check(body, _RAW)
        access = self.credentials.read(body, body["calendar_platform"])
        return data(
            [
                {"id": raw, "name": name, "email": access.email, "is_primary": index == 0}
                for index, (raw, name) in enumerate(access.calendars)
            ]
        )

    async def create(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        check(body, _CREATE)
        access = self.credentials.read(body, body["calendar_platform"])
        self._refuse_unknown(access, body["raw_calendar_id"])
        self._refuse_duplicate(access, body["raw_calendar_id"])
        now = self.world.clock.now()
        calendar = Calendar(
            calendar_id=self.world.ids.uuid(),
            platform=body["calendar_platform"],
            account_email=access.email,
            raw_calendar_id=body["raw_calendar_id"],
            refresh_token=access.refresh_token,
            client_id=body["oauth_client_id"],
            tenant=access.tenant,
            created_at=now,
            updated_at=now,
        )
        self.world.provider.calendars[calendar.calendar_id] = calendar
        self.sync.begin(calendar)
        return data(calendar_payloads.connection(calendar), 201)

    async def index(self, request: Request) -> JSONResponse:
        statuses = listed(request, "status", _CONNECTION_STATUSES)
        platforms = listed(request, "calendar_platform", ("google", "microsoft"))
        email = request.query_params.get("account_email", "").lower()
        rows = [
            calendar
            for calendar in self.world.provider.calendars_of(V2).values()
            if (statuses is None or calendar.status in statuses)
            and (platforms is None or calendar.platform in platforms)
            and email in calendar.account_email
        ]
        return paginate(
            request,
            rows,
            place=lambda calendar: (calendar.created_at, calendar.calendar_id),
            show=calendar_payloads.calendar_row,
            newest_first=True,
        )

    async def show(self, request: Request) -> JSONResponse:
        return data(calendar_payloads.calendar_details(self._calendar(request)))

    async def change(self, request: Request) -> JSONResponse:
        """New credentials after the person consented again; the same account only."""
        body, calendar = await read_object(request), self._calendar(request)
        check(body, _OAUTH)
        access = self.credentials.read(body, calendar.platform)
        if access.email != calendar.account_email:
            raise ApiError(403, "FST_ERR_FORBIDDEN", "The token belongs to another account")
        calendar.refresh_token, calendar.tenant = access.refresh_token, access.tenant
        calendar.client_id = body["oauth_client_id"]
        calendar.status, calendar.status_message, calendar.sync_error = "active", None, None
        calendar.updated_at = self.world.clock.now()
        self.sync.subscribe(calendar)
        row = calendar_payloads.connection(calendar, updated=True)
        self.sync.voice(calendar).health(calendar)
        self.sync.soon(calendar)
        return data({key: value for key, value in row.items() if key != "created_at"})

    async def delete(self, request: Request) -> JSONResponse:
        await read_json(request)
        calendar = self._calendar(request)
        self.sync.disconnect(calendar)
        return data({"message": "Calendar connection deleted"})

    async def sync_now(self, request: Request) -> JSONResponse:
        await read_json(request)
        calendar = self._calendar(request)
        self._refuse_revoked(calendar)
        self.sync.soon(calendar)
        return data({"message": "Calendar sync started"})

    async def resubscribe(self, request: Request) -> JSONResponse:
        await read_json(request)
        calendar = self._calendar(request)
        self._refuse_revoked(calendar)
        self.sync.subscribe(calendar)
        now = self.world.clock.now()
        calendar.status, calendar.updated_at = "active", now
        return data({"calendar_id": calendar.calendar_id, "resubscribed_at": iso(now)})

    async def events(self, request: Request) -> JSONResponse:
        statuses = listed(request, "status", _EVENT_STATUSES)
        begin, end = moment_of(request, "start_date"), moment_of(request, "end_date")
        show_cancelled = truth_of(request, "show_cancelled", True)
        rows = [
            event
            for event in self._calendar(request).events.values()
            if (statuses is None or event.status in statuses)
            and (begin is None or event.end >= begin)
            and (end is None or event.start <= end)
            and (show_cancelled or not event.is_cancelled)
        ]
        return paginate(
            request,
            rows,
            place=lambda event: (event.start, event.event_id),
            show=lambda event: calendar_payloads.event_row(
                event, booked=self.sync.is_booked(event)
            ),
        )

    async def event(self, request: Request) -> JSONResponse:
        calendar = self._calendar(request)
        event = calendar.events.get(request.path_params["event_id"])
        if event is None:
            raise ApiError(404, "FST_ERR_EVENT_NOT_FOUND", "Event not found")
        return data(
            calendar_payloads.event_details(event, calendar, booked=self.sync.is_booked(event))
        )

    async def series(self, request: Request) -> JSONResponse:
        types = listed(request, "event_type", ("one_off", "recurring"))
        show_cancelled = truth_of(request, "show_cancelled", True)
        events = [
            event
            for event in self._calendar(request).events.values()
            if (types is None or event.event_type in types)
            and (show_cancelled or not event.is_cancelled)
        ]
        return paginate(
            request,
            by_series(events),
            place=lambda group: (group[0].created_at, group[0].series_id),
            show=self._series,
        )

    def _series(self, events: list[Event]) -> Json:
        first = events[0]
        return {
            "series_id": first.series_id,
            "event_type": first.event_type,
            "calendar_id": first.calendar_id,
            "created_at": iso(first.created_at),
            "events": [
                calendar_payloads.series_event(event, booked=self.sync.is_booked(event))
                for event in events
            ],
        }

    def _calendar(self, request: Request) -> Calendar:
        calendar = self.world.provider.calendars_of(V2).get(request.path_params["calendar_id"])
        if calendar is None:
            raise ApiError(404, "FST_ERR_CALENDAR_NOT_FOUND", "Calendar connection not found")
        return calendar

    def _refuse_unknown(self, access: Access, raw_id: str) -> None:
        if all(raw_id != raw for raw, _ in access.calendars):
            raise ApiError(400, "FST_ERR_CALENDAR_UNKNOWN", "The account has no such calendar")

    def _refuse_duplicate(self, access: Access, raw_id: str) -> None:
        calendars = self.world.provider.calendars_of(V2)
        for calendar in calendars.values():
            if (calendar.account_email, calendar.raw_calendar_id) == (access.email, raw_id):
                raise ApiError(409, "FST_ERR_CALENDAR_EXISTS", "The calendar is already connected")
        if len(calendars) >= self.world.settings.calendar_limit:
            raise ApiError(429, "FST_ERR_CALENDAR_LIMIT", "Calendar limit of the plan reached")

    def _refuse_revoked(self, calendar: Calendar) -> None:
        if self.credentials.status_of(calendar) != "active":
            self.sync.refresh(calendar)  # notices, and tells
            raise ApiError(401, "FST_ERR_CALENDAR_AUTH", "Token refresh failed: invalid_grant")
