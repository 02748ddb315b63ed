"""Objects of the v2 API, made into ours; no dict from the wire goes further in than this module.

REST and webhooks disagree about names (`start_time` / `start`, `video` / `mp4`, `artifacts_deleted`
/ `data_deleted`, `duration` / `duration_seconds`): all of them are read here, everywhere.
"""

from upstream import raw_event
from upstream.events import ArtifactLinks, Attendee, CalendarEvent, Person
from upstream.fields import Fields
from upstream.ical_uid import shared_uid
from upstream.meetingbaas_v2.statuses import (
    SCHEDULED_MEANINGS,
    TRANSCRIPT_STATES,
    UNKNOWN,
    calendar_status_of,
    meaning_of,
    platform_of,
)
from upstream.port import (
    AvailableCalendar,
    BotSnapshot,
    BotStatusReport,
    CalendarSnapshot,
    Screenshot,
    SeriesSnapshot,
)
from upstream.states import BotState, CalendarStatus, TranscriptState
from upstream.zones import zone_name

CORRELATION_KEY = "earshot_id"
EVENT_STATUSES = ("confirmed", "tentative", "cancelled")
TRANSCRIPT_FAILURES = ("TRANSCRIPTION_FAILED", "TRANSCRIPTION_ERROR")


def correlation_id(extra: Fields) -> str:
    return extra.text(CORRELATION_KEY)


def person(fields: Fields) -> Person:
    return Person(
        name=fields.text("name", "display_name"),
        provider_id=fields.text("id"),
        picture_url=fields.text("profile_picture"),
    )


def artifact_links(data: Fields) -> ArtifactLinks:
    return ArtifactLinks(
        video=data.text("video", "mp4") or None,
        audio=data.text("audio") or None,
        transcript=data.text("transcription") or None,
        raw_transcript=data.text("raw_transcription") or None,
        diarization=data.text("diarization") or None,
        chat=data.text("chat_messages") or None,
    )


def bot_snapshot(data: Fields) -> BotSnapshot:
    """Read a bot from its details or from a list; a list has neither people nor links."""
    code = data.text("status")
    links = artifact_links(data)
    return BotSnapshot(
        bot_id=data.text("bot_id"),
        code=code,
        state=_state_with_media(code, data.text("error_code"), links),
        correlation_id=correlation_id(data.inner("extra")),
        joined_at=data.moment("joined_at"),
        exited_at=data.moment("exited_at"),
        duration_seconds=data.number("duration_seconds", "duration"),
        participants=tuple(person(item) for item in data.items("participants")),
        speakers=tuple(person(item) for item in data.items("speakers")),
        links=links,
        is_data_deleted=data.flag("artifacts_deleted", "data_deleted") or False,
        error_code=data.text("error_code"),
        error_message=data.text("error_message"),
    )


def _state_with_media(code: str, error_code: str, links: ArtifactLinks) -> BotState | None:
    """A bot that failed at its transcript alone has brought a recording home."""
    state = meaning_of(code).state
    has_media = bool(links.video or links.audio)
    if state == BotState.FAILED and error_code in TRANSCRIPT_FAILURES and has_media:
        return BotState.DONE
    return state


def scheduled_bot_snapshot(data: Fields) -> BotSnapshot:
    """Read a bot that waits for its time; when spawned it is to be read again as a bot."""
    code = data.text("status")
    return BotSnapshot(
        bot_id=data.text("bot_id"),
        code=code,
        state=SCHEDULED_MEANINGS.get(code, UNKNOWN).state,
        correlation_id=correlation_id(data.inner("extra")),
    )


def bot_status_report(data: Fields) -> BotStatusReport:
    code = data.text("status")
    return BotStatusReport(
        code=code,
        state=meaning_of(code).state,
        transcript_state=TRANSCRIPT_STATES.get(
            data.text("transcription_status"), TranscriptState.PENDING
        ),
        updated_at=data.moment("updated_at"),
    )


def screenshot(data: Fields) -> Screenshot:
    return Screenshot(number=data.integer("screenshot_id") or 0, url=data.text("url"))


def available_calendar(data: Fields) -> AvailableCalendar:
    return AvailableCalendar(
        raw_id=data.text("id"),
        name=data.text("name", "id"),
        email=data.text("email"),
        is_primary=data.flag("is_primary") or False,
    )


def calendar_snapshot(data: Fields) -> CalendarSnapshot:
    """Read a connection; a status word nobody knows is shown as trouble, with that word."""
    word = data.text("status")
    status = calendar_status_of(word)
    return CalendarSnapshot(
        calendar_id=data.text("calendar_id"),
        email=data.text("account_email"),
        platform=data.text("calendar_platform", "platform"),
        status=status or CalendarStatus.ERROR,
        status_message=data.text("status_message", "sync_error") or ("" if status else word),
        synced_at=data.moment("synced_at"),
        sync_status=data.text("sync_status"),
        subscription_expires_at=data.moment("subscription_expires_at"),
    )


def calendar_event(
    data: Fields, *, calendar_id: str = "", series: Fields | None = None
) -> CalendarEvent | None:
    """Read an instance from REST or from a webhook, where `series` holds what its siblings share.

    None when it has no id or no times: such an instance cannot be placed on any page.
    """
    starts_at = data.moment("start", "start_time")
    ends_at = data.moment("end", "end_time")
    event_id = data.text("event_id")
    if not (event_id and starts_at and ends_at):
        return None
    shared = series or data
    raw = data.inner("raw_payload")
    return CalendarEvent(
        event_id=event_id,
        series_id=data.text("series_id") or shared.text("series_id"),
        calendar_id=data.text("calendar_id") or calendar_id,
        title=data.text("title"),
        starts_at=starts_at,
        ends_at=max(starts_at, ends_at),
        status=_event_status(data),
        is_recurring=(data.text("event_type") or shared.text("event_type")) == "recurring",
        is_exception=data.flag("is_exception") or shared.flag("is_exception") or False,
        is_all_day=data.flag("is_all_day"),
        is_bot_scheduled=data.flag("bot_scheduled") or False,
        meeting_url=data.text("meeting_url"),
        platform=platform_of(data.text("meeting_platform")),
        time_zone=zone_name(data.text("timezone")) or None,
        organizer_email=data.text("organizer_email") or None,
        organizer_name=data.text("organizer_name") or None,
        attendees=_attendees(data),
        ical_uid=shared_uid(raw.text("uid", "iCalUID", "iCalUId")) or None,
        original_start=raw_event.original_start(raw),
        is_private=raw_event.is_private(raw),
        texts=_texts(data, raw),
    )


def series_snapshot(data: Fields, *, calendar_id: str) -> SeriesSnapshot:
    events = (
        calendar_event(item, calendar_id=calendar_id, series=data) for item in data.items("events")
    )
    return SeriesSnapshot(
        series_id=data.text("series_id"),
        is_recurring=data.text("event_type") == "recurring",
        events=tuple(event for event in events if event),
    )


def _event_status(data: Fields) -> str:
    word = data.text("status")
    return word if word in EVENT_STATUSES else "confirmed"


def _attendees(data: Fields) -> tuple[Attendee, ...] | None:
    if not data.has_list("attendees"):
        return None
    return tuple(
        Attendee(
            email=item.text("email"),
            name=item.text("name"),
            response=item.text("response_status"),
            is_organizer=item.flag("organizer") or False,
            is_self=item.flag("self") or False,
        )
        for item in data.items("attendees")
    )


def _texts(data: Fields, raw: Fields) -> tuple[str, ...] | None:
    """Where a meeting link may stand, the likeliest place first; None: only the details tell."""
    if not (raw or data.has("description") or data.has("location")):
        return None
    written = (data.text("location"), data.text("description"))
    return (*raw_event.meeting_texts(raw), *(text for text in written if text))
