"""/v2/bots: create, find, look at, and talk to bots that are or were on their way."""

from __future__ import annotations

import math

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.clock import DAY, iso
from sandbox.http import ApiError, Json, data, invalid, read_json, read_object
from sandbox.media.routes import SCREENSHOT_EVERY
from sandbox.meetingbaas_v2 import config, payloads
from sandbox.meetingbaas_v2.paging import (
    extra_matches,
    listed,
    moment_of,
    paginate,
    truth_of,
)
from sandbox.provider.bookings import Bookings
from sandbox.provider.lifecycle import Lifecycle, wrong_state
from sandbox.provider.models import V2, Bot
from sandbox.schema import Required, check, mapping, optional, text
from sandbox.world import World

TRANSCRIBING_SECONDS = 2
PLATFORMS = ("zoom", "meet", "teams")
STATUSES = (
    "queued", "pickup_delayed", "transcribing", "completed", "failed", "joining_call",
    "in_waiting_room", "in_waiting_for_host", "in_call_not_recording", "in_call_recording",
    "recording_paused", "recording_resumed", "call_ended", "recording_succeeded",
    "recording_failed", "api_request_stop", "bot_rejected", "bot_removed",
    "bot_removed_too_early", "waiting_room_timeout", "invalid_meeting_url", "meeting_error",
)  # fmt: skip


class BotRoutes:
    def __init__(self, world: World, bookings: Bookings, lifecycle: Lifecycle) -> None:
        self.world, self.bookings, self.lifecycle = world, bookings, lifecycle

    def routes(self) -> list[Route]:
        one = "/v2/bots/{bot_id}"
        return [
            Route("/v2/bots", self.create, methods=["POST"]),
            Route("/v2/bots", self.index, methods=["GET"]),
            Route(one, self.show, methods=["GET"]),
            Route(f"{one}/status", self.status, methods=["GET"]),
            Route(f"{one}/screenshots", self.screenshots, methods=["GET"]),
            Route(f"{one}/leave", self.leave, methods=["POST"]),
            Route(f"{one}/pause-recording", self.pause, methods=["POST"]),
            Route(f"{one}/resume-recording", self.resume, methods=["POST"]),
            Route(f"{one}/send-chat-message", self.chat, methods=["POST"]),
            Route(f"{one}/update-config", self.update_config, methods=["PATCH"]),
            Route(f"{one}/delete-data", self.delete_data, methods=["DELETE"]),
            Route(f"{one}/resend-webhook", self.resend_webhook, methods=["POST"]),
            Route(f"{one}/retranscribe", self.retranscribe, methods=["POST"]),
            Route(f"{one}/retry-callback", self.retry_callback, methods=["POST"]),
        ]

    async def create(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        config.check_config(body, config.AD_HOC)
        bot = self.bookings.send_now(config.filled(body), body["meeting_url"])
        return data({"bot_id": bot.bot_id}, 201)

    async def index(self, request: Request) -> JSONResponse:
        wanted = self._filter(request)
        bots = [bot for bot in self.world.provider.bots_of(V2).values() if wanted(bot)]
        return paginate(
            request,
            bots,
            place=lambda bot: (bot.created_at, bot.bot_id),
            show=payloads.bot_row,
            newest_first=True,
        )

    async def show(self, request: Request) -> JSONResponse:
        return data(payloads.bot_details(self._bot(request), self.world.links))

    async def status(self, request: Request) -> JSONResponse:
        bot = self._bot(request)
        return data(
            {
                "bot_id": bot.bot_id,
                "status": bot.status,
                "transcription_status": self._transcription_status(bot),
                "updated_at": iso(bot.updated_at),
            }
        )

    async def screenshots(self, request: Request) -> JSONResponse:
        bot = self._bot(request)
        pictured = bot.platform != "zoom" and bot.config["recording_mode"] != "audio_only"
        taken = bot.has_recorded and pictured and not bot.deleted
        seconds = max(1.0, self.lifecycle.recorded_so_far(bot))
        count = math.ceil(seconds / SCREENSHOT_EVERY) if taken else 0
        return paginate(
            request,
            range(1, count + 1),
            place=lambda number: (bot.created_at + number, str(number)),
            show=lambda number: {
                "screenshot_id": number,
                "url": self.world.links.to(bot.bot_id, f"screenshot-{number}.png"),
            },
        )

    async def leave(self, request: Request) -> JSONResponse:
        await read_json(request)
        booking = self.world.provider.bookings_of(V2).get(request.path_params["bot_id"])
        if booking is not None and booking.status == "scheduled":
            self.bookings.cancel(booking)
            return _said("The scheduled bot was cancelled")
        self.lifecycle.leave(self._bot(request))
        return _said("The bot is leaving the meeting")

    async def pause(self, request: Request) -> JSONResponse:
        bot, words = self._bot(request), await self._chat_words(request)
        self.lifecycle.pause(bot)
        if words:
            self.lifecycle.say(bot, words)
        return _said("Recording paused")

    async def resume(self, request: Request) -> JSONResponse:
        bot, words = self._bot(request), await self._chat_words(request)
        self.lifecycle.resume(bot)
        if words:
            self.lifecycle.say(bot, words)
        return _said("Recording resumed")

    async def chat(self, request: Request) -> JSONResponse:
        body = await read_object(request)
        check(body, {"message": Required(text(1, 500))})
        self.lifecycle.say(self._bot(request), body["message"])
        return _said("Message sent")

    async def update_config(self, request: Request) -> JSONResponse:
        body, bot = await read_object(request), self._bot(request)
        check(body, {"extra": Required(optional(mapping))})
        extra = body["extra"]
        bot.config["extra"] = None if extra is None else {**(bot.extra or {}), **extra}
        return _said("Configuration updated")

    async def delete_data(self, request: Request) -> JSONResponse:
        await read_json(request)
        truth_of(request, "delete_from_provider", True)
        bot = self._bot(request)
        if not bot.is_terminal:
            raise wrong_state(bot, "delete data")
        bot.deleted = True
        return _said("Bot data deleted")

    async def resend_webhook(self, request: Request) -> JSONResponse:
        await read_json(request)
        bot = self._bot(request)
        if not bot.is_terminal:
            raise wrong_state(bot, "resend the final webhook")
        self.lifecycle.send_final(bot)
        return _said("Webhook sent")

    async def retranscribe(self, request: Request) -> JSONResponse:
        body, bot = await read_json(request), self._bot(request)
        if body:
            check(body, config.AGAIN)
        if not bot.is_terminal or not bot.has_recorded or bot.deleted:
            raise wrong_state(bot, "transcribe again")
        bot.config |= {
            "transcription_enabled": True,
            "transcription_config": (body or {}).get("transcription"),
            "times_transcribed": bot.config.get("times_transcribed", 1) + 1,
            "is_transcribed_at": self.world.clock.now() + TRANSCRIBING_SECONDS,
        }
        return _said("Transcription started")

    async def retry_callback(self, request: Request) -> JSONResponse:
        body, bot = await read_json(request), self._bot(request)
        if body:
            check(body, config.CALLBACK)
        if not bot.is_terminal or not (body or bot.config["callback_config"]):
            raise wrong_state(bot, "retry the callback")
        self.lifecycle.call_back(bot, body or None)
        return _said("Callback sent")

    def _transcription_status(self, bot: Bot) -> str:
        if self.world.clock.now() < bot.config.get("is_transcribed_at", 0):
            return "processing"
        return _transcription_status(bot)

    def _bot(self, request: Request) -> Bot:
        bot_id = request.path_params["bot_id"]
        bot = self.world.provider.bots_of(V2).get(bot_id)
        if bot is None:
            raise not_found(bot_id)
        return bot

    async def _chat_words(self, request: Request) -> str | None:
        body = await read_json(request) or {}
        if not isinstance(body, dict):
            raise invalid("body must be object")
        check(body, {"chat_message": optional(text(0, 500))})
        words: str | None = body.get("chat_message")
        return words

    def _filter(self, request: Request) -> _Filter:
        now = self.world.clock.now()
        after = moment_of(request, "created_after")
        if after is not None and not now - 90 * DAY <= after <= now:
            raise invalid("querystring/created_after must lie within the last 90 days")
        return _Filter(
            request,
            listed(request, "status", STATUSES),
            listed(request, "meeting_platform", PLATFORMS),
            after,
            moment_of(request, "created_before"),
            moment_of(request, "ended_after"),
        )


class _Filter:
    """All filters of the list at once; those not given let everything through."""

    def __init__(
        self,
        request: Request,
        statuses: list[str] | None,
        platforms: list[str] | None,
        after: float | None,
        before: float | None,
        ended_after: float | None,
    ) -> None:
        self.request, self.statuses, self.platforms = request, statuses, platforms
        self.after, self.before, self.ended_after = after, before, ended_after

    def __call__(self, bot: Bot) -> bool:
        return self._in_time(bot) and self._in_words(bot) and extra_matches(self.request, bot.extra)

    def _in_time(self, bot: Bot) -> bool:
        if self.after is not None and bot.created_at < self.after:
            return False
        if self.before is not None and bot.created_at > self.before:
            return False
        return self.ended_after is None or (bot.ended_at or 0) >= self.ended_after

    def _in_words(self, bot: Bot) -> bool:
        query: Json = dict(self.request.query_params)
        return (
            (self.statuses is None or bot.status in self.statuses)
            and (self.platforms is None or bot.platform in self.platforms)
            and query.get("bot_id", bot.bot_id) == bot.bot_id
            and query.get("bot_name", "").lower() in bot.config["bot_name"].lower()
            and query.get("meeting_url", "") in bot.meeting_url
            and query.get("participant_name", "").lower() in " ".join(bot.cast).lower()
        )


def not_found(bot_id: str) -> ApiError:
    return ApiError(404, "FST_ERR_BOT_NOT_FOUND_BY_ID", f"Bot not found: {bot_id}")


def _said(message: str) -> JSONResponse:
    return data({"message": message})


def _transcription_status(bot: Bot) -> str:
    if not bot.config["transcription_enabled"]:
        return "not-applicable"
    if bot.error_code == "TRANSCRIPTION_FAILED" and not bot.has_transcript:
        return "error"
    if bot.status == "transcribing":
        return "processing"
    if bot.is_terminal:
        return "done" if bot.has_transcript else "not-applicable"
    return "queued" if bot.status == "recording_succeeded" else "not-started"
