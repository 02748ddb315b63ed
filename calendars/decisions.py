"""Will this meeting be recorded, and why? The only place that decides.

gone · cancelled · declined · over      nothing can be recorded, whatever anybody wished
never                                   a person said no; no rule is asked
no_link                                 nowhere to send a bot
chosen, then the rules in order         the first that speaks wins
nothing                                 nobody asked for it: not recorded
disconnected                            wished, but we cannot see the calendar: bookings rest as
                                        they are, nothing is added and nothing is taken away
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from calendars.models import Calendar, Choice, Event, EventStatus, Verdict


class Rule(Protocol):
    """An ordered condition of a workspace or a calendar; the first that matches wins."""

    @property
    def label(self) -> str: ...
    @property
    def records(self) -> bool: ...
    def matches(self, event: Event, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace: what was asked, and what came of it."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Decision:
    """`is_wanted` is where the switch stands; `will_record` is what will happen."""

    will_record: bool
    code: str
    reason: str
    trace: tuple[Step, ...]
    is_wanted: bool = False
    is_paused: bool = False
    needs_you: bool = False


@dataclass(frozen=True, slots=True)
class _Wish:
    is_wanted: bool
    code: str
    reason: str
    trace: tuple[Step, ...]


def decide(
    event: Event,
    rules: Sequence[Rule],
    choice: Choice | None,
    calendar: Calendar,
    now: datetime,
) -> Decision:
    """Return the answer for one event. Pure: reads its arguments, asks nobody, changes nothing."""
    obstacle = _obstacle(event, calendar, now)
    wish = _wish(event, rules, choice)
    if obstacle:
        code, reason = obstacle
        trace = (Step("Can it take place?", reason), *wish.trace)
        return Decision(False, code, f"No: {reason}", trace, is_wanted=wish.is_wanted)
    standing = Step("Can it take place?", "yes")
    if wish.code == "never":
        return Decision(False, wish.code, f"No: {wish.reason}", (standing, *wish.trace))
    if not event.meeting_url:
        return _without_link(event, wish, standing)
    linked = Step("Is there a meeting link?", "yes")
    trace = (standing, linked, *wish.trace)
    if not wish.is_wanted:
        return Decision(False, wish.code, f"No: {wish.reason}", trace)
    if calendar.is_broken:
        return _paused(event, wish, calendar, trace)
    return Decision(True, wish.code, f"Yes: {wish.reason}", trace, is_wanted=True)


def _obstacle(event: Event, calendar: Calendar, now: datetime) -> tuple[str, str] | None:
    """What rules a recording out, before anybody's wish is asked."""
    if calendar.is_disconnected:
        return "removed", "its calendar was disconnected"
    if event.status == EventStatus.CANCELLED:
        return "cancelled", "it was cancelled"
    if event.gone_at is not None:
        return "gone", "it is no longer on the calendar"
    if event.ends_at <= now:
        return "over", "it is over"
    if event.is_declined:
        return "declined", "the invitation was declined"
    return None


def _wish(event: Event, rules: Sequence[Rule], choice: Choice | None) -> _Wish:
    """A person's word, else the first rule that speaks, else no."""
    if choice is not None:
        is_wanted = choice.verdict == Verdict.RECORD
        reason = "chosen for this meeting" if is_wanted else "switched off for this meeting"
        step = Step("Did somebody choose?", reason)
        return _Wish(is_wanted, "chosen" if is_wanted else "never", reason, (step,))
    trace = [Step("Did somebody choose?", "no")]
    for rule in rules:
        if rule.matches(event):
            answer = "matches: record" if rule.records else "matches: don't record"
            trace.append(Step(f"Rule “{rule.label}”", answer))
            return _Wish(rule.records, "rule", f"rule “{rule.label}”", tuple(trace))
        trace.append(Step(f"Rule “{rule.label}”", "does not match"))
    trace.append(Step("Does a rule speak?", "no; then nothing is recorded"))
    return _Wish(False, "nothing", "nobody asked for it", tuple(trace))


def _without_link(event: Event, wish: _Wish, standing: Step) -> Decision:
    if event.is_all_day:
        reason = "an all-day entry without a meeting link"
    else:
        reason = "there is no meeting link"
    advice = ". Add one in the calendar" if wish.is_wanted else ""
    trace = (standing, Step("Is there a meeting link?", "no"), *wish.trace)
    return Decision(
        False,
        "no_link",
        f"No: {reason}{advice}",
        trace,
        is_wanted=wish.is_wanted,
        needs_you=wish.is_wanted,
    )


def _paused(event: Event, wish: _Wish, calendar: Calendar, trace: tuple[Step, ...]) -> Decision:
    """The calendar cannot be read: a booked bot still goes, a new one cannot be booked."""
    is_booked = event.bot is not None and event.is_covered and not event.bot.is_final
    reason = (
        "Yes, booked earlier; but the calendar is disconnected and a move would go unnoticed"
        if is_booked
        else "No: the calendar is disconnected. Reconnect it and the bot will be booked"
    )
    step = Step("Can Earshot read the calendar?", "no; it must be reconnected")
    return Decision(
        is_booked,
        "disconnected",
        reason,
        (*trace, step),
        is_wanted=True,
        is_paused=True,
        needs_you=True,
    )
