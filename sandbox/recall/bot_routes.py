"""/api/v1/bot/: create, find, change, call off, and talk to bots."""

from __future__ import annotations

import math

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import MINUTE, iso
from sandbox.http import Json
from sandbox.ids import named_uuid
from sandbox.media.routes import SCREENSHOT_EVERY
from sandbox.provider.bookings import Bookings, required_platform
from sandbox.provider.lifecycle import Lifecycle
from sandbox.provider.models import Booking, Bot
from sandbox.recall import config, payloads
from sandbox.recall.payloads import RECALL
from sandbox.recall.speech import (
    Refusal,
    field_error,
    moment,
    moment_of,
    not_found,
    page,
    read_object,
    refused,
    route,
)
from sandbox.world import World

LOCK = 10 * MINUTE


class RecallBotRoutes:
    def __init__(self, world: World, bookings: Bookings, lifecycle: Lifecycle) -> None:
        self.world, self.bookings, self.lifecycle = world, bookings, lifecycle

    def routes(self) -> list[Route]:
        one = "/api/v1/bot/{bot_id}/"
        return [
            route("/api/v1/bot/", POST=self.create, GET=self.index),
            route(one, GET=self.show, PATCH=self.change, DELETE=self.delete),
            route(f"{one}leave_call/", POST=self.leave),
            route(f"{one}pause_recording/", POST=self.pause),
            route(f"{one}resume_recording/", POST=self.resume),
            route(f"{one}stop_recording/", POST=self.stop),
            route(f"{one}start_recording/", POST=self.start),
            route(f"{one}send_chat_message/", POST=self.chat),
            route(f"{one}delete_media/", POST=self.delete_media),
            route(f"{one}screenshots/", GET=self.screenshots),
        ]

    async def create(self, request: Request) -> Response:
        body = await read_object(request)
        config.check_body(body, config.CREATE)
        required_platform(body["meeting_url"])
        join_at = moment(body["join_at"], "join_at") if body.get("join_at") else None
        now = self.world.clock.now()
        if join_at is not None and join_at < now - MINUTE:
            raise field_error("join_at", "join_at must be in the future.")
        kept = config.kept(body)
        if join_at is None or join_at <= now:
            bot = self.bookings.send_now(kept, body["meeting_url"], provider=RECALL)
            return self._row(bot, 201)
        booking = self.bookings.book(kept, body["meeting_url"], join_at, provider=RECALL)
        return self._row(booking, 201)

    async def index(self, request: Request) -> Response:
        rows = [self._worded(one) for one in self._all() if self._is_wanted(request, one)]
        return page(request, rows, self.world.links.public_url)

    async def show(self, request: Request) -> Response:
        return self._row(self._one(request))

    async def change(self, request: Request) -> Response:
        body, one = await read_object(request), self._one(request)
        config.check_body(body, config.CHANGE)
        if not isinstance(one, Booking) or not self._is_free(one):
            raise refused(400, "update_bot_failed", "The bot is about to join, or has joined.")
        join_at = moment(body["join_at"], "join_at") if body.get("join_at") else one.join_at
        if join_at <= self.world.clock.now() + LOCK:
            raise refused(400, "update_bot_failed", "join_at must be ten minutes ahead.")
        if "meeting_url" in body:
            one.platform = required_platform(body["meeting_url"])
            one.meeting_url = body["meeting_url"]
        one.config = config.kept({**_sent(one), **body})
        self.bookings.move(one, join_at)
        return self._row(one)

    async def delete(self, request: Request) -> Response:
        one = self._one(request)
        if isinstance(one, Booking) and one.calendar_id:
            raise refused(400, "invalid_request_data", "Use the calendar event's endpoints.")
        if not self._is_free(one) or not isinstance(one, Booking):
            raise Refusal(405, {"detail": 'Method "DELETE" not allowed.'})
        self.bookings.cancel(one)
        return Response(status_code=204)

    async def leave(self, request: Request) -> Response:
        """Also the way to call a bot back that is about to join."""
        one = self._one(request)
        if isinstance(one, Booking):
            if self._is_free(one):
                raise refused(400, "cannot_command_unstarted_bot", "The bot has not started.")
            self.bookings.launch(one.bot_id)
            one = self.world.provider.bots[one.bot_id]
        self.lifecycle.leave(self._commanded(one))
        return self._row(one)

    async def pause(self, request: Request) -> Response:
        bot = self._started(request)
        self.lifecycle.pause(bot)
        return self._row(bot)

    async def resume(self, request: Request) -> Response:
        bot = self._started(request)
        self.lifecycle.resume(bot)
        return self._row(bot)

    async def stop(self, request: Request) -> Response:
        bot = self._started(request)
        self.lifecycle.stop(bot)
        return self._row(bot)

    async def start(self, request: Request) -> Response:
        body, bot = await read_object(request), self._started(request)
        config.check_body(body, {"recording_config": config.BOT_CONFIG["recording_config"]})
        self.lifecycle.start(bot)
        return self._row(bot)

    async def chat(self, request: Request) -> Response:
        body, bot = await read_object(request), self._started(request)
        text, most = body.get("message"), config.most_chat(bot.platform)
        if not isinstance(text, str) or not 1 <= len(text) <= most:
            raise field_error("message", f"A message has 1 to {most} characters.")
        self.lifecycle.say(bot, text)
        return self._row(bot)

    async def delete_media(self, request: Request) -> Response:
        one = self._one(request)
        if not isinstance(one, Bot) or not one.is_terminal:
            raise refused(400, "invalid_request_data", "The bot is not done.")
        one.deleted = True
        return self._row(one)

    async def screenshots(self, request: Request) -> Response:
        one = self._one(request)
        count = 0
        if isinstance(one, Bot) and one.is_terminal and not one.deleted:
            count = math.ceil(one.recorded_seconds / SCREENSHOT_EVERY)
        rows = [
            {
                "id": named_uuid(one.bot_id, "screenshot", str(number)),
                "recorded_at": iso(one.created_at + number * SCREENSHOT_EVERY),
                "url": self.world.links.to(one.bot_id, f"screenshot-{number}.png"),
            }
            for number in range(1, count + 1)
        ]
        return page(request, rows, self.world.links.public_url)

    def _all(self) -> list[Bot | Booking]:
        """Newest first; what was deleted is not there any more."""
        provider = self.world.provider
        bots = provider.bots_of(RECALL)
        waiting = [
            one
            for id, one in provider.bookings_of(RECALL).items()
            if one.status == "scheduled" and id not in bots
        ]
        return sorted([*bots.values(), *waiting], key=lambda one: -one.created_at)

    def _is_wanted(self, request: Request, one: Bot | Booking) -> bool:
        query = request.query_params
        metadata = one.config["extra"] or {}
        wanted = ((k.removeprefix("metadata__"), v) for k, v in query.items()
                  if k.startswith("metadata__"))  # fmt: skip
        statuses, platforms = query.getlist("status"), query.getlist("platform")
        return (
            all(metadata.get(key) == value for key, value in wanted)
            and (not statuses or self._code(one) in statuses)
            and (not platforms or payloads.PLATFORMS[one.platform] in platforms)
            and query.get("meeting_url", one.meeting_url) == one.meeting_url
            and self._joins_in_time(request, one)
        )

    def _joins_in_time(self, request: Request, one: Bot | Booking) -> bool:
        after, before = (moment_of(request, f"join_at_{side}") for side in ("after", "before"))
        if after is None and before is None:
            return True
        if not isinstance(one, Booking):
            return False  # it is null once the bot has joined
        return (after is None or one.join_at >= after) and (before is None or one.join_at <= before)

    def _code(self, one: Bot | Booking) -> str:
        if isinstance(one, Booking):
            return "ready"
        changes = payloads.status_changes(one)
        return str(changes[-1]["code"]) if changes else "ready"

    def _one(self, request: Request) -> Bot | Booking:
        bot_id = request.path_params["bot_id"]
        found = next((one for one in self._all() if one.bot_id == bot_id), None)
        if found is None:
            raise not_found()
        return found

    def _started(self, request: Request) -> Bot:
        return self._commanded(self._one(request))

    def _commanded(self, one: Bot | Booking) -> Bot:
        if isinstance(one, Booking):
            raise refused(400, "cannot_command_unstarted_bot", "The bot has not started.")
        if one.is_terminal:
            raise refused(400, "cannot_command_completed_bot", "The bot has completed.")
        return one

    def _is_free(self, one: Bot | Booking) -> bool:
        """More than ten minutes before its time."""
        return isinstance(one, Booking) and one.join_at - self.world.clock.now() > LOCK

    def _row(self, one: Bot | Booking, status: int = 200) -> JSONResponse:
        return JSONResponse(self._worded(one), status)

    def _worded(self, one: Bot | Booking) -> Json:
        if isinstance(one, Booking):
            return payloads.booking_row(one)
        return payloads.bot_row(one, self.world.links)


def _sent(booking: Booking) -> Json:
    """The body of the creation again, so that a change may leave fields out."""
    recall: Json = booking.config.get("recall") or {}
    return {
        **recall,
        "bot_name": booking.config["bot_name"],
        "metadata": booking.config["extra"] or {},
    }
