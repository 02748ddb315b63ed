"""When a meeting starts on the clock of its own zone: the same for whoever reads.

A meeting that was made in Kolkata for 16:00 is at 11:30 in Stockholm, in winter.
"""

from dataclasses import dataclass

from calendars.facts import zone_named
from calendars.models import Event


@dataclass(frozen=True, slots=True)
class OwnTime:
    """`zone` is the IANA name, `place` what people call it, `starts` the day and time there."""

    zone: str
    place: str
    starts: str


def own_time_of(event: Event) -> OwnTime | None:
    """None for an entry without a time, and for a zone that is not told or that nobody knows."""
    zone = zone_named(event.time_zone)
    if zone is None or event.is_all_day:
        return None
    try:
        there = event.starts_at.astimezone(zone)
    except OverflowError:
        return None
    place = zone.key.rpartition("/")[2].replace("_", " ")
    return OwnTime(zone.key, place, f"{there:%a} {there.day} {there:%b}, {there:%H:%M}")
