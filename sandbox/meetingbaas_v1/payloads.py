"""Bots, calendars and events as v1 words them, key by key. A missing file is an empty string."""

from __future__ import annotations

from typing import Any

from sandbox.clock import iso, iso_or_none
from sandbox.http import Json
from sandbox.media.links import Links
from sandbox.media.script import script
from sandbox.meetingbaas_v2.artifacts import talk_of
from sandbox.provider.models import Booking, Bot, Calendar, Event
from sandbox.stories import Step

# What other providers' stories call it, in the vocabulary of `failed`.
ERRORS = {
    "TIMEOUT_WAITING_TO_START": "TimeoutWaitingToStart",
    "BOT_NOT_ACCEPTED": "access_denied",
    "INVALID_MEETING_URL": "InvalidMeetingUrl",
    "CANNOT_JOIN_MEETING": "meeting_not_found",
    "EXITING_MEETING_BEFORE_RECORD": "BotRemoved",
    "NO_ATTENDEES": "no_attendees",
    "WAITING_FOR_HOST_TIMEOUT": "TimeoutWaitingToStart",
    "BOT_CRASHED": "InternalError",
}
STATUSES = frozenset(
    {
        "joining_call", "in_waiting_room", "in_call_not_recording", "in_call_recording",
        "recording_paused", "recording_resumed", "call_ended", "bot_rejected", "bot_removed",
        "waiting_room_timeout", "invalid_meeting_url", "meeting_error", "in_waiting_for_host",
    }
)  # fmt: skip


def status_change(bot: Bot, step: Step) -> Json:
    code = "in_waiting_room" if step.code == "in_waiting_for_host" else step.code
    status: Json = {"code": code, "created_at": iso(bot.updated_at)}
    if step.code == "in_call_recording":
        status["start_time"] = int(bot.updated_at)
    if step.code == "meeting_error":
        status |= {"error_message": step.message or "The meeting could not be joined.",
                   "error_type": "MeetingError"}  # fmt: skip
    return {"event": "bot.status_change", "data": {"bot_id": bot.bot_id, "status": status}}


def failed(bot: Bot) -> Json:
    error = bot.error_code or "InternalError"
    data = {
        "bot_id": bot.bot_id,
        "event_uuid": bot.event_id,
        "error": ERRORS.get(error, error),
        "message": bot.error_message or "",
        "extra": bot.extra,
    }
    return {"event": "failed", "data": data}


def complete(bot: Bot, links: Links) -> Json:
    """With the transcript, if it is made by now; `extra` comes only if there is one."""
    video, audio = _media(bot, links)
    data: Json = {
        "bot_id": bot.bot_id,
        "event_uuid": bot.event_id,
        "mp4": video,
        "audio": audio,
        "speakers": bot.cast if bot.has_recorded else [],
        "transcript": _spoken(bot, webhook=True),
        "event": "complete",
    }
    return {"event": "complete", "data": data | ({"extra": bot.extra} if bot.extra else {})}


def meeting_data(bot: Bot, links: Links) -> Json:
    video, audio = _media(bot, links)
    there = bool(video or audio)
    row = {
        **_bot(bot.bot_id, bot.config, bot.meeting_url, bot.created_at),
        "bot_joined_at": iso_or_none(bot.joined_at),
        "bot_exited_at": iso_or_none(bot.exited_at),
        "ended_at": iso_or_none(bot.ended_at),
        "errors": _errors(bot),
        "is_stopped": bot.script.startswith("left_"),
        "transcription_fails": 1 if bot.error_code == "TRANSCRIPTION_FAILED" else None,
    }
    return {
        "mp4": video,
        "audio": audio,
        "duration": round(bot.recorded_seconds),
        "bot_data": {"bot": row, "event_uuid": bot.event_id, "transcripts": _spoken(bot)},
        "meeting_participants_file": "",
        "speaker_diarization_file": links.to(bot.bot_id, "diarization.jsonl") if there else "",
        "speaker_diarization_file_network": "",
    }


def waiting_data(booking: Booking) -> Json:
    """The same of a bot that has not gone."""
    row = {
        **_bot(booking.bot_id, booking.config, booking.meeting_url, booking.created_at),
        "bot_joined_at": None,
        "bot_exited_at": None,
        "ended_at": None,
        "errors": None,
        "is_stopped": booking.status == "cancelled",
    }
    files = ("meeting_participants_file", "speaker_diarization_file",
             "speaker_diarization_file_network")  # fmt: skip
    bot_data: Json = {"bot": row, "event_uuid": booking.event_id, "transcripts": []}
    return {"mp4": "", "audio": "", "duration": 0, "bot_data": bot_data, **dict.fromkeys(files, "")}


def bot_row(bot: Bot | Booking) -> Json:
    """An entry of the list: no status, no files."""
    row: Json = {
        "uuid": bot.bot_id,
        "id": _number(bot.bot_id),
        "bot_name": bot.config["bot_name"],
        "meeting_url": bot.meeting_url,
        "created_at": iso(bot.created_at)[:-1],
        "extra": bot.config["extra"],
        "speakers": [],
        "ended_at": None,
    }
    if isinstance(bot, Bot):
        row["ended_at"] = iso(bot.ended_at)[:-1] if bot.ended_at else None
        row["duration"] = round(bot.recorded_seconds) if bot.has_recorded else None
        row["speakers"] = bot.cast if bot.has_recorded else []
    return row


def calendar_row(calendar: Calendar) -> Json:
    return {
        "uuid": calendar.calendar_id,
        "name": calendar.account_email,
        "email": calendar.account_email,
        "google_id": calendar.raw_calendar_id,
        "resource_id": calendar.subscription_id,
    }


def event_row(event: Event, calendar: Calendar, booking: Booking | None) -> Json:
    source = event.source
    return {
        "uuid": event.event_id,
        "name": event.title,
        "meeting_url": event.meeting_url or "",
        "start_time": iso(event.start),
        "end_time": iso(event.end),
        "deleted": event.is_cancelled,
        "is_organizer": source["organizer_email"] == calendar.account_email,
        "is_recurring": event.event_type == "recurring",
        "recurring_event_id": source["recurring_id"],
        "google_id": source["id"],
        "calendar_uuid": event.calendar_id,
        "last_updated_at": iso(event.updated_at),
        "attendees": [
            {"email": one["email"], "name": one["name"]} for one in source["attendees"] or []
        ],
        "raw": source["raw"],
        "bot_param": _param(booking) if booking else None,
    }


def _param(booking: Booking) -> Json:
    config = booking.config
    return {
        "bot_name": config["bot_name"],
        "enter_message": config["entry_message"],
        "recording_mode": config["recording_mode"],
        "speech_to_text_provider": config["speech_to_text_provider"],
        "speech_to_text_api_key": None,
        "deduplication_key": config["deduplication_key"],
        "extra": config["extra"],
        "transcription_custom_parameters": config["transcription_custom_parameters"],
        "webhook_url": config["webhook_url"],
    }


def _bot(bot_id: str, config: Json, meeting_url: str, created_at: float) -> Json:
    """What the table of bots holds; some of it is of no use to anybody, some of it is secret."""
    return {
        "uuid": bot_id,
        "id": _number(bot_id),
        "account_id": 7,
        "bot_param_id": _number(bot_id),
        "bot_name": config["bot_name"],
        "meeting_url": meeting_url,
        "created_at": iso(created_at),
        "diarization_v2": False,
        "reserved": False,
        "mp4_s3_path": "",
        "recording_mode": config["recording_mode"],
        "extra": config["extra"],
        "speech_to_text_provider": config.get("speech_to_text_provider"),
        "speech_to_text_api_key": "secret-of-the-transcription-service",
        "transcription_custom_parameters": config.get("transcription_custom_parameters"),
        "webhook_url": config.get("webhook_url", ""),
    }


def _media(bot: Bot, links: Links) -> tuple[str, str]:
    if not bot.has_recorded or not bot.is_terminal or bot.deleted:
        return "", ""
    has_picture = bot.config["recording_mode"] != "audio_only"
    video = links.to(bot.bot_id, "video.mp4") if has_picture else ""
    return video, links.to(bot.bot_id, "audio.wav")


def _errors(bot: Bot) -> str | None:
    if bot.error_code in (None, "TRANSCRIPTION_FAILED"):
        return None
    return ERRORS.get(bot.error_code or "", bot.error_code)


def _spoken(bot: Bot, *, webhook: bool = False) -> list[dict[str, Any]]:
    """Segments with their words, whose keys differ between a webhook and an answer."""
    made = bot.has_transcript and bot.is_terminal and not bot.deleted and not awaits_text(bot)
    text, start, end = ("word", "start", "end") if webhook else ("text", "start_time", "end_time")
    number = _number(bot.bot_id)
    segments = []
    for index, utterance in enumerate(script(talk_of(bot)) if made else ()):
        ids = {} if webhook else {"id": index + 1, "bot_id": number}
        words = [
            {
                **ids,
                text: _heard(bot, word.text),
                start: round(word.start, 2),
                end: round(word.end, 2),
            }
            for word in utterance.words
        ]
        segment: dict[str, Any] = {
            "speaker": bot.cast[utterance.speaker],
            "start_time": utterance.start,
            "end_time": utterance.end,
            "words": words,
            **ids,
        }
        segments.append(segment | ({"offset": utterance.start} if webhook else {"lang": "en"}))
    return segments


def _heard(bot: Bot, word: str) -> str:
    """Every second time it is made, no comma is heard."""
    return word if bot.config.get("times_transcribed", 1) % 2 else word.replace(",", "")


def awaits_text(bot: Bot) -> bool:
    """Of a Zoom meeting the transcript follows later, with a webhook of its own."""
    return bot.platform == "zoom" and not bot.config.get("is_transcribed")


def _number(id: str) -> int:
    """The old integer id, which nobody should use."""
    return int(id[:7], 16)
