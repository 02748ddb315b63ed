"""/api/v1/recording/{id}/create_transcript/ and /api/v1/transcript/{id}/: made after the call."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import iso
from sandbox.http import Json
from sandbox.ids import named_uuid
from sandbox.provider.models import Bot
from sandbox.recall import config, payloads
from sandbox.recall.payloads import RECALL
from sandbox.recall.speech import field_error, not_found, read_object, refused, route
from sandbox.recall.voice import SCHEME
from sandbox.world import World

TAKES_SECONDS = 2.0
MOST = 10
DONE = "recall-transcript-done"


class RecallTranscriptRoutes:
    """A bot's `config["later_transcripts"]` holds what was asked for, the oldest first."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.jobs.handlers[DONE] = self._tell

    def routes(self) -> list[Route]:
        return [
            route("/api/v1/recording/{recording_id}/create_transcript/", POST=self.create),
            route("/api/v1/transcript/{transcript_id}/", GET=self.show),
        ]

    async def create(self, request: Request) -> Response:
        body = await read_object(request)
        config.check_later(body)
        bot = self._bot_of(request.path_params["recording_id"])
        if payloads.recording_code(bot) != "done" or bot.deleted:
            raise refused(400, "invalid_request_data", "The recording is not done.")
        made = bot.config.setdefault("later_transcripts", [])
        if len(made) >= MOST:
            raise field_error("non_field_errors", f"A recording has up to {MOST} transcripts.")
        number = len(made) + 1
        made.append({"provider": body["provider"], "at": self.world.clock.now(), "is_done": False})
        bot.config["times_transcribed"] = number + 1
        self.world.jobs.after(
            f"{DONE}:{bot.bot_id}:{number}", DONE, TAKES_SECONDS, speed=None,
            bot_id=bot.bot_id, number=number,
        )  # fmt: skip
        return JSONResponse(self._row(bot, number), 201)

    async def show(self, request: Request) -> Response:
        wanted = request.path_params["transcript_id"]
        for bot in self.world.provider.bots_of(RECALL).values():
            for number in range(1, len(bot.config.get("later_transcripts", ())) + 1):
                if _id(bot, number) == wanted:
                    return JSONResponse(self._row(bot, number))
        raise not_found()

    def _bot_of(self, recording_id: str) -> Bot:
        for bot in self.world.provider.bots_of(RECALL).values():
            numbers = range(1, len(bot.breaks) + 2)
            if recording_id in {payloads.recording_id(bot, number) for number in numbers}:
                return bot
        raise not_found()

    def _row(self, bot: Bot, number: int) -> Json:
        made = bot.config["later_transcripts"][number - 1]
        code = "deleted" if bot.deleted else "done" if made["is_done"] else "processing"
        link = self.world.links.to(bot.bot_id, "recall-transcript.json")
        data: dict[str, Any] = {
            "download_url": link if code == "done" else None,
            "provider_data_download_url": None,
        }
        return {
            "id": _id(bot, number),
            "created_at": iso(made["at"]),
            "status": {"code": code, "sub_code": None, "updated_at": iso(self.world.clock.now())},
            "metadata": {},
            "provider": made["provider"],
            "data": data,
        }

    def _tell(self, bot_id: str, number: int) -> None:
        bot = self.world.provider.bots.get(bot_id)
        if bot is None or bot.deleted:
            return
        bot.config["later_transcripts"][number - 1]["is_done"] = True
        body = {
            "data": self._row(bot, number)["status"],
            "bot": payloads.part_of(bot),
            "transcript": {"id": _id(bot, number), "metadata": {}},
        }
        event = "transcript.done"
        self.world.post.send(event, {"event": event, "data": body}, speed=None, scheme=SCHEME)


def _id(bot: Bot, number: int) -> str:
    return named_uuid(bot.bot_id, "later-transcript", str(number))
