"""Will this meeting be recorded, and why? The only place that decides.

gone · cancelled · declined · over      nothing can be recorded, whatever anybody wished
blocked                                 somebody on the block list is invited; nothing overrules it
never                                   a person said no; no rule is asked
unread                                  there is a block list, and who is invited is not known yet
no_link                                 nowhere to send a bot
locked                                  a workspace rule that no other wish overrules
chosen                                  a person said yes
rule                                    the calendar's rules, then the workspace's: first match
nothing                                 nobody asked for it: not recorded
disconnected                            wished, but we cannot see the calendar: bookings rest as
                                        they are, nothing is added and nothing is taken away
"""

from dataclasses import dataclass, replace
from datetime import datetime

from calendars.conditions import UNREAD, asks_who_comes, objection
from calendars.facts import Facts
from calendars.models import Calendar, Choice, Event, EventStatus, Rule, Verdict
from calendars.policies import Policy

BLOCK_LIST = "Is anybody invited who must not be recorded?"
MANAGED = "The owner and the admins can change it"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace: what was asked, and what came of it.

    `for_support` says the same without a word of the meeting, its people or the rule.
    """

    question: str
    answer: str
    rule: str = ""
    version: int = 0
    outcome: str = ""

    @property
    def for_support(self) -> tuple[str, str]:
        question = f"Rule {self.rule}, version {self.version}" if self.rule else self.question
        return question, self.outcome or self.answer


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
    rule: str = ""  # the public id of the rule that spoke

    @property
    def is_locked_off(self) -> bool:
        """Nobody but those who run the workspace can have it recorded."""
        return self.code == "blocked" or (self.code == "locked" and not self.is_wanted)


@dataclass(frozen=True, slots=True)
class _Wish:
    is_wanted: bool
    code: str
    reason: str
    trace: tuple[Step, ...]
    rule: str = ""


def decide(
    event: Event,
    policy: Policy,
    choice: Choice | None,
    calendar: Calendar,
    now: datetime,
    facts: Facts | None = None,
) -> Decision:
    """Return the answer for one event. Pure: reads its arguments, asks nobody, changes nothing.

    `facts` are `Facts.of(event, policy.homes)`, for who has them already.
    """
    obstacle = _obstacle(event, calendar, now)
    if choice is not None and choice.verdict == Verdict.FOLLOW:
        choice = None
    wish = _wish(event, policy, choice, facts)
    if obstacle:
        code, reason = obstacle
        trace = (Step("Can it take place?", reason), *wish.trace)
        return Decision(False, code, f"No: {reason}", trace, wish.is_wanted, rule=wish.rule)
    standing = Step("Can it take place?", "yes")
    if wish.code in ("never", "blocked", "unread"):
        trace = (standing, *wish.trace)
        return Decision(False, wish.code, f"No: {wish.reason}", trace, wish.is_wanted)
    if not event.meeting_url:
        return _without_link(event, wish, standing)
    linked = Step("Is there a meeting link?", "yes")
    trace = (standing, linked, *wish.trace)
    if not wish.is_wanted:
        return Decision(False, wish.code, f"No: {wish.reason}", trace, rule=wish.rule)
    if calendar.is_broken:
        return _paused(event, wish, trace)
    return Decision(True, wish.code, f"Yes: {wish.reason}", trace, is_wanted=True, rule=wish.rule)


def _obstacle(event: Event, calendar: Calendar, now: datetime) -> tuple[str, str] | None:
    """What rules a recording out, before anybody's wish is asked."""
    if calendar.is_disconnected:
        return "removed", "its calendar was disconnected"
    declined = ("declined", "the invitation was declined") if event.is_declined else None
    if event.status == EventStatus.CANCELLED:
        return declined or ("cancelled", "it was cancelled")  # v2 tells what was declined so
    if event.gone_at is not None:
        return "gone", "it is no longer on the calendar"
    if event.ends_at <= now:
        return "over", "it is over"
    return declined


def _wish(event: Event, policy: Policy, choice: Choice | None, facts: Facts | None) -> _Wish:
    """The first that speaks: block list, a no, locked rules, a yes, the other rules; else no."""
    trace: list[Step] = []
    if policy.is_empty:
        return _said(choice, trace) if choice else _nothing([Step("Did somebody choose?", "no")])
    facts = facts or Facts.of(event, policy.homes)
    if wish := _blocked(policy, facts, trace):
        return _overruling(choice, wish)
    if choice is not None and choice.verdict == Verdict.NEVER:
        return _said(choice, trace)
    if wish := _unread(policy, facts, choice, trace):
        return wish
    if wish := _ruled(policy.locked, facts, trace):
        return _overruling(choice, wish)
    if choice is not None:
        return _said(choice, trace)
    trace.append(Step("Did somebody choose?", "no"))
    return _ruled(policy.asked(event.calendar_id), facts, trace) or _nothing(trace)


def _blocked(policy: Policy, facts: Facts, trace: list[Step]) -> _Wish | None:
    """Whoever is on the block list is never recorded."""
    if block := policy.block_of(facts):
        reason = f"{block.pattern} is on the block list"
        trace.append(Step(BLOCK_LIST, reason, outcome=f"yes, {block.public_id}"))
        return _Wish(False, "blocked", reason, tuple(trace))
    if policy.blocks and facts.is_read:
        trace.append(Step(BLOCK_LIST, "no"))
    return None


def _unread(policy: Policy, facts: Facts, choice: Choice | None, trace: list[Step]) -> _Wish | None:
    """With a block list, nothing is booked before it is known who comes."""
    if not policy.blocks or facts.is_read:
        return None
    trace.append(Step(BLOCK_LIST, UNREAD))
    return _Wish(choice is not None, "unread", f"{UNREAD}, and there is a block list", tuple(trace))


def _said(choice: Choice, trace: list[Step]) -> _Wish:
    """A person's own word."""
    is_wanted = choice.verdict == Verdict.RECORD
    reason = f"{'chosen' if is_wanted else 'switched off'} for {_reach(choice)}"
    answer = f"yes, {reason}"
    step = Step("Did somebody choose?", answer + _by(choice), outcome=answer)
    return _Wish(is_wanted, "chosen" if is_wanted else "never", reason, (*trace, step))


def _by(choice: Choice) -> str:
    return f", by {choice.chosen_by.get_full_name()}" if choice.chosen_by else ""


def _reach(choice: Choice) -> str:
    if choice.is_alone:
        return "this meeting"
    return "the whole series" if choice.is_for_whole_series else "the rest of its series"


def _overruling(choice: Choice | None, wish: _Wish) -> _Wish:
    """Tell of a choice that what `wish` stands for goes before."""
    if choice is None:
        return wish
    said = "to record it" if choice.verdict == Verdict.RECORD else "not to record it"
    answer = f"yes, {said}{_by(choice)}; what is above goes before that"
    step = Step("Did somebody choose?", answer, outcome="yes, but what is above goes before that")
    return replace(wish, trace=(*wish.trace, step))


def _nothing(trace: list[Step]) -> _Wish:
    steps = (*trace, Step("Does a rule speak?", "no; then nothing is recorded"))
    return _Wish(False, "nothing", "nobody asked for it", steps)


def _ruled(rules: list[Rule], facts: Facts, trace: list[Step]) -> _Wish | None:
    """The first of these rules that matches."""
    for rule in rules:
        name = f"Rule “{rule.label}”"
        if not rule.is_enabled:
            trace.append(Step(name, "is switched off", rule.public_id, rule.version))
            continue
        if against := objection(rule, facts):
            told = f"does not match: {against}"
            trace.append(Step(name, told, rule.public_id, rule.version, "does not match"))
            continue
        told = "matches: record" if rule.records else "matches: don’t record"
        if not facts.is_read and asks_who_comes(rule):
            told += f", because {UNREAD}"
        if rule.is_locked:
            told += f"; locked by {_locker(rule)}"
        trace.append(Step(name, told, rule.public_id, rule.version))
        return _speaking(rule, tuple(trace))
    return None


def _speaking(rule: Rule, trace: tuple[Step, ...]) -> _Wish:
    if rule.is_locked:
        reason = f"locked by {_locker(rule)}, rule “{rule.label}”. {MANAGED}"
        return _Wish(rule.records, "locked", reason, trace, rule.public_id)
    return _Wish(rule.records, "rule", f"rule “{rule.label}”", trace, rule.public_id)


def _locker(rule: Rule) -> str:
    return rule.locked_by.get_full_name() if rule.locked_by else "an admin"


def _without_link(event: Event, wish: _Wish, standing: Step) -> Decision:
    """Somebody who chose it can add a link; a rule that happens to match is no call for help."""
    if event.is_all_day:
        reason = "an all-day entry without a meeting link"
    else:
        reason = "there is no meeting link"
    is_chosen = wish.code == "chosen"
    advice = ". Add one in the calendar" if is_chosen else ""
    trace = (standing, Step("Is there a meeting link?", "no"), *wish.trace)
    return Decision(
        False,
        "no_link",
        f"No: {reason}{advice}",
        trace,
        is_wanted=wish.is_wanted,
        needs_you=is_chosen,
        rule=wish.rule,
    )


def _paused(event: Event, wish: _Wish, trace: tuple[Step, ...]) -> Decision:
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
        rule=wish.rule,
    )
