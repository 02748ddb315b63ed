"""Where signed addresses lead: Range requests for the large files, 403 once expired or altered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.meetingbaas_v2 import artifacts
from sandbox.meetingbaas_v2.artifacts import talk_of
from sandbox.provider.models import Bot
from sandbox.recall import files
from sandbox.world import World

_TEXTS: dict[str, tuple[Callable[[Bot], bytes], str]] = {
    "transcription.json": (artifacts.transcription, "application/json"),
    "raw_transcription.json": (artifacts.raw_transcription, "application/json"),
    "diarization.jsonl": (artifacts.diarization, "application/x-ndjson"),
    "chat_messages.json": (artifacts.chat_messages, "application/json"),
    "recall-transcript.json": (files.transcript, "application/json"),
    "recall-events.json": (files.events, "application/json"),
    "recall-speakers.json": (files.speakers, "application/json"),
    "recall-participants.json": (files.participants, "application/json"),
}
_SCREENSHOT = re.compile(r"screenshot-(\d+)\.png")
SCREENSHOT_EVERY = 30.0


def media_routes(world: World) -> list[Route]:
    async def artifact(request: Request) -> Response:
        query = request.query_params
        allowed = world.links.admits(
            request.url.path, query.get("expires", ""), query.get("signature", "")
        )
        bot = world.provider.bots.get(request.path_params["bot_id"])
        if not allowed:
            return PlainTextResponse("The address has expired or is not genuine.", 403)
        if bot is None or bot.deleted or not bot.has_recorded:
            return PlainTextResponse("There is no such file.", 404)
        return await _answer(world, bot, request.path_params["name"])

    return [Route("/media/{bot_id}/{name}", artifact, methods=["GET", "HEAD"])]


async def _answer(world: World, bot: Bot, name: str) -> Response:
    if name in _TEXTS:
        write, kind = _TEXTS[name]
        return Response(write(bot), media_type=kind)
    if name == "video.mp4":
        return _file(await world.shelf.video(talk_of(bot)), "video/mp4")
    if name == "audio.flac":
        return _file(await world.shelf.audio(talk_of(bot)), "audio/flac")
    if name == "audio.wav":
        return _file(await world.shelf.plain_audio(talk_of(bot)), "audio/wav")
    if shot := _SCREENSHOT.fullmatch(name):
        moment = (int(shot[1]) - 0.5) * SCREENSHOT_EVERY
        talk = talk_of(bot)  # of a call that goes on, the length is not known yet
        talk = replace(talk, seconds=max(talk.seconds, moment))
        return _file(await world.shelf.picture(talk, moment), "image/png")
    return PlainTextResponse("There is no such file.", 404)


def _file(path: Path, kind: str) -> FileResponse:
    return FileResponse(path, media_type=kind)
