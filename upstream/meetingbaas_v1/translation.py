"""What a v1 webhook means. Every body has a meaning, if only `Ignored` with the reason for staff.

    {"event": "complete", "data": {"bot_id": …, "event_uuid": …, "mp4": …, "extra": {…}}}

Only status changes say when they happened; the ends of a bot count from when they came.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from upstream.events import (
    BotCompleted,
    BotFailed,
    BotStatusChanged,
    CalendarEventsChanged,
    DomainEvent,
    Ignored,
    TranscriptChanged,
)
from upstream.fields import Fields
from upstream.meetingbaas_v1.payloads import (
    LONGEST_CODE,
    artifact_links,
    correlation_id,
    people,
)
from upstream.meetingbaas_v1.statuses import meaning_of
from upstream.states import TranscriptState


@dataclass(frozen=True, slots=True)
class Message:
    name: str
    data: Fields
    bot_id: str
    event_id: str
    correlation_id: str
    came_at: datetime


def translate(payload: object, *, received_at: datetime | None = None) -> DomainEvent:
    """Return the event behind a parsed body. Never raises, whatever the body is."""
    body = Fields(payload)
    data = body.inner("data")
    name = body.text("event")
    if not name or not data:
        return Ignored(name, "The message has no event name or no data.")
    reader = READERS.get(name)
    if reader is None:
        return Ignored(name, "Earshot does not know this event.")
    message = Message(
        name=name,
        data=data,
        bot_id=data.text("bot_id"),
        event_id=data.text("event_uuid"),
        correlation_id=correlation_id(data.inner("extra")) or correlation_id(body.inner("extra")),
        came_at=received_at or datetime.now(UTC),
    )
    if not name.startswith("calendar.") and not message.bot_id:
        return Ignored(name, "The message names no bot.")
    return reader(message)


def _status_changed(message: Message) -> DomainEvent:
    status = message.data.inner("status")
    code = status.text("code")
    if not code:
        return Ignored(message.name, "The message names no status.")
    meaning = meaning_of(code)
    return BotStatusChanged(
        bot_id=message.bot_id,
        code=code[:LONGEST_CODE],
        state=meaning.state,
        happened_at=status.moment("created_at", "start_time") or message.came_at,
        correlation_id=message.correlation_id,
        event_id=message.event_id,
        message=status.text("error_message", "error_type"),
        is_reason=meaning.is_reason,
    )


def _completed(message: Message) -> DomainEvent:
    return BotCompleted(
        bot_id=message.bot_id,
        happened_at=message.came_at,
        correlation_id=message.correlation_id,
        event_id=message.event_id,
        speakers=people(message.data.texts("speakers")),
        links=artifact_links(message.data),
    )


def _failed(message: Message) -> DomainEvent:
    return BotFailed(
        bot_id=message.bot_id,
        code=message.data.text("error")[:LONGEST_CODE] or "UNKNOWN_ERROR",
        message=message.data.text("message"),
        happened_at=message.came_at,
        correlation_id=message.correlation_id,
        event_id=message.event_id,
    )


def _transcribed(message: Message) -> DomainEvent:
    return TranscriptChanged(
        bot_id=message.bot_id,
        state=TranscriptState.READY,
        happened_at=message.came_at,
        correlation_id=message.correlation_id,
    )


def _events_synced(message: Message) -> DomainEvent:
    calendar_id = message.data.text("calendar_id")
    if not calendar_id:
        return Ignored(message.name, "The message names no calendar.")
    named = message.data.texts("affected_event_uuids")
    return CalendarEventsChanged(calendar_id, named=named)


READERS: dict[str, Callable[[Message], DomainEvent]] = {
    "bot.status_change": _status_changed,
    "complete": _completed,
    "failed": _failed,
    "transcription_complete": _transcribed,
    "calendar.sync_events": _events_synced,
}
