"""The coverage page: what the next 30 days will bring, and what came of those behind.

Whatever is asked for, a page takes the same number of queries. What nobody but a person can put
right (ahead), and what nobody can explain (past), stands on top of everything else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TypeVar

from django.utils import timezone

from accounts.models import Membership
from bots.models import Outcome
from calendars import coverage, ledger
from calendars.days import day_of, on_days
from calendars.models import Event
from calendars.models.events import EventQuerySet
from calendars.place import Place
from dashboard.lines import Line, lines_ahead, lines_past

T = TypeVar("T")

PAGE = 50
DAYS_BACK = {"week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class Asked:
    """One number of one period, and where the page begins."""

    period: str
    show: str
    day: date | None
    after: Place | None

    @property
    def is_ahead(self) -> bool:
        return self.period == "ahead"


@dataclass(frozen=True, slots=True)
class Day:
    on: date
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Told:
    """`lead` stands on top of the first page; `last` is where the next page goes on, if any."""

    lead: Sequence[Line]
    days: Sequence[Day]
    last: Event | None
    counted: coverage.Coverage | None = None
    stock: ledger.Ledger | None = None

    @property
    def urgent(self) -> int:
        """How many stand on top, on this page or not."""
        if self.counted:
            return self.counted.needs_you
        return self.stock.total.counts.get(Outcome.UNKNOWN, 0) if self.stock else 0


def tell(membership: Membership, asked: Asked, now: datetime) -> Told:
    """Answer what is asked."""
    return _ahead(membership, asked, now) if asked.is_ahead else _past(membership, asked, now)


def _ahead(membership: Membership, asked: Asked, now: datetime) -> Told:
    counted = coverage.count(membership.workspace, now)
    events = coverage.ahead(membership.workspace, now).order_by("starts_at", "public_id")
    has_lead = asked.show == "all" and counted.needs_you > 0
    rest = events.answered("settled" if has_lead else asked.show).from_place(asked.after)
    lead = events.answered("you") if has_lead and not asked.after else events.none()
    found = list(_first_of_both(Event.objects.for_list(), lead, rest))
    waiting = [event for event in found if has_lead and event.waits_for_you]
    rows, last = _cut([event for event in found if event not in waiting])
    lines = lines_ahead([*waiting, *rows], membership, now)
    first_row = len(waiting)
    return Told(lines[:first_row], _by_day(lines[first_row:]), last, counted=counted)


def _past(membership: Membership, asked: Asked, now: datetime) -> Told:
    today = timezone.localdate(now)
    first = today - timedelta(days=DAYS_BACK[asked.period] - 1)
    events = on_days(membership.workspace.events.all(), first, today + timedelta(days=1))
    stock = ledger.take_stock(events, now)
    if asked.day:
        events = on_days(events, asked.day, asked.day + timedelta(days=1))
    lead, rest = events.none(), ledger.expected(events, now)
    if asked.show != "all":
        rest = ledger.ended_as(events, now, asked.show)
    has_lead = asked.show == "all" and not asked.day
    if has_lead:
        rest = ledger.explained(events, now)
        lead = lead if asked.after else ledger.ended_as(events, now, Outcome.UNKNOWN)
    base = ledger.with_outcome(Event.objects.for_list(), now).prefetch_related("bot__recordings")
    found = _first_of_both(
        base.from_place(None, is_reversed=True),
        lead.from_place(None, is_reversed=True),
        rest.from_place(asked.after, is_reversed=True),
    )
    lines = lines_past(found, membership)
    unknown = [line for line in lines if has_lead and line.status == Outcome.UNKNOWN]
    rows, last = _cut([line for line in lines if line not in unknown])
    days = _by_day(rows, is_reversed=True)
    return Told(unknown, days, last.event if last else None, stock=stock)


def _first_of_both(base: EventQuerySet, lead: EventQuerySet, rest: EventQuerySet) -> EventQuerySet:
    """A page of either, and one more of the rest to see whether it goes on; in one query."""
    ids = lead.values("pk")[:PAGE].union(rest.values("pk")[: PAGE + 1], all=True)
    return base.filter(pk__in=ids)


def _cut(rows: list[T]) -> tuple[list[T], T | None]:
    """A page, and its last row when more follow."""
    return rows[:PAGE], rows[PAGE - 1] if len(rows) > PAGE else None


def _by_day(lines: Iterable[Line], *, is_reversed: bool = False) -> list[Day]:
    """Under the day they fall on for the reader; the lines are in order."""

    def on(line: Line) -> date:
        return day_of(line.event)

    ordered = sorted(lines, key=on, reverse=is_reversed)
    return [Day(day, list(group)) for day, group in groupby(ordered, key=on)]
