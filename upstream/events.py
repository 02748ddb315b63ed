"""What a provider can tell us, in our words. Adapters make these, dispatch hands them on.

Every event that concerns a bot carries both ids: the provider's `bot_id` and `correlation_id`, our
bot's public id as it came back in `extra`/`metadata` (empty when the provider did not echo it).
Times are aware datetimes in UTC, lengths are seconds.
"""

from dataclasses import dataclass, field
from datetime import datetime

from upstream.states import BotState, CalendarStatus, Platform, TranscriptState


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in the room: the provider's own number for them is only unique within one bot."""

    name: str
    provider_id: str = ""
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class ArtifactLinks:
    """Signed addresses that expire (v2: 4 h); None: disabled, not produced, deleted, expired."""

    video: str | None = None
    audio: str | None = None
    transcript: str | None = None
    raw_transcript: str | None = None
    diarization: str | None = None
    chat: str | None = None


@dataclass(frozen=True, slots=True)
class BotStatusChanged:
    """One step of a bot. `state` is None when the code only informs, or nobody knows it."""

    bot_id: str
    code: str
    state: BotState | None
    happened_at: datetime
    correlation_id: str = ""
    event_id: str = ""
    message: str = ""
    is_reason: bool = False  # the code tells why the bot left; the final event decides
    is_retry: bool = False  # the bot may step backwards after this
    attempt: int | None = None
    max_attempts: int | None = None


@dataclass(frozen=True, slots=True)
class BotCompleted:
    """The bot is back and brought something."""

    bot_id: str
    happened_at: datetime
    correlation_id: str = ""
    event_id: str = ""
    duration_seconds: float | None = None
    joined_at: datetime | None = None
    exited_at: datetime | None = None
    participants: tuple[Person, ...] = ()
    speakers: tuple[Person, ...] = ()
    links: ArtifactLinks = field(default_factory=ArtifactLinks)
    is_data_deleted: bool = False


@dataclass(frozen=True, slots=True)
class BotFailed:
    """The bot is back with nothing, or never left."""

    bot_id: str
    code: str
    message: str
    happened_at: datetime
    correlation_id: str = ""
    event_id: str = ""


@dataclass(frozen=True, slots=True)
class BotResultChanged:
    """A bot has ended, or something it brings is ready or lost: how is seen at the bot only."""

    bot_id: str
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptChanged:
    """A transcript that is made apart from the recording is there now, or will never be."""

    bot_id: str
    state: TranscriptState
    happened_at: datetime
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class ChatMessageSent:
    """Somebody wrote in the meeting's chat."""

    bot_id: str
    message_id: str
    sender_name: str
    text: str
    happened_at: datetime
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """Somebody came into the meeting, or left it. `person_id` is unique within one meeting."""

    bot_id: str
    person_id: str
    name: str
    is_here: bool
    happened_at: datetime
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptLineHeard:
    """Something said in a meeting that goes on. One that is not final is replaced by what follows.

    `start_seconds` counts from the beginning of the recording.
    """

    bot_id: str
    speaker_id: str
    speaker_name: str
    text: str
    start_seconds: float | None
    is_final: bool
    happened_at: datetime
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class CalendarConnectionChanged:
    """Status of a connected calendar; read the calendar again for the details."""

    calendar_id: str
    status: CalendarStatus | None


@dataclass(frozen=True, slots=True)
class CalendarConnectionDeleted:
    """The provider forgot this calendar and its events."""

    calendar_id: str


@dataclass(frozen=True, slots=True)
class Attendee:
    email: str
    name: str = ""
    response: str = ""  # accepted, declined, tentative, needsAction
    is_organizer: bool = False
    is_self: bool = False


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One meeting instance as the provider sees it. `None` means: this message did not say."""

    event_id: str
    series_id: str
    calendar_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    status: str = "confirmed"  # confirmed, tentative, cancelled
    is_recurring: bool = False
    is_exception: bool = False
    is_all_day: bool | None = None
    is_bot_scheduled: bool = False
    meeting_url: str = ""
    platform: Platform = Platform.UNKNOWN
    time_zone: str | None = None
    organizer_email: str | None = None
    organizer_name: str | None = None
    attendees: tuple[Attendee, ...] | None = None
    ical_uid: str | None = None  # the calendar's own identity, the same for a whole series
    original_start: datetime | None = None
    is_private: bool | None = None
    texts: tuple[str, ...] | None = None  # where a link may stand: conference, place, description
    is_detailed: bool = False  # nothing more is known of it than this


@dataclass(frozen=True, slots=True)
class CalendarEventsChanged:
    """Instances that appeared, changed or were cancelled on one calendar.

    Where the message only names them they are in `named`; where it does not even do that, both are
    empty, and the whole calendar is to be read again.
    """

    calendar_id: str
    events: tuple[CalendarEvent, ...] = ()
    named: tuple[str, ...] = ()
    is_first_sync: bool = False
    is_cancellation: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """A delivery that means nothing to us; kept for support. `reason` is shown to staff."""

    name: str
    reason: str


DomainEvent = (
    BotStatusChanged
    | BotCompleted
    | BotFailed
    | BotResultChanged
    | TranscriptChanged
    | ChatMessageSent
    | PersonMoved
    | TranscriptLineHeard
    | CalendarConnectionChanged
    | CalendarConnectionDeleted
    | CalendarEventsChanged
    | Ignored
)
