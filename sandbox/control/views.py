"""How the control API and its pages show things: short, readable, without secrets."""

from __future__ import annotations

import json

from sandbox.clock import iso, iso_or_none
from sandbox.http import Json
from sandbox.provider.models import Booking, Bot, Event, Provider
from sandbox.webhooks import Message


def bot_view(bot: Bot) -> Json:
    return {
        "bot_id": bot.bot_id,
        "title": bot.title,
        "status": bot.status,
        "story": bot.script,
        "meeting_url": bot.meeting_url,
        "event_id": bot.event_id,
        "created_at": iso(bot.created_at),
        "ended_at": iso_or_none(bot.ended_at),
        "recorded_seconds": round(bot.recorded_seconds, 1),
        "error_code": bot.error_code,
        "extra": bot.extra,
        "zoom": zoom_view(bot.config),
    }


def zoom_view(config: Json) -> Json:
    """For whom it comes to a Zoom meeting: whom it names, what it asks for, what it was told."""
    named = {key: value for key, value in (config.get("zoom_config") or {}).items() if value}
    asks = sorted((config.get("recall") or {}).get("zoom") or ())
    return {**named, "asks": asks, "answers": config.get("zoom_answers", {})}


def booking_view(booking: Booking) -> Json:
    return {
        "bot_id": booking.bot_id,
        "status": booking.status,
        "join_at": iso(booking.join_at),
        "event_id": booking.event_id,
        "story": booking.story,
        "meeting_url": booking.meeting_url,
        "extra": booking.config["extra"],
        "zoom": zoom_view(booking.config),
    }


def event_view(event: Event, provider: Provider) -> Json:
    return {
        "event_id": event.event_id,
        "series_id": event.series_id,
        "google_id": event.source["id"],
        "title": event.title,
        "start": iso(event.start),
        "end": iso(event.end),
        "status": event.status,
        "meeting_url": event.meeting_url,
        "bot_scheduled": provider.booking_for(event.event_id) is not None,
    }


def delivery_view(message: Message) -> Json:
    return {
        "id": message.id,
        "kind": message.kind,
        "event": message.event,
        "state": message.state,
        "url": message.url,
        "created_at": iso(message.created_at),
        "attempts": message.attempts,
        "body": json.loads(message.body),
    }
