"""Many meetings into the table at once: COPY them beside it, then rewrite only what differs.

A field that a message did not mention arrives as NULL and leaves what was known before. The number
of statements is the same however many meetings there are.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from calendars.models import Calendar, Event
from upstream.events import CalendarEvent

COLUMNS = (
    "upstream_id, series_upstream_id, is_recurring, public_id, identity, original_start, title, "
    "starts_at, ends_at, time_zone, is_all_day, is_exception, status, meeting_url, platform, "
    "is_private, organizer, attendees, is_bot_scheduled, has_details"
)

INCOMING = """
CREATE TEMP TABLE incoming_event (
    upstream_id text, series_upstream_id text, is_recurring boolean, public_id text, identity text,
    original_start timestamptz, title text, starts_at timestamptz, ends_at timestamptz,
    time_zone text, is_all_day boolean, is_exception boolean, status text, meeting_url text,
    platform text, is_private boolean, organizer jsonb, attendees jsonb, is_bot_scheduled boolean,
    has_details boolean
) ON COMMIT DROP
"""

MERGE_SERIES = """
INSERT INTO calendars_series (workspace_id, calendar_id, upstream_id, is_recurring,
                              created_at, updated_at)
SELECT %(workspace)s, %(calendar)s, series_upstream_id, bool_or(is_recurring), now(), now()
FROM incoming_event WHERE series_upstream_id <> '' GROUP BY series_upstream_id
ON CONFLICT (calendar_id, upstream_id) DO UPDATE
SET is_recurring = excluded.is_recurring, updated_at = now()
WHERE calendars_series.is_recurring IS DISTINCT FROM excluded.is_recurring
"""

# The iCal UID is told with the details only. When it becomes known, what people chose moves to it.
REKEY_CHOICES = """
UPDATE calendars_choice AS choice
SET identity = new.identity, original_start = coalesce(new.original_start, known.original_start)
FROM incoming_event AS new
JOIN calendars_event AS known
    ON known.calendar_id = %(calendar)s AND known.upstream_id = new.upstream_id
WHERE new.identity IS NOT NULL
  AND (known.identity, known.original_start)
      <> (new.identity, coalesce(new.original_start, known.original_start))
  AND choice.workspace_id = %(workspace)s
  AND choice.identity = known.identity AND choice.original_start = known.original_start
  AND NOT EXISTS (
      SELECT 1 FROM calendars_choice AS taken
      WHERE taken.workspace_id = choice.workspace_id AND taken.identity = new.identity
        AND taken.original_start = coalesce(new.original_start, known.original_start))
"""

# `known` is what the table has now: it fills what the message left out.
MERGE_EVENTS = """
INSERT INTO calendars_event (
    workspace_id, calendar_id, series_id, upstream_id, public_id, identity, original_start, title,
    starts_at, ends_at, time_zone, is_all_day, is_exception, status, meeting_url, platform,
    link_source, link_flags, is_private, organizer, attendees, is_bot_scheduled, details_at,
    gone_at, booking_error, will_record, needs_you, is_paused, decision_code,
    created_at, updated_at)
SELECT
    %(workspace)s, %(calendar)s, series.id, new.upstream_id, new.public_id,
    coalesce(new.identity, known.identity, 'series:' || new.series_upstream_id),
    coalesce(new.original_start, known.original_start, new.starts_at), new.title,
    new.starts_at, new.ends_at, coalesce(new.time_zone, known.time_zone, ''),
    coalesce(new.is_all_day, known.is_all_day, false), new.is_exception, new.status,
    new.meeting_url, new.platform, CASE WHEN new.meeting_url <> '' THEN 'provider' ELSE '' END,
    '[]', coalesce(new.is_private, known.is_private, false),
    coalesce(new.organizer, known.organizer, '{}'),
    coalesce(new.attendees, known.attendees, '[]'), new.is_bot_scheduled,
    CASE WHEN new.has_details THEN now() ELSE known.details_at END,
    CASE WHEN new.status = 'cancelled' THEN coalesce(known.gone_at, now()) END,
    '', false, false, false, '', now(), now()
FROM incoming_event AS new
LEFT JOIN calendars_series AS series
    ON series.calendar_id = %(calendar)s AND series.upstream_id = new.series_upstream_id
LEFT JOIN calendars_event AS known
    ON known.calendar_id = %(calendar)s AND known.upstream_id = new.upstream_id
ON CONFLICT (calendar_id, upstream_id) DO UPDATE SET
    series_id = excluded.series_id, identity = excluded.identity,
    original_start = excluded.original_start, title = excluded.title,
    moved_from = CASE WHEN calendars_event.starts_at <> excluded.starts_at
                      THEN calendars_event.starts_at ELSE calendars_event.moved_from END,
    starts_at = excluded.starts_at, ends_at = excluded.ends_at, time_zone = excluded.time_zone,
    is_all_day = excluded.is_all_day, is_exception = excluded.is_exception,
    status = excluded.status, meeting_url = excluded.meeting_url, platform = excluded.platform,
    link_source = excluded.link_source, link_flags = excluded.link_flags,
    is_private = excluded.is_private,
    organizer = excluded.organizer, attendees = excluded.attendees,
    is_bot_scheduled = excluded.is_bot_scheduled,
    details_at = coalesce(calendars_event.details_at, excluded.details_at),
    gone_at = excluded.gone_at, updated_at = now()
WHERE (calendars_event.series_id, calendars_event.identity, calendars_event.original_start,
       calendars_event.title, calendars_event.starts_at, calendars_event.ends_at,
       calendars_event.time_zone, calendars_event.is_all_day, calendars_event.is_exception,
       calendars_event.status, calendars_event.meeting_url, calendars_event.platform,
       calendars_event.link_source, calendars_event.link_flags, calendars_event.is_private,
       calendars_event.organizer, calendars_event.attendees, calendars_event.is_bot_scheduled,
       calendars_event.details_at IS NULL, calendars_event.gone_at)
  IS DISTINCT FROM
      (excluded.series_id, excluded.identity, excluded.original_start, excluded.title,
       excluded.starts_at, excluded.ends_at, excluded.time_zone, excluded.is_all_day,
       excluded.is_exception, excluded.status, excluded.meeting_url, excluded.platform,
       excluded.link_source, excluded.link_flags, excluded.is_private,
       excluded.organizer, excluded.attendees, excluded.is_bot_scheduled,
       excluded.details_at IS NULL, excluded.gone_at)
RETURNING id, (xmax = 0)
"""


@dataclass(frozen=True, slots=True)
class Merged:
    """What the merge did: ids of the rows that came, and of those that changed."""

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        return self.added + self.changed


@transaction.atomic
def merge(
    calendar: Calendar, events: Sequence[CalendarEvent], *, with_details: bool = False
) -> Merged:
    """Bring these meetings of `calendar` into the table. `with_details`: they tell who comes."""
    if not events:
        return Merged()
    latest = {event.event_id: event for event in events}
    owner = {"workspace": calendar.workspace_id, "calendar": calendar.id}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS incoming_event")
        cursor.execute(INCOMING)
        with cursor.copy(f"COPY incoming_event ({COLUMNS}) FROM STDIN") as copy:
            for row in _rows(latest.values(), with_details=with_details):
                copy.write_row(row)
        cursor.execute(MERGE_SERIES, owner)
        cursor.execute(REKEY_CHOICES, owner)
        cursor.execute(MERGE_EVENTS, owner)
        touched = cursor.fetchall()
    return Merged(
        added=tuple(pk for pk, is_new in touched if is_new),
        changed=tuple(pk for pk, is_new in touched if not is_new),
    )


def _rows(events: Iterable[CalendarEvent], *, with_details: bool) -> Iterable[tuple[Any, ...]]:
    public_id = Event._meta.get_field("public_id")
    for event in events:
        yield (
            event.event_id,
            event.series_id,
            event.is_recurring,
            public_id.get_default(),
            event.ical_uid,
            event.original_start,
            _clean(event.title)[:500],
            event.starts_at,
            max(event.starts_at, event.ends_at),
            event.time_zone,
            event.is_all_day,
            event.is_exception,
            event.status,
            _link(event.meeting_url),
            str(event.platform),
            event.is_private,
            _organizer(event),
            _attendees(event),
            event.is_bot_scheduled,
            with_details,
        )


def _organizer(event: CalendarEvent) -> str | None:
    if event.organizer_email is None and event.organizer_name is None:
        return None
    return _json({"email": event.organizer_email or "", "name": event.organizer_name or ""})


def _attendees(event: CalendarEvent) -> str | None:
    return None if event.attendees is None else _json([asdict(one) for one in event.attendees])


def _json(value: object) -> str:
    return json.dumps(value).replace("\\u0000", "")


def _clean(text: str) -> str:
    """PostgreSQL keeps every character but this one."""
    return text.replace("\x00", "")


def _link(url: str) -> str:
    """A link nobody could open, or that would run something, is no link."""
    return url if url.startswith(("https://", "http://")) and len(url) <= 2000 else ""


def mark_gone(calendar: Calendar, *, seen: set[str], start: datetime, end: datetime) -> list[int]:
    """Mark what a complete listing of [start, end) no longer has; the past is history and stays.

    `start` is when the listing began: what a webhook brought since may have missed its page.
    """
    missing = [
        pk
        for pk, upstream_id in calendar.events.between(start, end)
        .filter(gone_at=None, created_at__lt=start)
        .values_list("id", "upstream_id")
        if upstream_id not in seen
    ]
    Event.objects.filter(pk__in=missing).update(gone_at=start, updated_at=start)
    return missing
