"""/calendars/: no health, no single reading; an update takes every booking of the calendar away."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.http import Json
from sandbox.meetingbaas_v1 import payloads
from sandbox.meetingbaas_v1.door import read_body, refused, route
from sandbox.meetingbaas_v1.voice import V1
from sandbox.provider.bookings import Bookings
from sandbox.provider.credentials import REFUSALS, Access, Credentials
from sandbox.provider.models import Calendar
from sandbox.provider.sync import Sync
from sandbox.schema import Required, Shape, one_of, optional, text
from sandbox.world import World

_RAW: Shape = {
    "platform": Required(one_of("Google", "Microsoft")),
    "oauth_client_id": Required(text(1)),
    "oauth_client_secret": Required(text(1)),
    "oauth_refresh_token": Required(text(1)),
}
_CREATE: Shape = {**_RAW, "raw_calendar_id": optional(text())}


class CalendarRoutesV1:
    def __init__(self, world: World, sync: Sync, bookings: Bookings) -> None:
        self.world, self.sync, self.bookings = world, sync, bookings
        self.credentials = Credentials(world)

    def routes(self) -> list[Route]:
        return [
            route("/calendars/", self.index, "GET"),
            route("/calendars/", self.create, "POST"),
            route("/calendars/raw", self.list_raw, "POST"),
            route("/calendars/resync_all", self.resync_all, "POST"),
            route("/calendars/{uuid}", self.show, "GET"),
            route("/calendars/{uuid}", self.change, "PATCH"),
            route("/calendars/{uuid}", self.delete, "DELETE"),
        ]

    async def list_raw(self, request: Request) -> JSONResponse:
        access = self._access(await read_body(request, _RAW))
        rows = [
            {"id": raw, "email": access.email, "is_primary": index == 0}
            for index, (raw, _) in enumerate(access.calendars)
        ]
        return JSONResponse({"calendars": rows})

    async def create(self, request: Request) -> JSONResponse:
        body = await read_body(request, _CREATE)
        access = self._access(body)
        raw_id = body.get("raw_calendar_id") or access.calendars[0][0]
        if all(raw_id != raw for raw, _ in access.calendars):
            raise refused(400, "No such calendar in this account")
        for known in self.world.provider.calendars_of(V1).values():
            if (known.account_email, known.raw_calendar_id) == (access.email, raw_id):
                raise refused(400, "Calendar already exists")
        now = self.world.clock.now()
        calendar = Calendar(
            calendar_id=self.world.ids.uuid(),
            platform=body["platform"].lower(),
            account_email=access.email,
            raw_calendar_id=raw_id,
            refresh_token=access.refresh_token,
            client_id=body["oauth_client_id"],
            created_at=now,
            updated_at=now,
            provider=V1,
        )
        self.world.provider.calendars[calendar.calendar_id] = calendar
        self.sync.begin(calendar)
        return JSONResponse({"calendar": payloads.calendar_row(calendar)})

    async def index(self, request: Request) -> JSONResponse:
        rows = self.world.provider.calendars_of(V1).values()
        return JSONResponse([payloads.calendar_row(calendar) for calendar in rows])

    async def show(self, request: Request) -> JSONResponse:
        return JSONResponse(payloads.calendar_row(self._calendar(request)))

    async def change(self, request: Request) -> JSONResponse:
        """Whoever's token it is. All bots of the calendar are unscheduled, and nobody is told."""
        body, calendar = await read_body(request, _RAW), self._calendar(request)
        access = self._access(body)
        calendar.refresh_token, calendar.tenant = access.refresh_token, access.tenant
        calendar.client_id, calendar.status = body["oauth_client_id"], "active"
        for booking in self.world.provider.bookings_of(V1).values():
            if booking.calendar_id == calendar.calendar_id and booking.status == "scheduled":
                self.bookings.cancel(booking)
        self.sync.soon(calendar)
        return JSONResponse({"calendar": payloads.calendar_row(calendar)})

    async def delete(self, request: Request) -> Response:
        self.sync.disconnect(self._calendar(request))
        return Response(status_code=200)

    async def resync_all(self, request: Request) -> JSONResponse:
        days = request.query_params.get("days", "30")
        if not days.isdigit():
            raise refused(400, "days must be an integer")
        synced, errors = [], []
        for calendar in list(self.world.provider.calendars_of(V1).values()):
            status = self.credentials.status_of(calendar)
            if status == "active":
                self.sync.read_now(calendar)
                synced.append(calendar.calendar_id)
            else:
                said = f"Token refresh failed: {REFUSALS[status]}"
                errors.append([calendar.calendar_id, said])
        return JSONResponse({"synced_calendars": synced, "errors": errors})

    def _access(self, body: Json) -> Access:
        return self.credentials.read(body, body["platform"].lower())

    def _calendar(self, request: Request) -> Calendar:
        found = self.world.provider.calendars_of(V1).get(request.path_params["uuid"])
        if found is None:
            raise refused(404, "Calendar not found")
        return found
