"""What Earshot asks of a provider. Adapters speak the wire; everybody else speaks this.

    account ──open_provider()──► Provider ──► BotSnapshot, CalendarSnapshot, CalendarEvent …

Calls raise the errors of `upstream.errors` and nothing else; what a provider cannot do is Refused.
Every create carries `BotSpec.correlation_id`, by which `find_bot` finds it again after a timeout.
A bot that is rescheduled may come out with another id, which is returned.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from upstream.events import ArtifactLinks, CalendarEvent, DomainEvent, Person
from upstream.options import BotOptions, Departure
from upstream.states import BotState, CalendarStatus, Platform, TranscriptState
from upstream.zoom import ZoomCode, ZoomCredential, ZoomPass

# The one form that recordings read, with times in seconds:
# {"provider": …, "result": {"languages": […], "utterances": [
#   {"speaker": …, "text": …, "start": …, "end": …, "words": [{"word": …, "start": …, "end": …}]}]}}
TranscriptDocument = Mapping[str, object]


# The endpoint puts the `token` of an address here, for providers that sign nothing else.
TOKEN_HEADER = "x-earshot-token"  # noqa: S105 (a name, not a token)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do; pages hide what it cannot, and say why.

    `reasons` has a sentence for what is missing, by the name of its flag.
    """

    name: str
    can_pause: bool
    can_send_chat: bool
    can_screenshot: bool
    can_resend_webhook: bool
    can_choose_calendar: bool
    follows_moved_events: bool
    lock_window_seconds: int
    can_read_chat: bool = True
    most_chat_characters: int = 500
    has_live_transcript: bool = False
    can_transcribe_again: bool = False
    hears_language_again: bool = False  # another transcription can be told which one is spoken
    can_stop_recording: bool = False  # and begin another one, by the same bot
    keeps_pauses: bool = False  # as black and silence; else they are cut out
    tells_calendar_health: bool = True  # else a dead permission shows when a reading fails
    keeps_zoom_tokens: bool = False  # trades the code itself; else it asks us as a bot sets out
    reasons: Mapping[str, str] = field(default_factory=dict)
    options: BotOptions = field(default_factory=BotOptions)

    def why_not(self, flag: str) -> str:
        """Why this provider cannot do that, for people; empty when it can."""
        return "" if getattr(self, flag) else self.reasons.get(flag, "")


@dataclass(frozen=True, slots=True)
class BotSpec:
    """The bot we want. `meeting_url` is not sent for calendar bookings: the event has it."""

    correlation_id: str
    bot_name: str
    meeting_url: str = ""
    recording_mode: str = "speaker_view"  # or audio_only, gallery_view
    entry_message: str = ""
    is_transcribed: bool = True
    with_summary: bool = True
    summary_style: str = "general"  # or bullet_points, concise
    finds_tasks: bool = False  # what people said they would do
    finds_names: bool = False  # people, places, firms, dates that were spoken of
    language: str = ""  # of the speech, ISO 639-1; empty: recognized
    transcriber: str = ""  # one of the provider's words; empty: its usual one
    parts_voices: bool = False  # each speaker is heard by a sound of their own
    starts_on: str = ""  # participant_join, call_join, participant_speak; empty: as usual
    departure: Departure = field(default_factory=Departure)
    picture_url: str = ""  # what the bot shows in place of a camera
    picture: bytes = b""  # the same, as JPEG
    callback_url: str = ""
    callback_secret: str = ""
    zoom: ZoomPass | None = None


@dataclass(frozen=True, slots=True)
class RecordedPart:
    """One of several recordings of one bot, whole and ready to be fetched."""

    recording_id: str
    started_at: datetime | None
    duration_seconds: float | None
    links: ArtifactLinks


@dataclass(frozen=True, slots=True)
class BotSnapshot:
    """A bot as the provider shows it now."""

    bot_id: str
    code: str
    state: BotState | None
    correlation_id: str = ""
    joined_at: datetime | None = None
    exited_at: datetime | None = None
    ended_at: datetime | None = None  # when all was done; where that is not told, it is not set
    duration_seconds: float | None = None
    participants: tuple[Person, ...] = ()
    speakers: tuple[Person, ...] = ()
    links: ArtifactLinks = field(default_factory=ArtifactLinks)
    is_data_deleted: bool = False
    error_code: str = ""
    error_message: str = ""
    left_because: str = ""  # a code, where it is told of a bot that brought something home too
    transcript: TranscriptDocument | None = None  # where it comes with the bot, not as a file
    parts: tuple[RecordedPart, ...] = ()  # in order, where a bot may record several times


@dataclass(frozen=True, slots=True)
class BotStatusReport:
    code: str
    state: BotState | None
    transcript_state: TranscriptState
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Screenshot:
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class OAuthGrant:
    """What a person's consent gave us, as the provider needs it to read the calendar."""

    platform: str  # google | microsoft
    client_id: str
    client_secret: str
    refresh_token: str
    tenant: str = ""
    email: str = ""  # of the account that gave it

    def __repr__(self) -> str:
        return f"OAuthGrant(platform={self.platform!r})"


@dataclass(frozen=True, slots=True)
class AvailableCalendar:
    """A calendar of the person's account that could be connected."""

    raw_id: str
    name: str
    email: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class CalendarSnapshot:
    calendar_id: str
    email: str
    status: CalendarStatus
    status_message: str = ""
    synced_at: datetime | None = None
    sync_status: str = ""  # success, failed, partial, or empty before the first
    subscription_expires_at: datetime | None = None
    platform: str = ""  # google | microsoft


@dataclass(frozen=True, slots=True)
class SeriesSnapshot:
    series_id: str
    is_recurring: bool
    events: tuple[CalendarEvent, ...]


@dataclass(frozen=True, slots=True)
class EventRef:
    """One instance on the provider's calendar; series ids change when a series is split."""

    calendar_id: str
    series_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class TranscriptionReport:
    """How far a transcription is that has an id of its own, and where it is once it is there."""

    state: TranscriptState
    link: str = ""


class Provider(Protocol):
    """A meeting-bot API."""

    capabilities: Capabilities

    # Bots
    def create_bot(self, spec: BotSpec) -> str: ...
    def schedule_bot(self, spec: BotSpec, *, join_at: datetime) -> str: ...
    def reschedule_bot(self, bot_id: str, spec: BotSpec, *, join_at: datetime) -> str: ...
    def cancel_scheduled_bot(self, bot_id: str) -> None: ...  # or calls it back, if it has left
    def find_bot(self, correlation_id: str) -> BotSnapshot | None: ...  # scheduled ones too
    def find_bots(self, correlation_id: str) -> tuple[BotSnapshot, ...]: ...  # should be one
    def list_bots(self, *, since: datetime) -> Iterator[BotSnapshot]: ...  # scheduled ones too
    def get_bot(self, bot_id: str) -> BotSnapshot: ...  # scheduled ones too
    def get_bot_status(self, bot_id: str) -> BotStatusReport: ...
    def list_screenshots(self, bot_id: str) -> Iterator[Screenshot]: ...
    def leave(self, bot_id: str) -> None: ...
    def pause(self, bot_id: str) -> None: ...
    def resume(self, bot_id: str) -> None: ...
    def stop_recording(self, bot_id: str) -> None: ...
    def start_recording(self, bot_id: str, spec: BotSpec) -> None: ...
    def send_chat_message(self, bot_id: str, text: str) -> None: ...
    def delete_data(self, bot_id: str) -> None: ...
    def resend_webhook(self, bot_id: str) -> None: ...
    # Of a bot that is done, and of one of its recordings if that was said. Returns the id of what
    # is made, where it has one of its own; else the bot's status tells when it is there.
    def transcribe_again(self, bot_id: str, spec: BotSpec, *, recording_id: str = "") -> str: ...
    def get_transcription(self, transcription_id: str) -> TranscriptionReport: ...
    def read_transcript(self, file: object) -> TranscriptDocument: ...  # parsed JSON of its file

    # Zoom, where the provider keeps people's permissions. A second one for the same person is
    # another credential.
    def connect_zoom(self, code: ZoomCode) -> ZoomCredential: ...
    def list_zoom(self) -> tuple[ZoomCredential, ...]: ...
    def forget_zoom(self, credential_id: str) -> None: ...

    # Calendars
    def list_available_calendars(self, grant: OAuthGrant) -> tuple[AvailableCalendar, ...]: ...
    def connect_calendar(self, grant: OAuthGrant, raw_id: str) -> CalendarSnapshot: ...
    def reconnect_calendar(self, calendar_id: str, grant: OAuthGrant) -> CalendarSnapshot: ...
    def list_calendars(self) -> Iterator[CalendarSnapshot]: ...
    def get_calendar(self, calendar_id: str) -> CalendarSnapshot: ...
    def delete_calendar(self, calendar_id: str) -> None: ...
    def sync_calendar(self, calendar_id: str) -> None: ...
    def resubscribe_calendar(self, calendar_id: str) -> None: ...
    def list_events(
        self, calendar_id: str, *, start: datetime, end: datetime
    ) -> Iterator[CalendarEvent]: ...
    def list_series(self, calendar_id: str) -> Iterator[SeriesSnapshot]: ...
    def get_event(self, calendar_id: str, event_id: str) -> CalendarEvent: ...

    # Recording of one calendar event. No bot id comes back: webhooks carry the correlation id.
    # Booking what is booked and unbooking what is not (or is gone) both succeed quietly. Conflict
    # means: too late to change, or a booking remains whose bot can only be told to leave.
    def book_event(self, ref: EventRef, spec: BotSpec) -> None: ...
    def rebook_event(self, ref: EventRef, spec: BotSpec) -> None: ...
    def unbook_event(self, ref: EventRef) -> None: ...


class WebhookReader(Protocol):
    """The other direction: what a provider sends to us. Needs no network."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the message id that is unique per message. Raises InvalidSignature.

        Names of `headers` are lower case.
        """
        ...

    def translate(self, payload: object, *, received_at: datetime | None = None) -> DomainEvent:
        """Return what the parsed body means; a body nobody can read becomes Ignored.

        `received_at` stands in where the body gives no time, so that a replay means the same.
        """
        ...


__all__ = [
    "ArtifactLinks",
    "AvailableCalendar",
    "BotSnapshot",
    "BotSpec",
    "BotStatusReport",
    "CalendarSnapshot",
    "Capabilities",
    "EventRef",
    "OAuthGrant",
    "Platform",
    "Provider",
    "RecordedPart",
    "Screenshot",
    "SeriesSnapshot",
    "TranscriptDocument",
    "WebhookReader",
    "ZoomCode",
    "ZoomCredential",
    "ZoomPass",
]
