"""Objects of the v1 API, made into ours; no dict from the wire goes further in than this module.

A missing file is an empty string. A bot has no status to be asked for: what it brought, what went
wrong, and when it came and went tell it. Words of a transcript have other names in a webhook
(`word`, `start`, `end`) than in an answer (`text`, `start_time`, `end_time`); both are read.
"""

from datetime import datetime, timedelta

from upstream import raw_event
from upstream.events import ArtifactLinks, CalendarEvent, Person
from upstream.fields import Fields
from upstream.ical_uid import shared_uid
from upstream.port import (
    AvailableCalendar,
    BotSnapshot,
    BotStatusReport,
    CalendarSnapshot,
    Screenshot,
    TranscriptDocument,
)
from upstream.states import BotState, CalendarStatus, Platform, TranscriptState

CORRELATION_KEY = "earshot_id"
LONGEST_CODE = 80
# A transcript of silence is never announced: after so long there is none to come.
TRANSCRIBED_WITHIN = timedelta(hours=1)


def correlation_id(extra: Fields) -> str:
    return extra.text(CORRELATION_KEY)


def artifact_links(data: Fields) -> ArtifactLinks:
    return ArtifactLinks(
        video=data.text("mp4") or None,
        audio=data.text("audio") or None,
        diarization=data.text("speaker_diarization_file", "speaker_diarization_file_network")
        or None,
    )


def people(names: tuple[str, ...]) -> tuple[Person, ...]:
    return tuple(Person(name=name) for name in dict.fromkeys(names) if name)


def bot_snapshot(data: Fields) -> BotSnapshot:
    """Read a bot from its meeting's data. Only what is named here is kept: there are keys in it."""
    bot_data = data.inner("bot_data")
    bot = bot_data.inner("bot")
    links = artifact_links(data)
    segments = bot_data.items("transcripts")
    state, errors = _state(bot, links), bot.text("errors")
    return BotSnapshot(
        bot_id=bot.text("uuid"),
        code=errors[:LONGEST_CODE] or str(state or ""),
        state=state,
        correlation_id=correlation_id(bot.inner("extra")),
        joined_at=bot.moment("bot_joined_at"),
        exited_at=bot.moment("bot_exited_at", "ended_at"),
        duration_seconds=data.number("duration") or None,
        speakers=people(tuple(one.text("speaker") for one in segments)),
        links=links,
        error_code=errors[:LONGEST_CODE],
        error_message=errors,
        transcript=transcript(segments) if segments else None,
    )


def listed_bot(data: Fields) -> BotSnapshot:
    """Read a bot from the list, which tells neither how it is nor what it brought."""
    return BotSnapshot(
        bot_id=data.text("uuid"),
        code="ended" if data.moment("ended_at") else "",
        state=None,
        correlation_id=correlation_id(data.inner("extra")),
        exited_at=data.moment("ended_at"),
        speakers=people(tuple(data.texts("speakers"))),
    )


def bot_status_report(data: Fields, *, now: datetime) -> BotStatusReport:
    snapshot = bot_snapshot(data)
    bot = data.inner("bot_data").inner("bot")
    return BotStatusReport(
        code=snapshot.code,
        state=snapshot.state,
        transcript_state=_transcript_state(bot, snapshot, now),
        updated_at=snapshot.exited_at or snapshot.joined_at,
    )


def transcript(segments: tuple[Fields, ...]) -> TranscriptDocument:
    """The segments in the order they were spoken, in the one form that recordings read."""
    ordered = sorted(segments, key=lambda one: one.number("start_time", "offset") or 0.0)
    utterances = [_utterance(one) for one in ordered]
    languages = list(dict.fromkeys(one.text("lang") for one in segments if one.text("lang")))
    return {
        "provider": "meetingbaas",
        "result": {"languages": languages, "utterances": utterances},
    }


def screenshot(number: int, data: Fields) -> Screenshot:
    return Screenshot(number=number, url=data.text("url"))


def available_calendar(data: Fields) -> AvailableCalendar:
    """v1 names no calendars: the main one is called by its account, the others by their id."""
    is_primary = data.flag("is_primary") or False
    return AvailableCalendar(
        raw_id=data.text("id"),
        name=data.text("name") or data.text(*(("email", "id") if is_primary else ("id", "email"))),
        email=data.text("email"),
        is_primary=is_primary,
    )


def calendar_snapshot(data: Fields, *, now: datetime) -> CalendarSnapshot:
    """Read a connection. v1 tells no health, and has read all there is when it answers."""
    return CalendarSnapshot(
        calendar_id=data.text("uuid"),
        email=data.text("email"),
        status=CalendarStatus.ACTIVE,
        synced_at=now,
        sync_status="success",
    )


def calendar_event(data: Fields) -> CalendarEvent | None:
    """Read an instance; None when it has no id or no times and cannot be placed on any page.

    Beside the little that v1 says itself, it hands on the calendar's own record.
    """
    starts_at, ends_at = data.moment("start_time"), data.moment("end_time")
    event_id = data.text("uuid")
    if not (event_id and starts_at and ends_at):
        return None
    raw = data.inner("raw")
    organizer_email, organizer_name = raw_event.organizer_of(raw)
    return CalendarEvent(
        event_id=event_id,
        series_id=data.text("recurring_event_id") or raw_event.series_key(raw) or event_id,
        calendar_id=data.text("calendar_uuid"),
        title=data.text("name") or raw_event.title_of(raw),
        starts_at=starts_at,
        ends_at=max(starts_at, ends_at),
        status=_event_status(data, raw),
        is_recurring=data.flag("is_recurring") or False,
        is_all_day=raw_event.is_all_day(raw) if raw else None,
        is_bot_scheduled=bool(data.inner("bot_param")),
        meeting_url=data.text("meeting_url"),
        platform=Platform.UNKNOWN,
        time_zone=raw_event.time_zone_of(raw),
        organizer_email=organizer_email,
        organizer_name=organizer_name,
        attendees=raw_event.attendees_of(raw),
        ical_uid=shared_uid(raw.text("iCalUID", "iCalUId", "uid")) or None,
        original_start=raw_event.original_start(raw),
        is_private=raw_event.is_private(raw),
        texts=raw_event.invitation_texts(raw) if raw else None,
        is_detailed=True,
    )


def _state(bot: Fields, links: ArtifactLinks) -> BotState | None:
    if links.video or links.audio:
        return BotState.DONE
    if bot.text("errors"):
        return BotState.FAILED
    if bot.moment("bot_exited_at", "ended_at"):
        return BotState.PROCESSING
    if bot.moment("bot_joined_at"):
        return BotState.IN_CALL
    return BotState.CANCELLED if bot.flag("is_stopped") else None


def _transcript_state(bot: Fields, snapshot: BotSnapshot, now: datetime) -> TranscriptState:
    if snapshot.transcript is not None:
        return TranscriptState.READY
    if not bot.text("speech_to_text_provider"):
        return TranscriptState.NOT_REQUESTED
    if bot.integer("transcription_fails"):
        return TranscriptState.FAILED
    is_over = snapshot.exited_at is not None and snapshot.exited_at < now - TRANSCRIBED_WITHIN
    return TranscriptState.READY if is_over else TranscriptState.PENDING


def _utterance(segment: Fields) -> dict[str, object]:
    words = segment.items("words")
    spoken = [
        {
            "word": word.text("text", "word"),
            "start": word.number("start_time", "start"),
            "end": word.number("end_time", "end"),
        }
        for word in words
    ]
    return {
        "speaker": segment.text("speaker"),
        "language": segment.text("lang"),
        "start": segment.number("start_time", "offset"),
        "end": segment.number("end_time"),
        "text": " ".join(str(one["word"]).strip() for one in spoken),
        "words": spoken,
    }


def _event_status(data: Fields, raw: Fields) -> str:
    if data.flag("deleted") or raw_event.is_cancelled(raw):
        return "cancelled"
    return "tentative" if raw.text("status") == "tentative" else "confirmed"
