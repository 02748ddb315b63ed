"""What a rule may ask of a meeting, read from the event once for all rules."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from calendars.people import address_of, is_outside, is_room

if TYPE_CHECKING:
    from calendars.models import Calendar, Event

ELSEWHERE = "other"  # a link to a platform that we do not know


class Sketch(NamedTuple):
    """A meeting as far as rules ask of it, for whoever reads thousands: rows would take longer."""

    pk: int
    public_id: str
    calendar: Calendar
    title: str
    starts_at: datetime
    time_zone: str
    is_all_day: bool
    meeting_url: str
    platform: str
    organizer: dict[str, Any]
    attendees: list[dict[str, Any]]
    details_at: datetime | None
    is_recurring: bool | None  # None: of no series


@dataclass(frozen=True, slots=True)
class Facts:
    """`invited` has everyone's address, the organizer's and the calendar owner's too."""

    title: str
    is_read: bool  # who is invited has been asked
    invited: frozenset[str]
    headcount: int
    is_external: bool
    is_own: bool
    is_accepted: bool
    platform: str  # empty without a link
    calendar_id: int
    weekday: int  # Monday is 0
    starts: time | None  # none of an all-day entry
    is_recurring: bool

    @classmethod
    def of(cls, event: Event | Sketch, homes: Collection[str] = ()) -> Facts:
        """Read them; `event.calendar` and its connection's owner and `event.series` are needed.

        `homes` are the workspace's own domains, beside that of the calendar's own account.
        """
        calendar = event.calendar
        owner = _addresses_of_owner(calendar)
        organizer = address_of(event.organizer.get("email"))
        guests = {address_of(person.get("email")) for person in event.attendees}
        invited = {address for address in (*guests, organizer) if address and not is_room(address)}
        starts_at = _local(event)
        return cls(
            title=plain(event.title),
            is_read=event.details_at is not None,
            invited=frozenset(invited | owner),
            headcount=_headcount(event, invited),
            is_external=any(
                address not in owner and is_outside(address, (calendar.home_domain, *homes))
                for address in invited
            ),
            is_own=_is_own(event, organizer, owner),
            is_accepted=_is_accepted(event, organizer, owner),
            platform=(event.platform or ELSEWHERE) if event.meeting_url else "",
            calendar_id=calendar.pk,
            weekday=starts_at.weekday(),
            starts=None if event.is_all_day else starts_at.time(),
            is_recurring=bool(event.is_recurring),
        )


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """As two people would write the same words: no capitals, one form of each letter."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _addresses_of_owner(calendar: Calendar) -> frozenset[str]:
    connection = calendar.connection
    mine = (connection.email, calendar.email, calendar.owner.email)
    return frozenset(address for one in mine if (address := address_of(one)) and not is_room(one))


def _headcount(event: Event | Sketch, invited: set[str]) -> int:
    """People on the invite; an entry without any is its owner's alone."""
    nameless = sum(
        1
        for person in event.attendees
        if not address_of(person.get("email")) and (person.get("name") or person.get("email"))
    )
    return max(len(invited) + nameless, 1)


def _is_own(event: Event | Sketch, organizer: str, owner: frozenset[str]) -> bool:
    if any(person.get("is_self") and person.get("is_organizer") for person in event.attendees):
        return True
    if organizer:
        return organizer in owner or is_room(organizer)
    return not event.attendees


def _is_accepted(event: Event | Sketch, organizer: str, owner: frozenset[str]) -> bool:
    for person in event.attendees:
        if person.get("is_self") or address_of(person.get("email")) in owner:
            return bool(person.get("response") == "accepted")
    return _is_own(event, organizer, owner)


def _local(event: Event | Sketch) -> datetime:
    """When it starts on the clock of the event's zone, else of the owner's; all-day: its day."""
    if event.is_all_day:
        return event.starts_at
    zone = zone_named(event.time_zone) or zone_named(event.calendar.owner.time_zone) or UTC
    try:
        return event.starts_at.astimezone(zone)
    except OverflowError:
        return event.starts_at


@lru_cache(maxsize=1000)
def zone_named(name: str) -> ZoneInfo | None:
    """The zone, or None for a name that nobody knows."""
    try:
        return ZoneInfo(name) if name else None
    except (LookupError, ValueError, OSError):
        return None
