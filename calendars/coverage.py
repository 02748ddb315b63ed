"""What the next 30 days look like: how many meetings will be recorded, will not, and need a person.

The numbers are counted from the answers kept on the rows; `decide_again` is what keeps those true.
Whoever changes something a decision depends on calls it for the events concerned.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q, Subquery
from django.utils import timezone

from accounts.models import Workspace
from calendars import policies
from calendars.decisions import Decision, decide
from calendars.models import Calendar, Choice, Decided, Event
from calendars.models.events import BOT_FAILED, EventQuerySet

KEPT = ("will_record", "needs_you", "is_paused", "decision_code")
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Coverage:
    """The line on top of the agenda. Each meeting is counted once: recorded + not + you."""

    meetings: int
    recorded: int
    needs_you: int
    at_risk: int

    @property
    def not_recorded(self) -> int:
        return self.meetings - self.recorded - self.needs_you


def count(workspace: Workspace, now: datetime) -> Coverage:
    """Count the meetings that have not ended and start within the window."""
    meetings = ahead(workspace, now)
    wanted = Q(will_record=True, needs_you=False, booking_error="")
    stuck = Q(needs_you=True) | (Q(will_record=True) & ~Q(booking_error=""))
    # Only the few with a failed bot are looked up among the bots, not every meeting.
    lost = meetings.filter(wanted & BOT_FAILED).order_by().values("workspace")
    counts = meetings.aggregate(
        meetings=Count("id"),
        wanted=Count("id", filter=wanted),
        stuck=Count("id", filter=stuck),
        at_risk=Count("id", filter=Q(is_paused=True)),
        lost=Max(Subquery(lost.annotate(number=Count("id")).values("number"))),
    )
    lost_count = counts["lost"] or 0
    return Coverage(
        meetings=counts["meetings"],
        recorded=counts["wanted"] - lost_count,
        needs_you=counts["stuck"] + lost_count,
        at_risk=counts["at_risk"],
    )


def ahead(workspace: Workspace, now: datetime) -> EventQuerySet:
    """The meetings that are counted."""
    return workspace.events.standing().meetings().running_or_ahead(now)


def decide_now(event: Event, choice: Choice | None, now: datetime | None = None) -> Decision:
    """Decide one event by itself, as the scheduler does; for many, load the policies once."""
    policy = policies.for_events([event])[event.workspace_id]
    return decide(event, policy, choice, event.calendar, now or timezone.now())


def decide_again(events: Iterable[Event], now: datetime | None = None) -> list[Event]:
    """Decide these events, keep the answers, and return those whose booking may have to change."""
    now = now or timezone.now()
    events = list(events)
    changed, unsettled = [], []
    choices = Choice.objects.for_events(events)
    by_workspace = policies.for_events(events)
    for event in events:
        policy, choice = by_workspace[event.workspace_id], choices.get(event.choice_key)
        decision = decide(event, policy, choice, event.calendar, now)
        if keep(event, decision, now):
            changed.append(event)
        if is_unsettled(event, decision, choice):
            unsettled.append(event)
    _save(changed)
    return unsettled


@transaction.atomic(savepoint=False)
def _save(changed: list[Event]) -> None:
    """One statement per different answer: there are few, however many events have them.

    The rows are taken in one order first, so that of two who decide the same meetings one waits for
    the other, and never both.
    """
    if changed:
        rows = Event.objects.filter(pk__in=[event.pk for event in changed]).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))
    by_answer: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for event in changed:
        by_answer[tuple(getattr(event, name) for name in KEPT)].append(event.pk)
    for answer, ids in by_answer.items():
        Event.objects.filter(pk__in=ids).update(**dict(zip(KEPT, answer, strict=True)))
    if changed:
        Decided.objects.note([event.pk for event in changed])


def decide_calendar_again(calendar: Calendar) -> list[Event]:
    """Decide everything on this calendar that has not ended."""
    unsettled: list[Event] = []
    for events in in_batches(calendar.events.filter(ends_at__gt=timezone.now())):
        unsettled += decide_again(events)
    return unsettled


def in_batches(events: EventQuerySet) -> Iterator[list[Event]]:
    """All of them, so many at a time, with what deciding needs."""
    ordered, last = events.for_list().order_by("id"), 0
    while batch := list(ordered.filter(id__gt=last)[:AT_ONCE]):
        yield batch
        last = batch[-1].id


def keep(event: Event, decision: Decision, now: datetime | None = None) -> bool:
    """Put the answer on the row (unsaved); False when it already stands there.

    A meeting that is over keeps its last answer: no later rule, choice or disconnection changes
    what was to be recorded.
    """
    if event.ends_at <= (now or timezone.now()):
        return False
    answer = (decision.will_record, decision.needs_you, decision.is_paused, decision.code)
    if answer == (event.will_record, event.needs_you, event.is_paused, event.decision_code):
        return False
    event.will_record, event.needs_you, event.is_paused, event.decision_code = answer
    return True


def decide_kept(event: Event, choice: Choice | None) -> Decision:
    """Decide one event and keep the answer."""
    decision = decide_now(event, choice)
    if keep(event, decision):
        event.save(update_fields=[*KEPT, "updated_at"])
        Decided.objects.note([event.pk])
    return decision


def is_unsettled(event: Event, decision: Decision, choice: Choice | None) -> bool:
    """Whether what is booked differs from what was decided."""
    if decision.is_paused or decision.code == "over":
        return False
    if decision.will_record:
        is_astray = event.is_bot_elsewhere or event.is_bot_too_early
        return not event.is_covered or is_astray or event.wants_another(choice)
    return event.is_booked_by_others or (event.bot is not None and not event.bot.is_final)
