"""A calendar's meetings between two moments, the same for the same seed on any day of asking.

Nothing is stored: each day is generated from its date. What people change (a meeting moved,
cancelled, added) is kept beside it and laid over. A meeting is a plain dict, see `_event`.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.clock import DAY
from sandbox.google.meetings import (
    HOLIDAY_CALENDAR,
    HOLIDAYS,
    NORTHWIND,
    PEOPLE,
    SERIES,
    SINGLES,
    Series,
)
from sandbox.google.state import ACCOUNTS
from sandbox.microsoft import meetings as microsoft
from sandbox.microsoft.state import ACCOUNTS as MAILBOXES
from sandbox.provider.models import platform_of
from sandbox.world import World

Meeting = dict[str, Any]
_HIDDEN: Meeting = {
    "title": "", "meeting_url": "", "location": None, "description": None, "people": [],
    "organizer_name": None, "conference_url": "",
}  # fmt: skip
_SLOTS = ("08:30", "10:45", "11:30", "13:15", "14:30", "16:00", "16:45")


class Agenda:
    def __init__(self, world: World) -> None:
        self.world, self.seed = world, world.settings.seed

    def between(self, raw_id: str, begin: float, end: float) -> list[Meeting]:
        """Everything that overlaps the window, changes applied, ordered by start."""
        changes = self.world.google.changes.get(raw_id, {})
        # A meeting may have been moved into the window from outside it: look a week further.
        ended = self.world.google.ended.get(raw_id, {})
        known = {
            meeting["id"]: meeting
            for meeting in self._generated(raw_id, begin, end)
            if meeting["start"] < ended.get(meeting["recurring_id"], math.inf)
        }
        known |= {
            id: {**meeting} for id, meeting in self.world.google.added.get(raw_id, {}).items()
        }
        for id, change in changes.items():
            if id in known:
                known[id] = {**known[id], **change}
        there = (meeting for meeting in known.values() if not meeting.get("gone"))
        inside = (m for m in there if m["end"] > begin and m["start"] < end)
        return sorted(
            (finished(meeting) for meeting in inside), key=lambda m: (m["start"], m["id"])
        )

    def change(self, raw_id: str, meeting_id: str, **fields: Any) -> None:
        changes = self.world.google.changes.setdefault(raw_id, {}).setdefault(meeting_id, {})
        changes.update(fields)

    def end_series(self, raw_id: str, series: str, at: float) -> None:
        """No instance of this series that began at `at` or later is generated any more."""
        self.world.google.ended.setdefault(raw_id, {})[series] = at

    def add(self, raw_id: str, meeting: Meeting) -> None:
        self.world.google.added.setdefault(raw_id, {})[meeting["id"]] = meeting

    def new(
        self, raw_id: str, title: str, start: float, minutes: float, link: str, people: list[str]
    ) -> Meeting:
        """A meeting that is not generated; `link` is a platform's name or an address."""
        id = hashlib.sha256(f"{raw_id}{title}{start}".encode()).hexdigest()[:20]
        address = link if "://" in link else _link(link, id)
        return _event(id, raw_id, title, start, start + minutes * 60, address, people)

    def _generated(self, raw_id: str, begin: float, end: float) -> Iterator[Meeting]:
        day = datetime.fromtimestamp(begin - 7 * DAY, UTC).date()
        last = datetime.fromtimestamp(end + 7 * DAY, UTC).date()
        while day <= last:
            if raw_id == HOLIDAY_CALENDAR:
                yield from _holidays(raw_id, day)
            else:
                yield from self._meetings(raw_id, day)
            day += timedelta(days=1)

    def _meetings(self, raw_id: str, day: date) -> Iterator[Meeting]:
        for series in (*SERIES, *microsoft.SERIES):
            if series.calendar == raw_id and _meets_on(series, day):
                yield self._instance(series, day)
        if day.weekday() < 5:
            yield from self._singles(raw_id, day)

    def _instance(self, series: Series, day: date) -> Meeting:
        """One date of a series; a few are moved, cancelled, declined or uncertain."""
        start = moment(day, series.time, zone_of(series.calendar))
        meeting = _event(
            f"{series.id}_{datetime.fromtimestamp(start, UTC):%Y%m%dT%H%M%SZ}",
            series.calendar,
            series.title,
            start,
            start + series.minutes * 60,
            _link(series.link, f"{self.seed}{series.id}"),
            list(series.people),
        )
        meeting |= {"recurring_id": series.id, "original_start": start}
        return self._with_accident(meeting, f"{series.id}:{day}")

    def _with_accident(self, meeting: Meeting, name: str) -> Meeting:
        chance = random.Random(f"{self.seed}:{name}").random()
        if chance < 0.05:
            return {**meeting, "status": "cancelled"}
        if chance < 0.11:
            later = 30 * 60
            start, end = meeting["start"] + later, meeting["end"] + later
            return {**meeting, "start": start, "end": end, "is_exception": True}
        if chance < 0.14:
            return {**meeting, "declined": True}
        if chance < 0.18:
            return {**meeting, "status": "tentative"}
        return meeting

    def _singles(self, raw_id: str, day: date) -> Iterator[Meeting]:
        pool = SINGLES.get(raw_id) or microsoft.SINGLES.get(raw_id, ())
        random_ = random.Random(f"{self.seed}:{raw_id}:{day}")
        wanted = random_.choice((1, 1, 2, 2)) if len(pool) > 4 else random_.choice((0, 0, 1))
        picks = random_.sample(range(len(pool)), min(wanted, len(pool)))
        slots = random_.sample(_SLOTS, len(picks))
        for pick, slot in zip(picks, slots, strict=True):
            title, link, minutes, people = pool[pick]
            start = moment(day, slot, zone_of(raw_id))
            id = hashlib.sha256(f"{self.seed}:{raw_id}:{day}:{pick}".encode()).hexdigest()[:20]
            meeting = _event(
                id, raw_id, title, start, start + minutes * 60, _link(link, id), list(people)
            )
            yield self._with_accident(meeting, id)


def zone_of(raw_id: str) -> str:
    zones = [(one.calendars, one.timezone) for one in ACCOUNTS.values()]
    zones += [(one.calendars, one.timezone) for one in MAILBOXES.values()]
    return next((zone for owned, zone in zones if raw_id in dict(owned)), "UTC")


def is_mailbox(raw_id: str) -> bool:
    """Whether this calendar is one of Microsoft's."""
    return microsoft.owner_of(raw_id) != raw_id


def moment(day: date, time: str, zone: str) -> float:
    hour, minute = map(int, time.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).timestamp()


def finished(meeting: Meeting) -> Meeting:
    """With everything that follows from the rest; a declined meeting counts as cancelled."""
    status = "cancelled" if meeting["declined"] else meeting["status"]
    if meeting.get("hidden"):
        meeting = {**meeting, **_HIDDEN}
    done = {
        **meeting,
        "status": status,
        "meeting_platform": platform_of(meeting["meeting_url"]),
        "attendees": _attendees(meeting),
    }
    raw = microsoft.raw_event(done) if is_mailbox(meeting["calendar"]) else _raw(done)
    return {**done, "raw": raw}


def _meets_on(series: Series, day: date) -> bool:
    week = day.toordinal() // 7
    return day.weekday() in series.weekdays and week % series.every_weeks == (
        series.starts_in_week % series.every_weeks
    )


def _holidays(raw_id: str, day: date) -> Iterator[Meeting]:
    for month, number, title in HOLIDAYS:
        if (day.month, day.day) == (month, number):
            start = datetime(day.year, month, number, tzinfo=UTC).timestamp()
            meeting = _event(f"holiday_{day:%Y%m%d}", raw_id, title, start, start + DAY, "", [])
            yield {**meeting, "all_day": True}


def _event(
    id: str, raw_id: str, title: str, start: float, end: float, url: str, people: list[str]
) -> Meeting:
    organizer = PEOPLE.get(people[0]) if people else None
    return {
        "id": id,
        "calendar": raw_id,
        "title": title,
        "start": start,
        "end": end,
        "timezone": zone_of(raw_id),
        "status": "confirmed",
        "declined": False,
        "all_day": False,
        "is_exception": False,
        "recurring_id": None,
        "original_start": None,
        "meeting_url": url,
        "location": url or None,
        "description": f"Agenda for “{title}”.\n\nJoin: {url}" if url else None,
        "organizer_email": organizer[0] if organizer else microsoft.owner_of(raw_id),
        "organizer_name": organizer[1] if organizer else None,
        "people": people,
    }


def _link(platform: str, name: str) -> str:
    digest = hashlib.sha256(name.encode()).hexdigest()
    letters = "".join(chr(ord("a") + int(digit, 16)) for digit in digest[:10])
    number = "9" + str(int(digest[:12], 16))[:10]  # ten digits would be a personal room
    match platform:
        case "meet":
            return f"https://meet.google.com/{letters[:3]}-{letters[3:7]}-{letters[7:]}"
        case "zoom":
            return f"https://us02web.zoom.us/j/{number}?pwd={digest[:12]}"
        case "teams":
            return f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{digest[:24]}/0"
        case _:
            return ""


def _attendees(meeting: Meeting) -> list[Meeting] | None:
    owner = microsoft.owner_of(meeting["calendar"])
    rows: list[Meeting] = []
    for index, person in enumerate(meeting["people"]):
        email, name = PEOPLE.get(person, (person, None))
        answer = "accepted" if index < 3 or person in NORTHWIND else "needsAction"
        if email == owner and meeting["declined"]:
            answer = "declined"
        row: Meeting = {"email": email, "name": name, "response_status": answer}
        if index == 0:
            row["organizer"] = True
        if email == owner:
            row["self"] = True
        rows.append(row)
    return rows or None


def _raw(meeting: Meeting) -> Meeting:
    """The event as Google's API shows it, as far as anybody reads it."""
    recurring = meeting["recurring_id"]
    raw: Meeting = {
        "kind": "calendar#event",
        "id": meeting["id"],
        "status": meeting["status"],
        "summary": meeting["title"],
        "iCalUID": f"{recurring or meeting['id']}@google.example",
        "start": _raw_time(meeting, meeting["start"]),
        "end": _raw_time(meeting, meeting["end"]),
        "organizer": {
            "email": meeting["organizer_email"],
            "displayName": meeting["organizer_name"],
        },
        **{key: meeting[key] for key in ("location", "description") if meeting[key]},
    }
    if meeting["attendees"]:
        raw["attendees"] = [_raw_attendee(row) for row in meeting["attendees"]]
    if recurring:
        raw["recurringEventId"] = recurring
        raw["originalStartTime"] = _raw_time(meeting, meeting["original_start"])
    if meeting.get("private"):
        raw["visibility"] = "private"
    if address := _conference(meeting):
        entry = {"entryPointType": "video", "uri": address}
        raw["conferenceData"] = {"entryPoints": [entry]}
    return raw


def _raw_attendee(row: Meeting) -> Meeting:
    names = {"name": "displayName", "response_status": "responseStatus"}
    return {names.get(key, key): value for key, value in row.items() if value is not None}


def _conference(meeting: Meeting) -> str:
    """What stands in the calendar's own field for the call: always where it made the room."""
    made_here = meeting["meeting_platform"] == "meet"
    return str(meeting.get("conference_url") or (meeting["meeting_url"] if made_here else ""))


def _raw_time(meeting: Meeting, at: float) -> Meeting:
    if meeting["all_day"]:
        return {"date": datetime.fromtimestamp(at, UTC).date().isoformat()}
    local = datetime.fromtimestamp(at, ZoneInfo(meeting["timezone"]))
    return {"dateTime": local.isoformat(timespec="milliseconds"), "timeZone": meeting["timezone"]}
