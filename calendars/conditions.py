"""Why a rule does not speak about a meeting: the first of its conditions that fails.

A rule that would record waits until it is known who is invited. One that would not record speaks
meanwhile: until the invitation has been read, nothing is recorded that should not be.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import time
from typing import TYPE_CHECKING

from calendars.facts import ELSEWHERE, Facts, plain
from calendars.people import covers
from upstream.states import Platform

if TYPE_CHECKING:
    from calendars.models.rules import Rule

UNREAD = "who is invited has not been read yet"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# In a script with capitals a word ends where its letters do; other scripts set no such marks.
OF_A_WORD = ("Lu", "Ll", "Lt", "Nd")


def objection(rule: Rule, facts: Facts) -> str:
    """What in this meeting the rule does not mean, in a few words; empty when it matches."""
    return next((reason for ask in ASKED if (reason := ask(rule, facts))), "")


def _calendar(rule: Rule, facts: Facts) -> str:
    wanted = [rule.calendar_id] if rule.calendar_id else rule.only_calendars
    return "it is on another calendar" if wanted and facts.calendar_id not in wanted else ""


def _title(rule: Rule, facts: Facts) -> str:
    for words in rule.title_lacks:
        if has_words(facts.title, words):
            return f"the title has “{words}”"
    if not rule.title_has or any(has_words(facts.title, words) for words in rule.title_has):
        return ""
    return "the title does not have " + either([f"“{words}”" for words in rule.title_has])


def _platform(rule: Rule, facts: Facts) -> str:
    if not rule.platforms or facts.platform in rule.platforms:
        return ""
    if not facts.platform:
        return "there is no meeting link"
    if facts.platform == ELSEWHERE:
        return "it is on another platform"
    return f"it is on {Platform(facts.platform).label}"


def _recurrence(rule: Rule, facts: Facts) -> str:
    if not rule.recurrence or (rule.recurrence == "recurring") == facts.is_recurring:
        return ""
    return "it repeats" if facts.is_recurring else "it does not repeat"


def _weekday(rule: Rule, facts: Facts) -> str:
    if not rule.weekdays or facts.weekday in rule.weekdays:
        return ""
    return f"it is on a {WEEKDAYS[facts.weekday]}"


def _hours(rule: Rule, facts: Facts) -> str:
    start, end = rule.starts_from, rule.starts_until
    if start is None or end is None:
        return ""
    if facts.starts is None:
        return "it has no time of day"
    return "" if _is_between(facts.starts, start, end) else f"it starts at {clock(facts.starts)}"


def _invited(rule: Rule, facts: Facts) -> str:
    """All that depends on who is invited, and cannot be told before that is known."""
    if not asks_who_comes(rule):
        return ""
    if not facts.is_read:
        return UNREAD if rule.records else ""
    return next((reason for ask in ASKED_OF_PEOPLE if (reason := ask(rule, facts))), "")


def _people(rule: Rule, facts: Facts) -> str:
    if rule.people == "external" and not facts.is_external:
        return "nobody is external"
    if rule.people == "internal" and facts.is_external:
        return "somebody is external"
    return ""


def _own(rule: Rule, facts: Facts) -> str:
    return "somebody else organizes it" if rule.is_own and not facts.is_own else ""


def _accepted(rule: Rule, facts: Facts) -> str:
    return "the invitation is not accepted" if rule.is_accepted and not facts.is_accepted else ""


def _guests(rule: Rule, facts: Facts) -> str:
    if not rule.guests or any(
        covers(pattern, address) for pattern in rule.guests for address in facts.invited
    ):
        return ""
    return "nobody is from " + either(rule.guests)


def _headcount(rule: Rule, facts: Facts) -> str:
    count = facts.headcount
    people = "1 person" if count == 1 else f"{count} people"
    if rule.least_people is not None and count < rule.least_people:
        return f"only {people}"
    if rule.most_people is not None and count > rule.most_people:
        return people
    return ""


Ask = Callable[["Rule", Facts], str]
ASKED: tuple[Ask, ...] = (_calendar, _title, _platform, _recurrence, _weekday, _hours, _invited)
ASKED_OF_PEOPLE: tuple[Ask, ...] = (_people, _own, _accepted, _guests, _headcount)


def asks_who_comes(rule: Rule) -> bool:
    counts = rule.least_people is not None or rule.most_people is not None
    return bool(rule.people or rule.is_own or rule.is_accepted or rule.guests or counts)


def has_words(title: str, words: str) -> bool:
    """Whether the words stand in the title whole: “AI” is not in “Daily”."""
    sought = plain(words)
    return bool(sought) and any(
        _is_whole(title, at, at + len(sought)) for at in _places(title, sought)
    )


def _places(title: str, sought: str) -> Iterator[int]:
    at = title.find(sought)
    while at >= 0:
        yield at
        at = title.find(sought, at + 1)


def _is_whole(title: str, start: int, end: int) -> bool:
    edges = ((start - 1, start), (end - 1, end))
    return not any(
        left >= 0 and right < len(title) and _belong_together(title[left], title[right])
        for left, right in edges
    )


def _belong_together(left: str, right: str) -> bool:
    return all(unicodedata.category(letter) in OF_A_WORD for letter in (left, right))


def _is_between(starts: time, start: time, end: time) -> bool:
    """From 22:00 to 6:00 spans midnight; from a time to itself is all day."""
    if start < end:
        return start <= starts < end
    return starts >= start or starts < end


def clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def either(names: Sequence[str], most: int = 3) -> str:
    """One of these, in words: a, b or c; of many the first, and how many more."""
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        return f"{', '.join(shown)} or {more} more"
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
