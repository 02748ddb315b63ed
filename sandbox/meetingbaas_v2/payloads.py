"""Bots as the provider words them: REST objects and webhook bodies, key by key."""

from __future__ import annotations

from sandbox.clock import iso, iso_or_none
from sandbox.http import Json
from sandbox.media.links import Links
from sandbox.provider.models import Booking, Bot
from sandbox.stories import Step

_FILES = {
    "video": "video.mp4",
    "audio": "audio.flac",
    "diarization": "diarization.jsonl",
    "raw_transcription": "raw_transcription.json",
    "transcription": "transcription.json",
    "chat_messages": "chat_messages.json",
}


def status_change(bot: Bot, step: Step) -> Json:
    status: Json = {"code": step.code, "created_at": iso(bot.updated_at)}
    if step.code == "in_call_recording":
        status["start_time"] = int(bot.updated_at)
    if step.code == "recording_failed":
        status["error_message"] = step.message
    if step.attempt:  # newer than the API description, which knows neither
        status |= {"attempt": step.attempt, "max": step.max}
    body = {"bot_id": bot.bot_id, "event_id": bot.event_id, "status": status}
    return {"event": "bot.status_change", "data": body, "extra": bot.extra}


def final(bot: Bot, links: Links, now: float) -> Json:
    return failed(bot, now) if bot.status == "failed" else completed(bot, links, now)


def failed(bot: Bot, now: float) -> Json:
    return {
        "event": "bot.failed",
        "data": {
            "bot_id": bot.bot_id,
            "event_id": bot.event_id,
            "error_message": bot.error_message or "",
            "error_code": bot.error_code or "UNKNOWN_ERROR",
            "sent_at": iso(now),
        },
        "extra": bot.extra,
    }


def completed(bot: Bot, links: Links, now: float) -> Json:
    files = artifacts(bot, links)
    del files["chat_messages"]
    return {
        "event": "bot.completed",
        "data": {
            "bot_id": bot.bot_id,
            "event_id": bot.event_id,
            "participants": people(bot),
            "speakers": people(bot),
            "duration_seconds": round(bot.recorded_seconds),
            "joined_at": iso_or_none(bot.joined_at),
            "exited_at": iso_or_none(bot.exited_at),
            "data_deleted": bot.deleted,
            **files,
            **_transcription(bot),
            "sent_at": iso(now),
        },
        "extra": bot.extra,
    }


def chat_message(bot: Bot, message: Json) -> Json:
    body = {
        "bot_id": bot.bot_id,
        "event_id": bot.event_id,
        "message_id": message["message_id"],
        "sender_name": message["sender_name"],
        "sender_id": message["sender_id"],
        "text": message["text"],
        "sent_at": message["timestamp"],
    }
    return {"event": "bot.chat_message", "data": body, "extra": bot.extra}


def people(bot: Bot) -> list[Json]:
    if not bot.has_media:
        return []
    return [{"name": name, "id": 100 + index} for index, name in enumerate(bot.cast)]


def artifacts(bot: Bot, links: Links) -> dict[str, str | None]:
    """A fresh signed address for each thing that exists, null for what does not."""
    there = bot.has_media and bot.is_terminal and not bot.deleted
    exists = {
        "video": there and bot.config["recording_mode"] != "audio_only",
        "audio": there,
        "diarization": there,
        "raw_transcription": there and bot.has_transcript,
        "transcription": there and bot.has_transcript,
        "chat_messages": there and bool(bot.chat),
    }
    return {
        field: links.to(bot.bot_id, name) if exists[field] else None
        for field, name in _FILES.items()
    }


def _transcription(bot: Bot) -> Json:
    done = bot.has_transcript and bot.is_terminal and not bot.deleted
    return {
        "transcription_provider": "gladia" if done else None,
        "transcription_ids": [f"gl-{bot.bot_id[:13]}"] if done else None,
    }


def tokens(bot: Bot) -> Json | None:
    if not bot.is_terminal:
        return None
    hours = round(bot.recorded_seconds / 3600, 4)
    transcription = round(hours * 0.25, 4) if bot.has_transcript else 0
    return {
        "recording": hours,
        "transcription": transcription,
        "byok_transcription": 0,
        "streaming_input": 0,
        "streaming_output": 0,
        "total": round(hours + transcription, 4),
    }


def bot_row(bot: Bot) -> Json:
    return {
        "bot_id": bot.bot_id,
        "bot_name": bot.config["bot_name"],
        "meeting_url": bot.meeting_url,
        "meeting_platform": bot.platform,
        "extra": bot.extra,
        "duration": round(bot.recorded_seconds, 1) if bot.has_recorded else None,
        "created_at": iso(bot.created_at),
        "ended_at": iso_or_none(bot.ended_at),
        "joined_at": iso_or_none(bot.joined_at),
        "exited_at": iso_or_none(bot.exited_at),
        "status": bot.status,
        "error_code": bot.error_code,
        "error_message": bot.error_message,
        "tokens": tokens(bot),
    }


def bot_details(bot: Bot, links: Links) -> Json:
    return {
        "bot_id": bot.bot_id,
        "bot_name": bot.config["bot_name"],
        "meeting_url": bot.meeting_url,
        "meeting_platform": bot.platform,
        "recording_mode": bot.config["recording_mode"],
        "status": bot.status,
        "created_at": iso(bot.created_at),
        "joined_at": iso_or_none(bot.joined_at),
        "exited_at": iso_or_none(bot.exited_at),
        "duration_seconds": round(bot.recorded_seconds, 1) if bot.has_recorded else None,
        "participants": people(bot),
        "speakers": people(bot),
        "artifacts_deleted": bot.deleted,
        **artifacts(bot, links),
        **_transcription(bot),
        "error_code": bot.error_code,
        "error_message": bot.error_message,
        "tokens": tokens(bot),
        "extra": bot.extra,
        "zoom_config": _zoom(bot.config),
    }


def booking_row(booking: Booking) -> Json:
    return {
        "bot_id": booking.bot_id,
        "bot_name": booking.config["bot_name"],
        "meeting_url": booking.meeting_url,
        "meeting_platform": booking.platform,
        "join_at": iso(booking.join_at),
        "status": booking.status,
        "extra": booking.config["extra"],
        "created_at": iso(booking.created_at),
        "updated_at": iso(booking.updated_at),
    }


def booking_details(booking: Booking) -> Json:
    config = booking.config
    image = config["bot_image"]
    timeouts = config["timeout_config"]
    return {
        **booking_row(booking),
        "bot_image": image[0] if isinstance(image, list) else image,
        "recording_mode": config["recording_mode"],
        "cancelled_at": iso_or_none(booking.cancelled_at),
        "allow_multiple_bots": config["allow_multiple_bots"],
        "entry_message": config["entry_message"],
        "timeout_config": {
            "waiting_room_timeout": timeouts["waiting_room_timeout"],
            "no_one_joined_timeout": timeouts["no_one_joined_timeout"],
        },
        "transcription_config": _part(
            config, "transcription", {"provider": "gladia", "custom_params": None}
        ),
        "streaming_config": _part(
            config,
            "streaming",
            {"input_url": None, "output_url": None, "audio_frequency": 24000},
        ),
        "callback_config": _part(
            config, "callback", {"url": None, "secret": None, "method": "POST"}
        ),
        "zoom_config": _zoom(config),
    }


def _part(config: Json, name: str, defaults: Json) -> Json | None:
    """An enabled part of the configuration, with its own shape and nothing besides."""
    if not config[f"{name}_enabled"]:
        return None
    given: Json = config[f"{name}_config"] or {}
    return {"enabled": True, **{key: given.get(key, value) for key, value in defaults.items()}}


def _zoom(config: Json) -> Json | None:
    given = config["zoom_config"]
    if not given:
        return None
    shown = ("credential_id", "credential_user_id", "obf_token_url", "zak_token_url")
    return {key: given.get(key) for key in shown}
