"""/bots/: send, call back, find, read; v1 has no status to ask for and nothing to pause."""

from __future__ import annotations

import math
import re
import time
from collections import deque
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sandbox.clock import MINUTE, iso
from sandbox.http import Json
from sandbox.media.routes import SCREENSHOT_EVERY
from sandbox.meetingbaas_v1 import config, payloads
from sandbox.meetingbaas_v1.door import read_body, refused, route
from sandbox.meetingbaas_v1.voice import V1
from sandbox.provider.bookings import Bookings, required_platform
from sandbox.provider.lifecycle import Lifecycle
from sandbox.provider.models import Booking, Bot
from sandbox.schema import Required, optional, text, url
from sandbox.world import World

DEDUPE = 5 * MINUTE
DELETIONS_PER_MINUTE = 5
_LONGEST_PAGE = 50
_MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")


class BotRoutesV1:
    def __init__(self, world: World, bookings: Bookings, lifecycle: Lifecycle) -> None:
        self.world, self.bookings, self.lifecycle = world, bookings, lifecycle
        self._deletions: deque[float] = deque(maxlen=DELETIONS_PER_MINUTE)

    def routes(self) -> list[Route]:
        return [
            route("/bots/", self.create, "POST"),
            route("/bots/bots_with_metadata", self.index, "GET"),
            route("/bots/meeting_data", self.meeting_data, "GET"),
            route("/bots/retranscribe", self.retranscribe, "POST"),
            route("/bots/{uuid}", self.leave, "DELETE"),
            route("/bots/{uuid}/screenshots", self.screenshots, "GET"),
            route("/bots/{uuid}/delete_data", self.delete_data, "POST"),
        ]

    async def create(self, request: Request) -> JSONResponse:
        body = await read_body(request, config.JOIN, only=True)
        required_platform(body["meeting_url"])
        self._refuse_twin(body["meeting_url"], body.get("deduplication_key"))
        kept, meeting_url = config.kept(body), body["meeting_url"]
        start = body.get("start_time")
        if start is not None and start > self.world.clock.now():
            booking = self.bookings.book(kept, meeting_url, float(start), provider=V1)
            return JSONResponse({"bot_id": booking.bot_id})
        bot = self.bookings.send_now(kept, meeting_url, provider=V1)
        return JSONResponse({"bot_id": bot.bot_id})

    async def leave(self, request: Request) -> JSONResponse:
        bot_id = request.path_params["uuid"]
        booking = self.world.provider.bookings_of(V1).get(bot_id)
        if booking is not None and booking.status == "scheduled":
            self.bookings.cancel(booking)
            return JSONResponse({"ok": True})
        bot = self._bot(bot_id)
        if bot.is_terminal:
            raise refused(404, "Bot is not running")
        self.lifecycle.leave(bot)
        return JSONResponse({"ok": True})

    async def index(self, request: Request) -> JSONResponse:
        """Newest first. `filter_by_extra` looks at each page by itself, so one may be empty."""
        query = request.query_params
        limit, begin = query.get("limit", "10"), query.get("cursor", "0")
        if not limit.isdigit() or not 1 <= int(limit) <= _LONGEST_PAGE:
            raise refused(400, "limit must be between 1 and 50")
        if not begin.isdigit():
            raise refused(400, "Invalid cursor")
        rows = sorted(self._all(), key=lambda one: -one.created_at)
        after = _moment(query.get("created_after"))
        rows = [one for one in rows if after is None or one.created_at >= after]
        end = int(begin) + int(limit)
        page = [payloads.bot_row(one) for one in rows[int(begin) : end]]
        return JSONResponse(
            {
                "bots": [row for row in page if _fits(row, query.get("filter_by_extra"))],
                "next_cursor": str(end) if end < len(rows) else None,
                "last_updated": iso(self.world.clock.now()),
            }
        )

    async def meeting_data(self, request: Request) -> JSONResponse:
        bot_id = request.query_params.get("bot_id", "")
        bot = self.world.provider.bots_of(V1).get(bot_id)
        booking = self.world.provider.bookings_of(V1).get(bot_id)
        if bot is None and booking is None:
            raise refused(404, "Bot not found")
        if bot is None and booking is not None:
            return JSONResponse(payloads.waiting_data(booking))
        shown = payloads.meeting_data(self._bot(bot_id), self.world.links)
        if request.query_params.get("include_transcripts") == "false":
            shown["bot_data"]["transcripts"] = []
        return JSONResponse(shown)

    async def retranscribe(self, request: Request) -> JSONResponse:
        shape = {
            "bot_uuid": Required(text()),
            "speech_to_text": config.JOIN["speech_to_text"],
            "webhook_url": optional(url),
        }
        body = await read_body(request, shape)
        bot = self._bot(body["bot_uuid"])
        bot.config |= {
            "transcription_enabled": True,
            "is_transcribed": False,
            "times_transcribed": bot.config.get("times_transcribed", 1) + 1,
        }
        key = f"v1.text:{bot.bot_id}"
        self.world.jobs.after(key, "v1.transcribed", 5, speed=bot.speed, bot_id=bot.bot_id)
        return JSONResponse({}, 202)

    async def screenshots(self, request: Request) -> JSONResponse:
        bot = self._bot(request.path_params["uuid"])
        taken = bot.is_terminal and bot.config["recording_mode"] != "audio_only"
        count = math.ceil(bot.recorded_seconds / SCREENSHOT_EVERY) if taken else 0
        links = (f"screenshot-{number}.png" for number in range(1, count + 1))
        began = bot.joined_at or bot.created_at
        return JSONResponse(
            [
                {
                    "date": iso(began + number * SCREENSHOT_EVERY),
                    "url": self.world.links.to(bot.bot_id, name),
                }
                for number, name in enumerate(links)
            ]
        )

    async def delete_data(self, request: Request) -> JSONResponse:
        self._count_deletion()
        bot = self._bot(request.path_params["uuid"])
        status = "deleted"
        if bot.deleted:
            status = "alreadyDeleted"
        elif not bot.has_recorded:
            status = "noDataFound"
        bot.deleted = True
        return JSONResponse({"ok": True, "status": status})

    def _count_deletion(self) -> None:
        now = time.monotonic()
        full = len(self._deletions) == DELETIONS_PER_MINUTE
        limited = self.world.settings.rate_limit < 1000  # else a test wants none
        if limited and full and self._deletions[0] > now - MINUTE:
            raise _too_many(math.ceil(self._deletions[0] + MINUTE - now))
        self._deletions.append(now)

    def _refuse_twin(self, meeting_url: str, key: str | None) -> None:
        since = self.world.clock.now() - DEDUPE
        for one in self._all():
            same = one.meeting_url == meeting_url and one.config.get("deduplication_key") == key
            if same and one.created_at > since:
                raise refused(409, "A bot was already sent to this meeting, see deduplication_key")

    def _all(self) -> list[Bot | Booking]:
        bots, bookings = self.world.provider.bots_of(V1), self.world.provider.bookings_of(V1)
        return [*bots.values(), *(one for id, one in bookings.items() if id not in bots)]

    def _bot(self, bot_id: str) -> Bot:
        bot = self.world.provider.bots_of(V1).get(bot_id)
        if bot is None:
            raise refused(404, "Bot not found")
        return bot


def _too_many(wait: int) -> Exception:
    error = refused(429, "Too many deletions")
    error.retry_after = wait
    return error


def _moment(text: str | None) -> float | None:
    """Without a zone, and meant in UTC; anything else is refused."""
    if not text:
        return None
    if not _MOMENT.match(text):
        raise refused(400, "Invalid date, expected YYYY-MM-DDThh:mm:ss")
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _fits(row: Json, wanted: str | None) -> bool:
    pairs = (pair.partition(":") for pair in wanted.split(",")) if wanted else ()
    extra = row["extra"] or {}
    return all(str(extra.get(key, "\0")) == value for key, _, value in pairs)
