"""Many meetings into the table at once: COPY them beside it, then rewrite only what differs.

The number of statements is the same however many meetings there are, and a listing that brings no
news writes nothing. The statements are in merge_statements.py and rekey_statements.py.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from calendars import merge_statements as sql
from calendars import rekey_statements as rekey
from calendars.meeting_links import link_of
from calendars.models import Calendar, Event
from upstream.events import CalendarEvent


@dataclass(frozen=True, slots=True)
class Merged:
    """What the merge did: ids of the rows that came, and of those that changed."""

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        return self.added + self.changed


@transaction.atomic(savepoint=False)
def merge(
    calendar: Calendar, events: Sequence[CalendarEvent], *, with_details: bool = False
) -> Merged:
    """Bring these meetings of `calendar` into the table.

    `with_details`: they tell who comes; one of a listing does if the provider lists everything.
    """
    if not events:
        return Merged()
    latest = {event.event_id: event for event in events}
    owner = {"workspace": calendar.workspace_id, "calendar": calendar.id}
    take_turns([calendar.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"{sql.CREATE_INCOMING}; {sql.JOIN_BY_HASH}")
        with cursor.copy(sql.COPY_INCOMING) as copy:
            for row in _rows(latest.values(), with_details=with_details):
                copy.write_row(row)
        cursor.execute(sql.MERGE_SERIES, owner)
        cursor.execute(rekey.REKEY_CHOICES, owner)
        cursor.execute(rekey.REKEY_SERIES, owner)
        cursor.execute(sql.MERGE_EVENTS, owner)
        touched = dict(cursor.fetchall())
        for pk in _tell_splits(cursor, calendar, list(touched)):
            touched.setdefault(pk, False)
        cursor.execute(sql.LET_THE_PLANNER_CHOOSE)
    return Merged(
        added=tuple(pk for pk, is_new in touched.items() if is_new),
        changed=tuple(pk for pk, is_new in touched.items() if not is_new),
    )


def take_turns(calendars: Iterable[int]) -> None:
    """One merge per calendar at a time: each tells the difference to what the last one left.

    So does whoever relies on the identities of meetings, which a merge may change.
    """
    turns = Calendar.objects.filter(pk__in=set(calendars)).order_by("pk")
    list(turns.select_for_update(no_key=True).values_list("pk"))


def _rows(events: Iterable[CalendarEvent], *, with_details: bool) -> Iterable[tuple[Any, ...]]:
    """In the order of `merge_statements.INCOMING`."""
    public_id = Event._meta.get_field("public_id")
    for event in events:
        link = link_of(event)
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
            link.url,
            str(link.platform) if link.url else str(event.platform),
            link.source,
            _json(link.flags),
            event.texts is not None,
            event.is_private,
            _organizer(event),
            _attendees(event),
            event.is_bot_scheduled,
            with_details or event.is_detailed,
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


@transaction.atomic
def mark_gone(calendar: Calendar, *, seen: set[str], start: datetime, end: datetime) -> list[int]:
    """Mark what a complete listing of [start, end) no longer has; the past is history and stays.

    Returns the rows that are not any more as they were: those, and what took their place.
    `start` is when the listing began: what somebody told us of since may have missed its page.
    """
    missing = [
        pk
        for pk, upstream_id in calendar.events.between(start, end)
        .filter(gone_at=None, created_at__lt=start, updated_at__lt=start)
        .values_list("id", "upstream_id")
        if upstream_id not in seen
    ]
    if missing:
        with connection.cursor() as cursor:
            cursor.execute(sql.MARK_GONE, {"ids": missing, "at": start})
            cursor.execute(sql.JOIN_BY_HASH)
            missing += _tell_splits(cursor, calendar, missing)
            cursor.execute(sql.LET_THE_PLANNER_CHOOSE)
    return missing


def _tell_splits(cursor: CursorWrapper, calendar: Calendar, touched: list[int]) -> list[int]:
    """Returns the meetings of a new series that stand where others of the same one stood."""
    if not touched:
        return []
    cursor.execute(sql.TELL_SPLITS, {"calendar": calendar.id, "touched": touched})
    return [pk for (pk,) in cursor.fetchall()]
