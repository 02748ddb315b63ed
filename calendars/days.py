"""The day a meeting falls on for whoever reads, in the zone that is active.

An all-day entry has no zone: its day is the same everywhere. It is kept as midnight UTC, so
converted it would fall on the day before, west of Greenwich.
"""

from datetime import UTC, date, datetime, time, tzinfo

from django.db.models import Q
from django.utils import timezone

from calendars.models import Event
from calendars.models.events import EventQuerySet


def day_of(event: Event) -> date:
    """The day it starts on."""
    return event.starts_at.date() if event.is_all_day else timezone.localdate(event.starts_at)


def on_days(events: EventQuerySet, first: date, end: date) -> EventQuerySet:
    """Those that start on `first` or later, and before the day `end`."""
    here = timezone.get_current_timezone()
    begins, ends = _midnight(first, here), _midnight(end, here)
    day_begins, day_ends = _midnight(first, UTC), _midnight(end, UTC)
    timed = Q(is_all_day=False, starts_at__gte=begins, starts_at__lt=ends)
    whole_days = Q(is_all_day=True, starts_at__gte=day_begins, starts_at__lt=day_ends)
    # The bounds are for the index; the OR alone has none.
    bounded = events.between(min(begins, day_begins), max(ends, day_ends))
    return bounded.filter(timed | whole_days)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
