"""What a v2 webhook means. Every body has a meaning, if only `Ignored` with the reason for staff.

    {"event": "bot.completed", "data": {"bot_id": …, "video": …}, "extra": {"earshot_id": …}}

Guides and API description disagree about where `extra` and `sent_at` stand; both places are read.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from upstream.events import (
    BotCompleted,
    BotFailed,
    BotStatusChanged,
    CalendarConnectionChanged,
    CalendarConnectionDeleted,
    CalendarEventsChanged,
    ChatMessageSent,
    DomainEvent,
    Ignored,
)
from upstream.fields import Fields
from upstream.meetingbaas_v2.payloads import (
    artifact_links,
    calendar_event,
    correlation_id,
    person,
)
from upstream.meetingbaas_v2.statuses import calendar_status_of, meaning_of

LONGEST_CODE = 80  # as much as a row keeps of a code that nobody knows


@dataclass(frozen=True, slots=True)
class Message:
    """A webhook's parts, wherever they stood."""

    name: str
    data: Fields
    correlation_id: str
    sent_at: datetime

    def happened_at(self, *keys: str) -> datetime:
        return self.data.moment(*keys) or self.sent_at

    def ignored(self, reason: str) -> Ignored:
        return Ignored(self.name, reason)


def translate(payload: object, *, received_at: datetime | None = None) -> DomainEvent:
    """Return the event behind a parsed body. Never raises, whatever the body is."""
    body = Fields(payload)
    data = body.inner("data")
    name = body.text("event")
    if not name or not data:
        return Ignored(name, "The message has no event name or no data.")
    message = Message(
        name=name,
        data=data,
        correlation_id=correlation_id(body.inner("extra")) or correlation_id(data.inner("extra")),
        sent_at=data.moment("sent_at")
        or body.moment("sent_at")
        or received_at
        or datetime.now(UTC),
    )
    reader = READERS.get(name)
    return reader(message) if reader else message.ignored("Earshot does not know this event.")


def _bot_status_changed(message: Message) -> DomainEvent:
    bot_id, status = message.data.text("bot_id"), message.data.inner("status")
    code = status.text("code") or message.data.text("status")
    if not bot_id or not code:
        return message.ignored("The message names no bot or no status.")
    meaning = meaning_of(code)
    return BotStatusChanged(
        bot_id=bot_id,
        code=code[:LONGEST_CODE],
        state=meaning.state,
        happened_at=status.moment("created_at") or message.happened_at("created_at"),
        correlation_id=message.correlation_id,
        event_id=message.data.text("event_id"),
        message=status.text("error_message"),
        is_reason=meaning.is_reason,
        is_retry=meaning.is_retry,
        attempt=status.integer("attempt"),
        max_attempts=status.integer("max"),
    )


def _bot_completed(message: Message) -> DomainEvent:
    data = message.data
    bot_id = data.text("bot_id")
    if not bot_id:
        return message.ignored("The message names no bot.")
    return BotCompleted(
        bot_id=bot_id,
        happened_at=message.sent_at,
        correlation_id=message.correlation_id,
        event_id=data.text("event_id"),
        duration_seconds=data.number("duration_seconds", "duration"),
        joined_at=data.moment("joined_at"),
        exited_at=data.moment("exited_at"),
        participants=tuple(person(item) for item in data.items("participants")),
        speakers=tuple(person(item) for item in data.items("speakers")),
        links=artifact_links(data),
        is_data_deleted=data.flag("data_deleted", "artifacts_deleted") or False,
    )


def _bot_failed(message: Message) -> DomainEvent:
    bot_id = message.data.text("bot_id")
    if not bot_id:
        return message.ignored("The message names no bot.")
    return BotFailed(
        bot_id=bot_id,
        code=message.data.text("error_code")[:LONGEST_CODE] or "UNKNOWN_ERROR",
        message=message.data.text("error_message"),
        happened_at=message.sent_at,
        correlation_id=message.correlation_id,
        event_id=message.data.text("event_id"),
    )


def _chat_message(message: Message) -> DomainEvent:
    bot_id, message_id = message.data.text("bot_id"), message.data.text("message_id")
    if not bot_id or not message_id:
        return message.ignored("The message names no bot or has no id.")
    return ChatMessageSent(
        bot_id=bot_id,
        message_id=message_id,
        sender_name=message.data.text("sender_name"),
        text=message.data.text("text"),
        happened_at=message.happened_at("timestamp"),
        correlation_id=message.correlation_id,
    )


def _connection_changed(message: Message) -> DomainEvent:
    calendar_id = message.data.text("calendar_id")
    if not calendar_id:
        return message.ignored("The message names no calendar.")
    return CalendarConnectionChanged(calendar_id, calendar_status_of(message.data.text("status")))


def _connection_deleted(message: Message) -> DomainEvent:
    calendar_id = message.data.text("calendar_id")
    if not calendar_id:
        return message.ignored("The message names no calendar.")
    return CalendarConnectionDeleted(calendar_id)


def _events_changed(message: Message) -> DomainEvent:
    """Read the four calendar messages about events; each keeps its instances under another name.

    A body with counts instead of events (as guides show for events_synced) still says that this
    calendar changed: it comes out with no events, and the calendar is to be read again.
    """
    calendar_id = message.data.text("calendar_id")
    if not calendar_id:
        return message.ignored("The message names no calendar.")
    series = message.data.items("events") or (message.data,)
    is_cancellation = message.name == "calendar.event_cancelled"
    instances = (
        calendar_event(item, calendar_id=calendar_id, series=group)
        for group in series
        for item in group.items("instances", "affected_instances", "cancelled_instances")
    )
    events = (instance for instance in instances if instance)
    if is_cancellation:
        events = (replace(instance, status="cancelled") for instance in events)
    return CalendarEventsChanged(
        calendar_id=calendar_id,
        events=tuple(events),
        is_first_sync=message.name == "calendar.events_synced",
        is_cancellation=is_cancellation,
    )


READERS: dict[str, Callable[[Message], DomainEvent]] = {
    "bot.status_change": _bot_status_changed,
    "bot.completed": _bot_completed,
    "bot.failed": _bot_failed,
    "bot.chat_message": _chat_message,
    "calendar.connection_created": _connection_changed,
    "calendar.connection_updated": _connection_changed,
    "calendar.connection_error": _connection_changed,
    "calendar.connection_deleted": _connection_deleted,
    "calendar.events_synced": _events_changed,
    "calendar.event_created": _events_changed,
    "calendar.event_updated": _events_changed,
    "calendar.event_cancelled": _events_changed,
}
