"""What a calendar's time away cost: choices kept, meetings changed, meetings missed.

begin()   the calendar broke; told again and again, it stays one outage
mend()    we may read it again
settle()  it has been read since, by the provider and by us: the bill is written, once
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import Workspace
from calendars import queue
from calendars.agenda import make_rows
from calendars.models import Calendar, Connection, Event, EventChange
from calendars.models.events import WINDOW
from calendars.models.outages import Outage, OutageKind, OutageMeeting
from calendars.rows import Row
from upstream.states import BotState

ASK_AGAIN_SECONDS = 5
# Its clock may be slow: after so long, what the provider has is what there is.
LONGEST_WAIT = timedelta(minutes=10)
LOST = (BotState.FAILED, BotState.CANCELLED)


def begin(calendar: Calendar) -> None:
    """Note since when the calendar cannot be read; one that just came back is away again."""
    newest = EventChange.objects.filter(event__calendar=calendar).order_by("-pk").first()
    values = {
        "workspace": calendar.workspace,
        "began_at": timezone.now(),
        "last_change": newest.pk if newest else 0,
    }
    outage, is_new = Outage.objects.unsettled().get_or_create(calendar=calendar, defaults=values)
    if not is_new and outage.mended_at is not None:
        outage.mended_at = None
        outage.save(update_fields=["mended_at", "updated_at"])


def mend(calendar: Calendar) -> None:
    """Note that the calendar may be read again; what it cost is known after the next reading."""
    away = Outage.objects.unsettled().filter(calendar=calendar, mended_at=None)
    away.update(mended_at=timezone.now())


def settle(calendar: Calendar, *, provider_read_at: datetime | None) -> Outage | None:
    """Write the bill if the provider has read the calendar since it came back; else look again."""
    outage = Outage.objects.unsettled().filter(calendar=calendar).exclude(mended_at=None).first()
    if outage is None or outage.mended_at is None:
        return None
    now = timezone.now()
    is_read = provider_read_at is not None and provider_read_at > outage.mended_at
    if not is_read and now < outage.mended_at + LONGEST_WAIT:
        queue.sync(calendar.id, attempt=ASK_AGAIN_SECONDS)
        return None
    return _write(outage, calendar, now)


@transaction.atomic
def _write(outage: Outage, calendar: Calendar, now: datetime) -> Outage | None:
    locked = Outage.objects.unsettled().select_for_update(of=("self",)).filter(pk=outage.pk)
    if locked.first() is None:
        return None  # another worker was quicker
    lines = [
        *((OutageKind.KEPT, event_id) for event_id in _kept(calendar, now)),
        *((OutageKind.CHANGED, event_id) for event_id in _changed(calendar, outage, now)),
        *((OutageKind.MISSED, event_id) for event_id in _missed(calendar, outage, now)),
    ]
    OutageMeeting.objects.bulk_create(
        [OutageMeeting(outage=outage, event_id=event_id, kind=kind) for kind, event_id in lines],
        ignore_conflicts=True,
    )
    outage.settled_at = now
    outage.save(update_fields=["settled_at", "updated_at"])
    return outage


def _kept(calendar: Calendar, now: datetime) -> list[int]:
    """The coming meetings about which somebody has said something."""
    ahead = calendar.events.standing().meetings().running_or_ahead(now).for_list()
    return [row.event.pk for row in make_rows(ahead, now) if row.choice is not None]


def _changed(calendar: Calendar, outage: Outage, now: datetime) -> list[int]:
    """What the first reading brought: meetings that are new, moved, cancelled or otherwise other.

    When the provider had to connect the calendar anew, the same meetings came with new ids; those
    are no news.
    """
    known_until = outage.began_at + WINDOW  # what lies further entered the window by itself
    told = EventChange.objects.filter(event__calendar=calendar, pk__gt=outage.last_change)
    changed = set(told.values_list("event_id", flat=True))
    ahead = calendar.events.meetings().filter(ends_at__gt=now, starts_at__lt=known_until)
    rows = list(ahead.values_list("pk", "identity", "original_start", "created_at", "gone_at"))
    before = {row[1:3] for row in rows if row[3] < outage.began_at}
    stand = {row[1:3] for row in rows if row[4] is None and row[3] >= outage.began_at}
    new = {row[0] for row in rows if row[3] >= outage.began_at and row[4] is None}
    again = {row[0] for row in rows if row[0] in new and row[1:3] in before}
    replaced = {row[0] for row in rows if row[3] < outage.began_at and row[1:3] in stand}
    return sorted((changed | new) - again - replaced)


def _missed(calendar: Calendar, outage: Outage, now: datetime) -> list[int]:
    """Wanted, over, and no bot brought anything home: it would have been booked otherwise."""
    during = calendar.events.filter(
        ends_at__gt=outage.began_at, starts_at__lt=outage.mended_at, ends_at__lte=now
    )
    return [row.event.pk for row in make_rows(during.for_list(), now) if _is_missed(row)]


def _is_missed(row: Row) -> bool:
    bot = row.event.bot
    is_unmet = bot is None or bot.state in LOST
    return is_unmet and (row.decision.is_wanted or row.event.was_intended)


@dataclass(frozen=True, slots=True)
class Bill:
    """One outage with the meetings behind each of its numbers, in the order of the calendar."""

    outage: Outage
    kept: tuple[Event, ...]
    changed: tuple[Event, ...]
    missed: tuple[Event, ...]


def bill_of(outage: Outage) -> Bill:
    lines = outage.meetings.select_related("event__calendar").order_by(
        "event__starts_at", "event__public_id"
    )
    found: dict[str, list[Event]] = {kind: [] for kind in OutageKind.values}
    for line in lines:
        found[line.kind].append(line.event)
    return Bill(outage, *(tuple(found[kind]) for kind in ("kept", "changed", "missed")))


def latest_of(connection: Connection) -> list[Outage]:
    """The last outage of each of the account's calendars, still open or not."""
    ours = Outage.objects.filter(calendar__connection=connection, calendar__disconnected_at=None)
    newest = ours.order_by("calendar", "-began_at").distinct("calendar")
    return list(newest.select_related("calendar__connection"))


def latest_bills(workspace: Workspace) -> dict[int, Outage]:
    """The last settled outage of each calendar with its three numbers, by the calendar's id."""
    settled = Outage.objects.filter(workspace=workspace).settled()
    newest = settled.order_by("calendar", "-settled_at").distinct("calendar").values("pk")
    counted = Outage.objects.filter(pk__in=newest).with_counts()
    return {outage.calendar_id: outage for outage in counted}
