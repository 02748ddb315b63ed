"""The page of rules: in the order they are asked, and ready-made ones to begin with."""

from dataclasses import dataclass
from typing import Any

from accounts.models import Membership
from calendars.models import Calendar, Rule
from calendars.policies import Policy
from calendars.policy_changes import may_change


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule as this reader may use it."""

    rule: Rule
    can_change: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """Rules that are asked together."""

    entries: tuple[Entry, ...]
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Book:
    locked: Chapter
    calendars: tuple[Chapter, ...]
    workspace: Chapter

    @property
    def is_empty(self) -> bool:
        return not (self.locked.entries or self.calendars or self.workspace.entries)


@dataclass(frozen=True, slots=True)
class Start:
    """A rule to begin with; it is only filled into the form."""

    key: str
    title: str
    why: str
    fields: dict[str, Any]


STARTS = (
    Start(
        "external",
        "Meetings with someone external",
        "Customers, candidates, partners. Talks among colleagues stay unrecorded.",
        {"people": "external"},
    ),
    Start(
        "own",
        "Meetings that the calendar’s owner organizes",
        "No bot in other people’s meetings, unless somebody chooses so.",
        {"is_own": True},
    ),
    Start(
        "team",
        "All meetings but one-to-ones and private ones",
        "For teams that want everything written down: 3 people or more, and no private word in "
        "the title.",
        {"least_people": 3, "title_lacks": ["1:1", "private", "confidential"]},
    ),
)


def start(key: str) -> dict[str, Any]:
    """What is filled in for one of STARTS; nothing for any other word."""
    return next((dict(one.fields) for one in STARTS if one.key == key), {})


def book(policy: Policy, membership: Membership) -> Book:
    """All rules of a workspace as this member may use them."""
    calendars = {rule.calendar_id: rule.calendar for rule in policy.rules if rule.calendar}
    return Book(
        locked=_chapter(policy.locked, membership),
        calendars=tuple(
            _chapter([one for one in policy.rules if one.calendar_id == pk], membership, calendar)
            for pk, calendar in sorted(calendars.items(), key=lambda pair: str(pair[1]))
        ),
        workspace=_chapter(
            [one for one in policy.rules if not one.calendar_id and not one.is_locked], membership
        ),
    )


def _chapter(
    rules: list[Rule], membership: Membership, calendar: Calendar | None = None
) -> Chapter:
    can_change, last = may_change(membership, calendar), len(rules) - 1
    return Chapter(
        tuple(Entry(rule, can_change, at == 0, at == last) for at, rule in enumerate(rules)),
        calendar,
    )
