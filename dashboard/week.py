"""One week of a workspace: what was expected, what came of it, what was missed and why, what comes.

Counted as its reader counts days: call it with their zone active. The numbers are those of the
coverage page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.models import Membership
from bots.models import Outcome
from calendars import coverage, ledger
from calendars.days import on_days
from calendars.missed import MISSED
from calendars.models import Event
from dashboard.lines import Line, lines_past

WEEK = timedelta(days=7)
MOST_MISSED = 10
HERE = (Outcome.RECORDED, Outcome.PARTLY_RECORDED)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Of the meetings of the next seven days."""

    recorded: int
    needs_you: int
    meetings: int


@dataclass(frozen=True, slots=True)
class Week:
    first: date
    last: date
    meetings: int
    tally: ledger.Tally
    missed: Sequence[Line]
    missed_count: int
    ahead: Ahead

    @property
    def recorded(self) -> int:
        return sum(self.tally.counts.get(outcome, 0) for outcome in HERE)

    @property
    def more_missed(self) -> int:
        return self.missed_count - len(self.missed)

    @property
    def is_worth_telling(self) -> bool:
        return bool(self.tally.expected or self.ahead.recorded or self.ahead.needs_you)

    @property
    def headline(self) -> str:
        if self.tally.expected:
            return f"Last week: {self.recorded} of {self.tally.expected} meetings recorded"
        coming = self.ahead.recorded
        return f"This week: {coming} meeting{'s' if coming != 1 else ''} will be recorded"


def week_of(membership: Membership, monday: date, now: datetime) -> Week:
    """The week that began on `monday`, and the seven days from now on."""
    of_week = on_days(membership.workspace.events.all(), monday, monday + WEEK)
    missed = ledger.ended_as(of_week, now, *MISSED)
    shown = ledger.with_outcome(Event.objects.for_list(), now).filter(
        pk__in=missed.order_by("starts_at", "pk").values("pk")[:MOST_MISSED]
    )
    return Week(
        first=monday,
        last=monday + WEEK - timedelta(days=1),
        meetings=of_week.standing().meetings().over(now).count(),
        tally=ledger.take_stock(of_week, now).total,
        missed=lines_past(shown.prefetch_related("bot__recordings"), membership),
        missed_count=missed.count(),
        ahead=_ahead(membership, now),
    )


def _ahead(membership: Membership, now: datetime) -> Ahead:
    coming = coverage.ahead(membership.workspace, now).filter(starts_at__lt=now + WEEK)
    return Ahead(
        recorded=coming.answered("yes").count(),
        needs_you=coming.answered("you").count(),
        meetings=coming.count(),
    )
