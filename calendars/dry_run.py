"""What a change of the rules would do, told before it is saved.

The same `decide` answers twice, by the rules as they are and as they would be: for the next 30 days
as of now, for the last 30 as if it were just before each meeting. One bot goes to a meeting that is
on several calendars, so a meeting counts once, and not while a colleague's calendar wants it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from accounts.models import Workspace
from bots.links import meeting_key
from calendars.conditions import objection
from calendars.coverage import AT_ONCE
from calendars.decisions import Decision, decide
from calendars.facts import Facts, Sketch
from calendars.models import Calendar, Choice, Event, Rule
from calendars.models.events import WINDOW, EventQuerySet
from calendars.policies import Policy
from upstream.states import CalendarStatus

LISTED = 500
BEFOREHAND = timedelta(minutes=1)
# In the order of `Sketch`.
SKETCHED = (
    "pk", "public_id", "calendar_id", "title", "starts_at", "time_zone", "is_all_day",
    "meeting_url", "platform", "organizer", "attendees", "details_at", "series__is_recurring",
)  # fmt: skip
PUBLIC_ID, STARTS_AT = SKETCHED.index("public_id"), SKETCHED.index("starts_at")


@dataclass(frozen=True, slots=True)
class Difference:
    """One meeting with its answer before and after."""

    public_id: str
    title: str
    starts_at: datetime
    calendar: str
    before: str
    after: str
    has_live_bot: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """The next or the last 30 days. The counts are exact; of many meetings the first are listed."""

    total: int = 0
    added: int = 0
    removed: int = 0
    unchanged: int = 0
    still_covered: int = 0
    leaving: int = 0  # of the removed, those with a bot that is in the meeting now
    listed_added: tuple[Difference, ...] = ()
    listed_removed: tuple[Difference, ...] = ()

    @property
    def changes(self) -> int:
        return self.added + self.removed

    @property
    def unlisted_added(self) -> int:
        return self.added - len(self.listed_added)

    @property
    def unlisted_removed(self) -> int:
        return self.removed - len(self.listed_removed)


@dataclass(frozen=True, slots=True)
class DryRun:
    ahead: Stretch
    past: Stretch

    @property
    def changes_something(self) -> bool:
        return bool(self.ahead.changes or self.past.changes)

    def button(self, verb: str) -> str:
        """What the button does, in numbers."""
        more, less = self.ahead.added, self.ahead.removed
        if not more and not less:
            return f"{verb}; nothing changes"
        if not less:
            return f"Record {_meetings(more, 'more ')}"
        if not more:
            return f"Stop recording {_meetings(less)}"
        return f"Stop recording {_meetings(less)}, record {more} more"


def compare(
    workspace: Workspace,
    before: Policy,
    after: Policy,
    now: datetime,
    calendar: Calendar | None = None,
) -> DryRun:
    """Tell the difference for all meetings, or for those on `calendar`, whose rules change."""
    standing = workspace.events.standing().meetings()
    ahead = standing.running_or_ahead(now)
    past = standing.filter(starts_at__gte=now - WINDOW, ends_at__lte=now)
    return DryRun(*(_Tally(before, after, now).of(events, calendar) for events in (ahead, past)))


@dataclass
class _Tally:
    before: Policy
    after: Policy
    now: datetime
    decided: set[int] = field(default_factory=set)
    was_recorded: set[str] = field(default_factory=set)
    is_recorded: set[str] = field(default_factory=set)
    changed: dict[str, Difference] = field(default_factory=dict)
    places: list[tuple[int, str, datetime]] = field(default_factory=list)
    calendars: dict[int, Calendar] = field(default_factory=dict)

    def of(self, events: EventQuerySet, calendar: Calendar | None) -> Stretch:
        concerned = events.filter(calendar=calendar) if calendar else events
        concerns, total = concerns_of(self.before, self.after), 0
        for batch in self._sketches(concerned):
            total += len(batch)
            self._count(concerned, [one.pk for one in batch if self._may_differ(one, concerns)])
        self._count_twins(events)
        return self._sum(total)

    def _sketches(self, events: EventQuerySet) -> Iterator[list[Sketch]]:
        """In the order of the agenda. Calendars are read once, not once per meeting."""
        ordered, place = events.order_by("starts_at", "public_id"), None
        while rows := list(ordered.from_place(place).values_list(*SKETCHED)[:AT_ONCE]):
            self._read_calendars(calendar_id for _, _, calendar_id, *_ in rows)
            yield [Sketch(pk, name, self.calendars[at], *rest) for pk, name, at, *rest in rows]
            place = rows[-1][STARTS_AT], rows[-1][PUBLIC_ID]

    def _read_calendars(self, ids: Iterable[int]) -> None:
        if missing := set(ids) - self.calendars.keys():
            self.calendars |= Calendar.objects.with_owner().in_bulk(missing)

    def _may_differ(self, one: Sketch, concerns: Callable[[Facts], bool]) -> bool:
        """Without a link no bot goes either way, so nobody need ask the rules."""
        if not one.meeting_url:
            return False
        was, would_be = self._facts(one)
        return was != would_be or concerns(was)

    def _facts(self, event: Event | Sketch) -> tuple[Facts, Facts]:
        """As they are, and as they would be: who is external may change."""
        known = Facts.of(event, self.before.homes)
        if self.before.homes == self.after.homes:
            return known, known
        return known, Facts.of(event, self.after.homes)

    def _count(self, events: EventQuerySet, ids: Collection[int]) -> None:
        found = list(events.filter(pk__in=ids).to_decide()) if ids else []
        choices = Choice.objects.for_events(found)
        for event in found:
            event.calendar = self.calendars[event.calendar_id]
            choice, (was, would_be) = choices.get(event.choice_key), self._facts(event)
            before = self._answer(event, self.before, choice, was)
            after = self._answer(event, self.after, choice, would_be)
            self._note(event, before, after)
            if before.will_record != after.will_record:
                key = meeting_key(event.meeting_url, event.starts_at)
                self.changed.setdefault(key, _difference(event, before, after))
                self.places.append((event.pk, event.meeting_url, event.starts_at))

    def _answer(
        self, event: Event, policy: Policy, choice: Choice | None, facts: Facts
    ) -> Decision:
        if event.ends_at > self.now:
            return decide(event, policy, choice, event.calendar, self.now, facts)
        beforehand = event.starts_at - BEFOREHAND
        return decide(event, policy, choice, _healthy(event.calendar), beforehand, facts)

    def _note(self, event: Event, before: Decision, after: Decision) -> None:
        self.decided.add(event.pk)
        if before.will_record or after.will_record:
            key = meeting_key(event.meeting_url, event.starts_at)
            self.was_recorded.update([key] if before.will_record else [])
            self.is_recorded.update([key] if after.will_record else [])

    def _count_twins(self, events: EventQuerySet) -> None:
        """The changed meetings as they stand on calendars that nothing changes for."""
        for at in range(0, len(self.places), AT_ONCE):
            ids, urls, starts = zip(*self.places[at : at + AT_ONCE], strict=True)
            same = events.filter(meeting_url__in=set(urls), starts_at__in=set(starts))
            twins = [one for one in same.exclude(pk__in=ids).for_list() if self._is_new(one)]
            choices = Choice.objects.for_events(twins)
            for event in twins:
                choice, (facts, _) = choices.get(event.choice_key), self._facts(event)
                answer = self._answer(event, self.before, choice, facts)
                self._note(event, answer, answer)

    def _is_new(self, event: Event) -> bool:
        return event.pk not in self.decided

    def _sum(self, total: int) -> Stretch:
        added, removed = [], []
        for key, difference in self.changed.items():
            if key not in self.was_recorded:
                added.append(difference)
            elif key not in self.is_recorded:
                removed.append(difference)
        return Stretch(
            total=total,
            added=len(added),
            removed=len(removed),
            unchanged=total - len(self.places),
            still_covered=len(self.changed) - len(added) - len(removed),
            leaving=sum(one.has_live_bot for one in removed),
            listed_added=tuple(added[:LISTED]),
            listed_removed=tuple(removed[:LISTED]),
        )


def concerns_of(before: Policy, after: Policy) -> Callable[[Facts], bool]:
    """Tell of which meetings the answers can differ at all: deciding the others would be in vain.

    Only a rule that matches has a say, so a rule that is the same and stands where it stood, and
    one that matches neither as it was nor as it would be, leave a meeting as it is.
    """
    rules = [rule for rule in _changed_rules(before, after) if rule.is_enabled]
    known = {block.pattern for block in before.blocks} ^ {block.pattern for block in after.blocks}
    blocks = Policy(
        blocks=tuple(one for one in before.blocks + after.blocks if one.pattern in known)
    )
    holds_unread = bool(before.blocks) != bool(after.blocks)

    def concerns(facts: Facts) -> bool:
        if holds_unread and not facts.is_read:
            return True
        return blocks.block_of(facts) is not None or any(
            not objection(rule, facts) for rule in rules
        )

    return concerns


def _changed_rules(before: Policy, after: Policy) -> list[Rule]:
    """Those that come, go, become different, or stand elsewhere among those that stay."""
    are, were = {id(rule) for rule in after.rules}, {id(rule) for rule in before.rules}
    stay_before = [rule for rule in before.rules if id(rule) in are]
    stay_after = [rule for rule in after.rules if id(rule) in were]
    moved = [
        one
        for pair in zip(stay_before, stay_after, strict=True)
        if pair[0] is not pair[1]
        for one in pair
    ]
    gone = [rule for rule in before.rules if id(rule) not in are]
    return gone + [rule for rule in after.rules if id(rule) not in were] + moved


def _healthy(calendar: Calendar) -> Calendar:
    """As it was when it could be read; whether it can be today says nothing about the past."""
    if not calendar.is_broken:
        return calendar
    healthy = copy(calendar)
    healthy.status = CalendarStatus.ACTIVE
    return healthy


def _difference(event: Event, before: Decision, after: Decision) -> Difference:
    return Difference(
        event.public_id,
        event.shown_title,
        event.starts_at,
        str(event.calendar),
        before.reason,
        after.reason,
        event.bot is not None and event.bot.is_live,
    )


def _meetings(count: int, kind: str = "") -> str:
    return f"{count} {kind}meeting{'' if count == 1 else 's'}"
