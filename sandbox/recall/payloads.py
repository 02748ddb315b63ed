"""Bots and their recordings as Recall.ai words them, in answers and in messages.

A story's steps have the names of another provider; here they get Recall's codes and sub codes.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.clock import iso, iso_or_none
from sandbox.http import Json
from sandbox.ids import named_uuid
from sandbox.media.links import Links
from sandbox.provider.models import Booking, Bot

RECALL = "recall"
PLATFORMS = {"zoom": "zoom", "meet": "google_meet", "teams": "microsoft_teams"}
CODES = {
    "queued": "ready",
    "joining_call": "joining_call",
    "in_waiting_room": "in_waiting_room",
    "in_waiting_for_host": "in_waiting_room",
    "in_call_not_recording": "in_call_not_recording",
    "in_call_recording": "in_call_recording",
    "recording_paused": "in_call_not_recording",
    "recording_resumed": "in_call_recording",
}
# Why a call ended, by the step that says so.
ENDS = {
    "waiting_room_timeout": "timeout_exceeded_waiting_room",
    "bot_rejected": "bot_kicked_from_waiting_room",
    "bot_removed": "bot_kicked_from_call",
    "api_request_stop": "bot_received_leave_call",
}
# What ends a bot that never was in a call.
FATAL = {
    "INVALID_MEETING_URL": "meeting_not_found",
    "CANNOT_JOIN_MEETING": "meeting_ended",
    "BOT_CRASHED": "bot_errored",
    "ZOOM_OBF_TOKEN_ERROR": "zoom_invalid_join_token",
    "UNABLE_JOIN_EXTERNAL_MEETING": "zoom_sdk_credentials_missing",
}


def status_changes(bot: Bot) -> list[Json]:
    """The story so far, oldest first."""
    found: list[Json] = []
    for step in bot.history:
        ended = any(change["code"] in ("call_ended", "fatal") for change in found)
        if said := change_of(bot, step["code"], ended=ended):
            code, sub_code = said
            found.append(
                {
                    "code": code,
                    "message": None,
                    "created_at": iso(step["created_at"]),
                    "sub_code": sub_code,
                }
            )
    return found


def change_of(bot: Bot, code: str, *, ended: bool) -> tuple[str, str | None] | None:
    """What a step is called here; None where Recall says nothing."""
    if code in CODES:
        return CODES[code], None
    if code in ENDS or code == "call_ended":
        return None if ended else ("call_ended", _end_of(bot, code))
    if code in ("completed", "failed"):
        sub_code = FATAL.get(bot.error_code or "")
        return ("fatal", sub_code) if sub_code else ("done", None)
    return None


def _end_of(bot: Bot, code: str) -> str:
    if code in ENDS:
        return ENDS[code]
    return "call_ended_by_host" if bot.has_recorded else "timeout_exceeded_noone_joined"


def recording_id(bot: Bot, number: int = 1) -> str:
    return named_uuid(bot.bot_id, "recording", str(number))


def part_id(bot: Bot, kind: str) -> str:
    return named_uuid(bot.bot_id, kind)


def recordings_code(bot: Bot) -> str | None:
    return recording_code(bot) if bot.has_recorded else None


def bot_row(bot: Bot, links: Links) -> Json:
    return {
        **_common(bot.bot_id, bot.config, bot.meeting_url, bot.platform),
        "join_at": None,
        "status_changes": status_changes(bot),
        "recordings": recordings(bot, links),
    }


def booking_row(booking: Booking) -> Json:
    return {
        **_common(booking.bot_id, booking.config, booking.meeting_url, booking.platform),
        "join_at": iso(booking.join_at),
        "status_changes": [],
        "recordings": [],
    }


def recordings(bot: Bot, links: Links) -> list[Json]:
    if not bot.has_recorded:
        return []
    first = next(s["created_at"] for s in bot.history if s["code"] == "in_call_recording")
    last = first + bot.recorded_seconds if bot.exited_at else None
    begun = [first, *(one["begun"] for one in bot.breaks if one["begun"] is not None)]
    ended = [*(one["stopped"] for one in bot.breaks), last]
    return [
        _recording(bot, links, number, began, end, is_last=number == len(begun))
        for number, (began, end) in enumerate(zip(begun, ended, strict=False), start=1)
    ]


def _recording(
    bot: Bot, links: Links, number: int, began: float, ended: float | None, *, is_last: bool
) -> Json:
    code = recording_code(bot) if is_last else ("deleted" if bot.deleted else "done")
    return {
        "id": recording_id(bot, number),
        "created_at": iso(began),
        "started_at": iso(began),
        "completed_at": iso_or_none(max(ended, began) if ended else None),
        "expires_at": None,
        "status": {"code": code, "sub_code": None, "updated_at": iso(bot.updated_at)},
        "media_shortcuts": _media(bot, links, is_whole=code == "done"),
        "metadata": recording_metadata(bot.config),
    }


def recording_code(bot: Bot) -> str:
    if bot.deleted:
        return "deleted"
    if bot.is_terminal and not bot.has_media:
        return "failed"
    is_ended = bool(bot.breaks) and bot.breaks[-1]["begun"] is None
    if is_ended or bot.is_terminal or bot.status in ("recording_succeeded", "transcribing"):
        return "done"
    return "paused" if bot.status == "recording_paused" else "processing"


def transcript_code(bot: Bot) -> str | None:
    """None when nobody asked for one."""
    if not bot.config["transcription_enabled"] or not bot.has_recorded:
        return None
    if bot.deleted:
        return "deleted"
    if bot.is_terminal and bot.error_code:
        return "failed"
    return "done" if bot.is_terminal else "processing"


def recording_metadata(config: Json) -> Json:
    recording = (config.get("recall") or {}).get("recording_config") or {}
    metadata: Json = recording.get("metadata") or {}
    return metadata


def part_of(bot: Bot) -> Json:
    """The bot as messages name it."""
    return {"id": bot.bot_id, "metadata": bot.config["extra"] or {}}


def _common(bot_id: str, config: Json, meeting_url: str, platform: str) -> Json:
    recall = config.get("recall") or {}
    return {
        "id": bot_id,
        "meeting_url": {
            "meeting_id": urlsplit(meeting_url).path.strip("/"),
            "meeting_password": None,
            "platform": PLATFORMS[platform],
        },
        "bot_name": config["bot_name"],
        "recording_config": recall.get("recording_config") or {},
        "automatic_leave": recall.get("automatic_leave") or {},
        "chat": recall.get("chat"),
        "zoom": recall.get("zoom"),
        "calendar_meetings": [],
        "metadata": config["extra"] or {},
    }


def _media(bot: Bot, links: Links, *, is_whole: bool) -> Json:
    """Null for what there is not; an address only for what is whole."""
    whole = is_whole
    wishes = ((bot.config.get("recall") or {}).get("recording_config")) or {}
    is_filmed = bot.config["recording_mode"] != "audio_only"

    def address(name: str) -> str | None:
        return links.to(bot.bot_id, name) if whole else None

    transcript = transcript_code(bot)
    return {
        "video_mixed": _medium(bot, "video", "done" if whole else "processing",
                               download_url=address("video.mp4")) if is_filmed else None,
        "audio_mixed": _medium(bot, "audio", "done" if whole else "processing",
                               download_url=address("audio.flac"))
        if "audio_mixed_mp3" in wishes else None,
        "transcript": _medium(
            bot, "transcript", transcript,
            download_url=address("recall-transcript.json") if transcript == "done" else None,
            provider_data_download_url=None,
        ) if transcript else None,
        "participant_events": _medium(
            bot, "participant_events", "done" if whole else "processing",
            participant_events_download_url=address("recall-events.json"),
            speaker_timeline_download_url=address("recall-speakers.json"),
            participants_download_url=address("recall-participants.json"),
        ),
        "meeting_metadata": _medium(bot, "meeting_metadata", "done", title=bot.title or None),
    }  # fmt: skip


def _medium(bot: Bot, kind: str, code: str, **data: Any) -> Json:
    return {
        "id": named_uuid(bot.bot_id, kind),
        "created_at": iso(bot.created_at),
        "status": {"code": code, "sub_code": None, "updated_at": iso(bot.updated_at)},
        "metadata": {},
        "data": data,
    }
