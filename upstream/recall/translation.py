"""What a message of Recall.ai means. Each has a meaning, if only `Ignored` with the reason.

    {"event": "bot.call_ended", "data": {"data": {"code", "sub_code", "updated_at"},
                                         "bot": {"id", "metadata": {"earshot_id"}}}}

None brings what was recorded: `done` only says where to look. Live lines and chat come from
real-time endpoints, with the same nesting.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from upstream.events import (
    BotFailed,
    BotResultChanged,
    BotStatusChanged,
    CalendarConnectionChanged,
    CalendarEventsChanged,
    ChatMessageSent,
    DomainEvent,
    Ignored,
    PersonMoved,
    TranscriptChanged,
    TranscriptLineHeard,
)
from upstream.fields import Fields
from upstream.recall.bots import correlation_id
from upstream.recall.files import joined
from upstream.recall.statuses import STATES
from upstream.states import BotState, TranscriptState

LONGEST_CODE = 80  # as much as a row keeps of a code that nobody knows
NAMELESS = "The message names no bot or no status."
TOLD_ELSEWHERE = "What it tells is read with the bot."
NO_STEPS = (
    "analysis_done",
    "analysis_failed",
    "breakout_room_closed",
    "breakout_room_entered",
    "breakout_room_left",
    "breakout_room_opened",
    "media_expired",
)
FAMILIES = (
    "audio_mixed.",
    "meeting_metadata.",
    "participant_events.",
    "realtime_endpoint.",
    "video_mixed.",
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message's parts. `about` is the inner object: a status, a line, something said."""

    name: str
    data: Fields
    about: Fields
    received_at: datetime

    @property
    def bot_id(self) -> str:
        return self.data.inner("bot").text("id") or self.data.text("bot_id")

    @property
    def correlation_id(self) -> str:
        return correlation_id(self.data.inner("bot").inner("metadata"))

    @property
    def happened_at(self) -> datetime:
        return self.about.moment("updated_at", "created_at") or self.received_at

    def ignored(self, reason: str) -> Ignored:
        return Ignored(self.name, reason)


def translate(payload: object, *, received_at: datetime | None = None) -> DomainEvent:
    """Return the event behind a parsed body. Never raises, whatever the body is."""
    body = Fields(payload)
    data, name = body.inner("data"), body.text("event")
    if not name or not data:
        return Ignored(name, "The message has no event name or no data.")
    message = Message(
        name, data, data.inner("data") or data.inner("status"), received_at or datetime.now(UTC)
    )
    if reader := READERS.get(name):
        return reader(message)
    if name.startswith("bot."):
        return _bot_status(message)
    if name.startswith(FAMILIES):
        return message.ignored(TOLD_ELSEWHERE)
    return message.ignored("Earshot does not know this event.")


def _bot_status(message: Message) -> DomainEvent:
    """One step; the older form names it inside, the newer one in its own name as well."""
    named = message.name.removeprefix("bot.") if message.name != "bot.status_change" else ""
    code = (message.about.text("code") or named)[:LONGEST_CODE]
    if not message.bot_id or not code:
        return message.ignored(NAMELESS)
    if code in NO_STEPS:
        return message.ignored("It says nothing about where the bot is.")
    if code == "done":
        return BotResultChanged(message.bot_id, message.correlation_id)
    sub_code = message.about.text("sub_code")[:LONGEST_CODE]
    if code == "fatal":
        return BotFailed(
            bot_id=message.bot_id,
            code=sub_code or code,
            message=message.about.text("message"),
            happened_at=message.happened_at,
            correlation_id=message.correlation_id,
        )
    tells_why = code == "call_ended" and bool(sub_code)
    return BotStatusChanged(
        bot_id=message.bot_id,
        code=sub_code if tells_why else code,
        state=STATES.get(code),
        happened_at=message.happened_at,
        correlation_id=message.correlation_id,
        message=message.about.text("message"),
        is_reason=tells_why,
    )


def _recording_paused(message: Message) -> DomainEvent:
    if not message.bot_id:
        return message.ignored("It belongs to no bot.")
    return BotStatusChanged(
        bot_id=message.bot_id,
        code=message.name,
        state=BotState.PAUSED,
        happened_at=message.happened_at,
        correlation_id=message.correlation_id,
    )


def _recording_ended(message: Message) -> DomainEvent:
    """A recording is not the bot: a bot that was told to stop and start again makes several."""
    if not message.bot_id:
        return message.ignored("It belongs to no bot.")
    return BotResultChanged(message.bot_id, message.correlation_id)


def _transcript_step(state: TranscriptState) -> "Reader":
    def read(message: Message) -> DomainEvent:
        if not message.bot_id:
            return message.ignored("It belongs to no bot.")
        return TranscriptChanged(
            bot_id=message.bot_id,
            state=state,
            happened_at=message.happened_at,
            correlation_id=message.correlation_id,
        )

    return read


def _line(*, is_final: bool) -> "Reader":
    def read(message: Message) -> DomainEvent:
        words, speaker = message.about.items("words"), message.about.inner("participant")
        text = joined(words)
        if not message.bot_id or not text:
            return message.ignored("The message names no bot, or nothing was said.")
        starts = (word.inner("start_timestamp").number("relative") for word in words)
        return TranscriptLineHeard(
            bot_id=message.bot_id,
            speaker_id=speaker.text("id"),
            speaker_name=speaker.text("name"),
            text=text,
            start_seconds=next((start for start in starts if start is not None), None),
            is_final=is_final,
            happened_at=message.received_at,
            correlation_id=message.correlation_id,
        )

    return read


def _chat(message: Message) -> DomainEvent:
    """Messages have no ids: who wrote it when tells them apart."""
    sender, said = message.about.inner("participant"), message.about.inner("data")
    text, at = said.text("text"), message.about.inner("timestamp")
    if not message.bot_id or not text:
        return message.ignored("The message names no bot, or says nothing.")
    place = (message.bot_id, sender.text("id"), at.text("absolute"), str(at.number("relative")))
    return ChatMessageSent(
        bot_id=message.bot_id,
        message_id=hashlib.sha256("|".join((*place, text)).encode()).hexdigest()[:40],
        sender_name=sender.text("name"),
        text=text,
        happened_at=at.moment("absolute") or message.received_at,
        correlation_id=message.correlation_id,
    )


def _moved(*, is_here: bool) -> "Reader":
    def read(message: Message) -> DomainEvent:
        person, at = message.about.inner("participant"), message.about.inner("timestamp")
        if not message.bot_id or not (person.text("id") or person.text("name")):
            return message.ignored("The message names no bot, or nobody.")
        return PersonMoved(
            bot_id=message.bot_id,
            person_id=person.text("id") or person.text("name"),
            name=person.text("name"),
            is_here=is_here,
            happened_at=at.moment("absolute") or message.received_at,
            correlation_id=message.correlation_id,
        )

    return read


def _calendar_changed(message: Message) -> DomainEvent:
    calendar_id = message.data.text("calendar_id")
    if not calendar_id:
        return message.ignored("The message names no calendar.")
    return CalendarConnectionChanged(calendar_id, None)


def _events_changed(message: Message) -> DomainEvent:
    calendar_id = message.data.text("calendar_id")
    if not calendar_id:
        return message.ignored("The message names no calendar.")
    return CalendarEventsChanged(calendar_id)


def _aside(message: Message) -> DomainEvent:
    return message.ignored(TOLD_ELSEWHERE)


Reader = Callable[[Message], DomainEvent]
READERS: dict[str, Reader] = {
    "recording.processing": _aside,
    "recording.paused": _recording_paused,
    "recording.done": _recording_ended,
    "recording.failed": _recording_ended,
    "recording.deleted": _aside,
    "transcript.processing": _aside,
    "transcript.done": _transcript_step(TranscriptState.READY),
    "transcript.failed": _transcript_step(TranscriptState.FAILED),
    "transcript.deleted": _aside,
    "transcript.data": _line(is_final=True),
    "transcript.partial_data": _line(is_final=False),
    "participant_events.chat_message": _chat,
    "participant_events.join": _moved(is_here=True),
    "participant_events.leave": _moved(is_here=False),
    "calendar.update": _calendar_changed,
    "calendar.sync_events": _events_changed,
}
