"""Series by hand: made of a single meeting, split at "this and following", and a full calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.clock import DAY, MINUTE
from sandbox.control.reading import number_in
from sandbox.google.agenda import Agenda
from sandbox.http import Json, invalid
from sandbox.provider.sync import WINDOW

Meeting = dict[str, Any]
LINKS = ("meet", "zoom", "teams", "")
MOST_EVENTS = 50_000
_WORKING_DAY = 10 * 60 * MINUTE


def make_recurring(agenda: Agenda, raw_id: str, meeting: Meeting, body: Json) -> list[str]:
    """The single meeting gives way to a series of `weeks` with the same UID, as at Google."""
    if meeting["recurring_id"] is not None:
        raise invalid("the event is recurring already")
    agenda.change(raw_id, meeting["id"], gone=True)
    weeks = int(number_in(body, "weeks") or 4)
    return add_instances(agenda, raw_id, {**meeting, "recurring_id": meeting["id"]}, weeks)


def add_instances(agenda: Agenda, raw_id: str, first: Meeting, weeks: int) -> list[str]:
    """One instance a week, beginning with `first`."""
    ids = []
    for week in range(weeks):
        start = first["start"] + week * 7 * DAY
        since = f"{datetime.fromtimestamp(first['start'], UTC):%d %B}"
        instance = {
            **first,
            "id": f"{first['recurring_id']}_{week}",
            "start": start,
            "end": start + first["end"] - first["start"],
            "original_start": start,
            "description": f"Every week since {since}",
        }
        agenda.add(raw_id, instance)
        ids.append(instance["id"])
    return ids


def split(agenda: Agenda, raw_id: str, meeting: Meeting, body: Json, now: float) -> list[str]:
    """This meeting and the later ones move by `minutes`: the series ends and another begins.

    The new series is called as Google calls it: the old one's id, `_R` and where it begins.
    """
    series = meeting["recurring_id"]
    if series is None:
        raise invalid("the event is not recurring")
    later = (number_in(body, "minutes") or 60.0) * MINUTE
    begins = datetime.fromtimestamp(meeting["original_start"], UTC)
    fresh = f"{str(series).partition('_R')[0]}_R{begins:%Y%m%dT%H%M%S}"
    ids = []
    for old in agenda.between(raw_id, now, now + WINDOW + 14 * DAY):
        if old["recurring_id"] != series or old["original_start"] < meeting["original_start"]:
            continue
        agenda.change(raw_id, old["id"], gone=True)
        start = old["original_start"] + later
        id = f"{fresh}_{datetime.fromtimestamp(start, UTC):%Y%m%dT%H%M%SZ}"
        times = {"start": start, "end": start + old["end"] - old["start"], "original_start": start}
        agenda.add(raw_id, {**old, **times, "id": id, "recurring_id": fresh})
        ids.append(id)
    agenda.end_series(raw_id, series, meeting["original_start"])
    return ids


def fill(agenda: Agenda, raw_id: str, body: Json, now: float) -> int:
    """`count` meetings over the next 29 days, in the working hours of each."""
    count = int(number_in(body, "count") or 10_000)
    if not 0 < count <= MOST_EVENTS:
        raise invalid(f"count must be from 1 to {MOST_EVENTS}")
    morning = now - now % DAY + DAY + 7 * 60 * MINUTE
    for number in range(count):
        day, place = number % 29, number // 29
        start = morning + day * DAY + (place * 5 * MINUTE) % _WORKING_DAY
        title, link = f"Meeting {number + 1} of {count}", LINKS[number % len(LINKS)]
        meeting = agenda.new(raw_id, title, start, 30, link, ["maya", "jonas"])
        agenda.add(raw_id, meeting)
    return count
