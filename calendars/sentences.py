"""A rule read back to people, the same words in the form, the list, the trace and the history.

Record meetings with someone external, on Zoom or Microsoft Teams, Monday to Friday,
starting 9:00–17:00, unless the title has “1:1”.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from textwrap import shorten
from typing import TYPE_CHECKING

from calendars.conditions import WEEKDAYS, clock, either
from calendars.facts import ELSEWHERE
from upstream.states import Platform

if TYPE_CHECKING:
    from calendars.models.rules import Rule

SHORT = 90
INNER_QUOTES = str.maketrans("“”", "‘’")  # it will stand in quotes itself


def sentence(rule: Rule) -> str:
    """All of it, with a full stop."""
    return _say(rule, most=100) + "."


def short(rule: Rule) -> str:
    """Enough to know it by: of long lists the beginning only."""
    said = _say(rule, most=2).translate(INNER_QUOTES)
    return shorten(said, SHORT, placeholder="…")


def _say(rule: Rule, most: int) -> str:
    verb = "Record" if rule.records else "Don’t record"
    kind = {"recurring": "repeating meetings", "once": "meetings that do not repeat"}
    meetings = kind.get(rule.recurrence, "meetings")
    parts = [part for part in _conditions(rule, most) if part]
    is_plain = not parts and not rule.title_lacks
    head = f"{verb} all {meetings}" if is_plain else " ".join([f"{verb} {meetings}", *parts[:1]])
    unless = f"unless the title has {_quoted(rule.title_lacks, most)}" if rule.title_lacks else ""
    return ", ".join(part for part in (head, *parts[1:], unless) if part)


def _conditions(rule: Rule, most: int) -> list[str]:
    return [
        _people(rule),
        f"with {either(rule.guests, most)} on the invite" if rule.guests else "",
        _headcount(rule),
        "that the calendar’s owner organizes" if rule.is_own else "",
        "that the calendar’s owner accepted" if rule.is_accepted else "",
        f"with {_quoted(rule.title_has, most)} in the title" if rule.title_has else "",
        f"on {either(_platforms(rule), most)}" if rule.platforms else "",
        _calendars(rule, most),
        _weekdays(rule.weekdays),
        _hours(rule),
    ]


def _people(rule: Rule) -> str:
    return {"external": "with someone external", "internal": "among colleagues only"}.get(
        rule.people, ""
    )


def _headcount(rule: Rule) -> str:
    least, most = rule.least_people, rule.most_people
    if least is not None and most is not None:
        return f"of {least} people" if least == most else f"of {least} to {most} people"
    if least is not None:
        return f"of at least {least} people"
    return f"of at most {most} people" if most is not None else ""


def _platforms(rule: Rule) -> list[str]:
    return ["another platform" if one == ELSEWHERE else str(Platform(one).label)
            for one in rule.platforms]  # fmt: skip


def _calendars(rule: Rule, most: int) -> str:
    if rule.calendar:
        return f"in “{rule.calendar}”"
    if not rule.only_calendars:
        return ""
    names = [rule.calendar_names.get(pk, "a calendar that is gone") for pk in rule.only_calendars]
    return f"in {either([f'“{name}”' for name in names], most)}"


def _weekdays(days: Sequence[int]) -> str:
    """Monday to Wednesday and Friday; two days in a row are named."""
    if not days:
        return ""
    ordered = sorted(set(days))
    breaks = [0, *(at for at, (a, b) in enumerate(pairwise(ordered), 1) if b != a + 1)]
    ends = [*breaks[1:], len(ordered)]
    named: list[str] = []
    for start, end in zip(breaks, ends, strict=True):
        names = [WEEKDAYS[day] for day in ordered[start:end]]
        named += [f"{names[0]} to {names[-1]}"] if len(names) > 2 else names
    on = "" if " to " in named[0] else "on "
    return on + (f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0])


def _hours(rule: Rule) -> str:
    if rule.starts_from is None or rule.starts_until is None:
        return ""
    return f"starting {clock(rule.starts_from)}–{clock(rule.starts_until)}"


def _quoted(words: Sequence[str], most: int) -> str:
    return either([f"“{one}”" for one in words], most)
