"""What was expected of the past against what came of it: every intended recording, once.

    2 Nov   expected 4   3 recorded, 1 never admitted
    3 Nov   expected 2   1 unknown, 1 recorded
    ─────   ──────────   ──────────────────────────────
    total   expected 6   1 unknown, 4 recorded, 1 never admitted

Expected is what was to be recorded when the meeting ended; that answer is kept on its row and no
later rule, choice or disconnection changes it. Got is the outcome of its bot.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Case, CharField, Count, DateField, F, Q, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from bots.models import Outcome
from calendars.models import Event
from calendars.models.bookings import MOVED_SINCE_ITS_BOT
from calendars.models.events import EventQuerySet
from upstream.states import FINAL

SAVING = "saving"  # the meeting is over and its bot not yet home
SAVED_WITHIN = timedelta(hours=6)
# What nobody can tell comes first: somebody should look.
WORDS: dict[str, str] = {
    Outcome.UNKNOWN: "unknown",
    Outcome.RECORDED: "recorded",
    Outcome.PARTLY_RECORDED: "partly recorded",
    Outcome.NEVER_ADMITTED: "never admitted",
    Outcome.REFUSED: "refused",
    Outcome.NOBODY_CAME: "where nobody came",
    Outcome.TECHNICAL: "with a technical problem",
    Outcome.NOT_NEEDED: "not needed after all",
    SAVING: "still being saved",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were expected, and how many of them ended in which way."""

    counts: Mapping[str, int]

    @property
    def expected(self) -> int:
        return sum(self.counts.values())

    @property
    def got(self) -> list[tuple[str, int, str]]:
        """(outcome, how many, in words), those that happened."""
        return [(one, self.counts[one], WORDS[one]) for one in WORDS if self.counts.get(one)]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The latest day first."""

    total: Tally
    days: tuple[tuple[date, Tally], ...]


def expected(events: EventQuerySet, now: datetime) -> EventQuerySet:
    """Those of `events` that are over and were to be recorded."""
    return events.intended().meetings().over(now)


def ended_as(events: EventQuerySet, now: datetime, *outcomes: str) -> EventQuerySet:
    """Those expected that came to one of these: as many as the tally says."""
    over = expected(events, now).annotate(came_of_it=_outcome(now))
    return over.filter(came_of_it__in=outcomes)


def explained(events: EventQuerySet, now: datetime) -> EventQuerySet:
    """Those expected of which something is known."""
    over = expected(events, now).annotate(came_of_it=_outcome(now))
    return over.exclude(came_of_it=Outcome.UNKNOWN)


def with_outcome(events: EventQuerySet, now: datetime) -> EventQuerySet:
    """Each with what came of it as `came_of_it`."""
    return events.annotate(came_of_it=_outcome(now))


def take_stock(events: EventQuerySet, now: datetime) -> Ledger:
    """Count expected against got for each day, as the reader counts days; one query."""
    counted = (
        expected(events, now)
        .annotate(day=_day(), came_of_it=_outcome(now))
        .order_by()
        .values_list("day", "came_of_it")
        .annotate(number=Count("pk"))
    )
    total: dict[str, int] = defaultdict(int)
    by_day: dict[date, dict[str, int]] = defaultdict(dict)
    for day, outcome, number in counted:
        by_day[day][outcome] = number
        total[outcome] += number
    days = tuple((day, Tally(by_day[day])) for day in sorted(by_day, reverse=True))
    return Ledger(Tally(total), days)


def explain_missing_bot(event: Event) -> str:
    """Why nobody went to a meeting that was to be recorded."""
    if event.booking_error:
        return event.booking_error
    if event.is_paused:
        return "Its calendar was disconnected, so no bot could be booked."
    if event.needs_you:
        return "There was no meeting link to send a bot to."
    return "No bot went, and nothing tells why."


def _outcome(now: datetime) -> Case:
    """Exactly one word for each row, so that the numbers add up."""
    no_bot = Q(bot=None) | (Q(bot__state__in=FINAL) & MOVED_SINCE_ITS_BOT)
    known_obstacle = ~Q(booking_error="") | Q(is_paused=True) | Q(needs_you=True)
    return Case(
        When(no_bot & known_obstacle, then=Value(str(Outcome.TECHNICAL))),
        When(no_bot, then=Value(str(Outcome.UNKNOWN))),
        When(~Q(bot__outcome=""), then=F("bot__outcome")),
        When(
            ~Q(bot__state__in=FINAL) & Q(ends_at__gt=now - SAVED_WITHIN),
            then=Value(SAVING),
        ),
        default=Value(str(Outcome.UNKNOWN)),
        output_field=CharField(),
    )


def _day() -> Case:
    """An all-day entry is kept as midnight UTC, and its day is the same everywhere."""
    here = timezone.get_current_timezone()
    return Case(
        When(is_all_day=True, then=TruncDate("starts_at", tzinfo=UTC)),
        default=TruncDate("starts_at", tzinfo=here),
        output_field=DateField(),
    )
