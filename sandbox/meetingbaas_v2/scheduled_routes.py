"""/v2/bots/scheduled: bots booked by hand for a moment, not for a calendar event."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.clock import DAY, MINUTE, parse_iso
from sandbox.http import ApiError, Json, data, invalid, read_json, read_object
from sandbox.meetingbaas_v2 import config, payloads
from sandbox.meetingbaas_v2.bot_routes import PLATFORMS, not_found
from sandbox.meetingbaas_v2.paging import extra_matches, listed, moment_of, paginate
from sandbox.provider.bookings import LOCK, Bookings, required_platform
from sandbox.provider.models import V2, Booking
from sandbox.world import World

_STATUSES = ("scheduled", "cancelled", "completed", "failed")
_FARTHEST = 90 * DAY
_LEEWAY = MINUTE


class ScheduledRoutes:
    def __init__(self, world: World, bookings: Bookings) -> None:
        self.world, self.bookings = world, bookings

    def routes(self) -> list[Route]:
        one = "/v2/bots/scheduled/{bot_id}"
        return [
            Route("/v2/bots/scheduled", self.create, methods=["POST"]),
            Route("/v2/bots/scheduled", self.index, methods=["GET"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.change, methods=["PATCH"]),
            Route(one, self.cancel, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        config.check_config(body, config.SCHEDULED)
        join_at = self._join_at(body, earliest=-_LEEWAY)
        booking = self.bookings.book(config.filled(body), body["meeting_url"], join_at)
        return data({"bot_id": booking.bot_id}, 201)

    async def index(self, request: Request) -> JSONResponse:
        statuses = listed(request, "status", _STATUSES)
        platforms = listed(request, "meeting_platform", PLATFORMS)
        before = moment_of(request, "scheduled_before")
        after = moment_of(request, "scheduled_after")
        query = request.query_params
        rows = [
            booking
            for booking in self._by_hand()
            if (statuses is None or booking.status in statuses)
            and (platforms is None or booking.platform in platforms)
            and (before is None or booking.join_at <= before)
            and (after is None or booking.join_at >= after)
            and query.get("bot_id", booking.bot_id) == booking.bot_id
            and query.get("bot_name", "").lower() in booking.config["bot_name"].lower()
            and query.get("meeting_url", "") in booking.meeting_url
            and extra_matches(request, booking.config["extra"])
        ]
        return paginate(
            request,
            rows,
            place=lambda booking: (booking.join_at, booking.bot_id),
            show=payloads.booking_row,
            most=100,
        )

    async def show(self, request: Request) -> JSONResponse:
        return data(payloads.booking_details(self._booking(request)))

    async def change(self, request: Request) -> JSONResponse:
        body, booking = await read_object(request), self._booking(request)
        config.check_config(body, config.SCHEDULED_CHANGE)
        if booking.status != "scheduled" or self.bookings.is_locked(booking):
            raise ApiError(
                409, "FST_ERR_BOT_STATUS", "The bot can no longer be changed: it is about to join"
            )
        join_at = self._join_at(body, earliest=LOCK) if "join_at" in body else booking.join_at
        if "meeting_url" in body:
            booking.platform = required_platform(body["meeting_url"])
            booking.meeting_url = body["meeting_url"]
        # The defaults of what is left out come back: that is the hazard the contract warns of.
        booking.config = config.filled({"bot_name": booking.config["bot_name"], **body})
        self.bookings.move(booking, join_at)
        return data({"message": "Scheduled bot updated"})

    async def cancel(self, request: Request) -> JSONResponse:
        await read_json(request)
        booking = self._booking(request)
        bot = self.world.provider.bots.get(booking.bot_id)
        if booking.status in ("cancelled", "failed") or (bot is not None and bot.is_terminal):
            raise ApiError(409, "FST_ERR_BOT_STATUS", f"The bot is already {booking.status}")
        self.bookings.cancel(booking)
        return data({"message": "Scheduled bot cancelled"})

    def _by_hand(self) -> list[Booking]:
        return [b for b in self.world.provider.bookings_of(V2).values() if b.calendar_id is None]

    def _booking(self, request: Request) -> Booking:
        bot_id = request.path_params["bot_id"]
        booking = self.world.provider.bookings_of(V2).get(bot_id)
        if booking is None:
            raise not_found(bot_id)
        return booking

    def _join_at(self, body: Json, *, earliest: float) -> float:
        join_at, now = parse_iso(body["join_at"]), self.world.clock.now()
        if join_at is None or not now + earliest <= join_at <= now + _FARTHEST:
            raise invalid("body/join_at must lie in the future, at most 90 days ahead")
        return join_at
