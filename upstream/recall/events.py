"""Calendars and their meetings as Recall.ai shows them, made into ours.

An event has no title and no people of its own: they are read from `raw`, the calendar's record.
There are no series objects: what belongs together has the same recurring id there.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from upstream import raw_event
from upstream.events import CalendarEvent
from upstream.fields import Fields
from upstream.ical_uid import shared_uid
from upstream.port import CalendarSnapshot, SeriesSnapshot
from upstream.recall.statuses import CALENDAR_STATUSES, PLATFORMS
from upstream.states import CalendarStatus, Platform

CALENDAR_PLATFORMS = {"google_calendar": "google", "microsoft_outlook": "microsoft"}


def calendar_snapshot(data: Fields) -> CalendarSnapshot:
    """Read a connection; a status word nobody knows is shown as trouble, with that word."""
    word = data.text("status")
    status = CALENDAR_STATUSES.get(word)
    is_read = word == "connected"
    return CalendarSnapshot(
        calendar_id=data.text("id"),
        email=data.text("platform_email", "oauth_email"),
        platform=CALENDAR_PLATFORMS.get(data.text("platform"), ""),
        status=status or CalendarStatus.ERROR,
        status_message="" if status else word,
        synced_at=_connected_at(data) if is_read else None,
        sync_status="success" if is_read else "",
    )


def calendar_event(data: Fields, *, now: datetime | None = None) -> CalendarEvent | None:
    """Read an instance. None when it has no id or no times: it cannot be placed on any page."""
    starts_at, ends_at = data.moment("start_time"), data.moment("end_time")
    event_id = data.text("id")
    if not (event_id and starts_at and ends_at):
        return None
    raw = data.inner("raw")
    series = raw_event.series_key(raw)
    organizer_email, organizer_name = raw_event.organizer_of(raw)
    original = raw_event.original_start(raw)
    is_gone = data.flag("is_deleted") or raw_event.is_cancelled(raw)
    return CalendarEvent(
        event_id=event_id,
        series_id=series or event_id,
        calendar_id=data.text("calendar_id"),
        title=raw_event.title_of(raw),
        starts_at=starts_at,
        ends_at=max(starts_at, ends_at),
        status="cancelled" if is_gone else _tentative(raw) or "confirmed",
        is_recurring=bool(series),
        is_exception=bool(series) and original is not None and original != starts_at,
        is_all_day=raw_event.is_all_day(raw),
        is_bot_scheduled=is_booked(data, now=now),
        meeting_url=data.text("meeting_url"),
        platform=PLATFORMS.get(data.text("meeting_platform"), Platform.UNKNOWN),
        time_zone=raw_event.time_zone_of(raw),
        organizer_email=organizer_email,
        organizer_name=organizer_name,
        attendees=raw_event.attendees_of(raw),
        ical_uid=shared_uid(data.text("ical_uid") or raw.text("iCalUID", "iCalUId")) or None,
        original_start=original,
        is_private=raw_event.is_private(raw),
        texts=raw_event.invitation_texts(raw) if raw else None,
        is_detailed=True,
    )


def is_booked(data: Fields, *, now: datetime | None = None) -> bool:
    """Whether a bot is still to come, or is there. One of an earlier occurrence has been."""
    starts_at = data.moment("start_time")
    times = [bot.moment("start_time") for bot in data.items("bots")]
    moment = now or datetime.now(UTC)
    return any(at == starts_at or (at is not None and at > moment) for at in times)


def series_of(events: Iterable[CalendarEvent]) -> Iterable[SeriesSnapshot]:
    groups: dict[str, list[CalendarEvent]] = {}
    for event in events:
        groups.setdefault(event.series_id, []).append(event)
    for series_id, members in groups.items():
        yield SeriesSnapshot(series_id, members[0].is_recurring, tuple(members))


def _connected_at(data: Fields) -> datetime | None:
    told = [
        one.moment("created_at", "updated_at")
        for one in data.items("status_changes")
        if one.text("status", "code") == "connected"
    ]
    return max((at for at in told if at), default=None) or data.moment("updated_at", "created_at")


def _tentative(raw: Fields) -> str:
    is_open = raw.text("status") == "tentative" or raw.text("showAs") == "tentative"
    return "tentative" if is_open else ""
