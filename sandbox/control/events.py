"""Calendars by hand: what a person with the calendar open would do; the provider then notices."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sandbox.clock import DAY, HOUR, MINUTE
from sandbox.control.reading import missing, moment_in, number_in, story_in
from sandbox.google.state import ACCOUNTS
from sandbox.http import Json, invalid
from sandbox.meetingbaas_v2.sync import WINDOW
from sandbox.microsoft.state import ACCOUNTS as MAILBOXES
from sandbox.play import Play

Meeting = dict[str, Any]
_NEW_LINK = "https://meet.google.com/new-link-now"


class EventControl:
    def __init__(self, play: Play) -> None:
        self.play, self.world = play, play.world

    def create(self, body: Json) -> Json:
        """`recurring` is a number of weeks; the meeting then is a series of that many instances."""
        raw_id = str(body.get("calendar", "maya@northwind.example"))
        ahead = (number_in(body, "in_minutes") or 10.0) * MINUTE
        start = moment_in(body, "start") or self.world.clock.now() + ahead
        minutes = number_in(body, "minutes") or 30.0
        title, link = str(body.get("title", "New meeting")), str(body.get("link", "meet"))
        people = list(body.get("people", ["maya", "jonas"]))
        first = self.play.agenda.new(raw_id, title, start, minutes, link, people)
        weeks = int(number_in(body, "recurring") or 0)
        for week in range(max(weeks, 1)):
            self.play.agenda.add(raw_id, _instance(first, week) if weeks else first)
        self._push(raw_id)
        return {"google_id": f"{first['id']}_0" if weeks else first["id"], "calendar": raw_id}

    def act(self, event_id: str, verb: str, body: Json) -> Json:
        raw_id, meeting = self.find(event_id)
        match verb:
            case "move":
                change = self._moved(meeting, body)
            case "cancel":
                change = {"status": "cancelled"}
            case "decline":
                change = {"declined": True}
            case "restore":
                change = {"status": "confirmed", "declined": False}
            case "add_link":
                change = _linked(str(body.get("link", _NEW_LINK)))
            case "remove_link":
                change = _linked("")
            case "rename":
                change = {"title": str(body.get("title", ""))}
            case _:
                raise missing("action")
        self.play.agenda.change(raw_id, meeting["id"], **change)
        self._push(raw_id)
        return {"google_id": meeting["id"], "calendar": raw_id, **change}

    def tell(self, event_id: str, body: Json) -> Json:
        """The bot of this event, booked already or not, will have this story."""
        if self.world.provider.event(event_id) is None:
            raise missing("event")
        chosen: Json = {"story": story_in(body) if "story" in body else None}
        chosen |= {name: number_in(body, name) for name in ("speed", "call_seconds")}
        self.world.provider.event_stories[event_id] = chosen
        return {"event_id": event_id, **chosen}

    def start(self, event_id: str) -> Json:
        """The meeting begins now: its bot goes off, if one is booked."""
        booking = self.world.provider.booking_for(event_id)
        if booking is None:
            raise missing("bot for this event")
        self.play.bookings.launch(booking.bot_id)
        return {"bot_id": booking.bot_id}

    def find(self, event_id: str) -> tuple[str, Meeting]:
        """By the provider's event id or by the calendar's own."""
        now = self.world.clock.now()
        if (event := self.world.provider.event(event_id)) is not None:
            wanted = str(event.source["id"])
        else:
            wanted = event_id
        for raw_id in self.raw_ids():
            for meeting in self.play.agenda.between(raw_id, now - DAY, now + WINDOW + 7 * DAY):
                if meeting["id"] == wanted:
                    return raw_id, meeting
        raise missing("event")

    def raw_ids(self) -> list[str]:
        owned = [one.calendars for one in ACCOUNTS.values()]
        owned += [one.calendars for one in MAILBOXES.values()]
        return list(dict.fromkeys(raw for calendars in owned for raw, _ in calendars))

    def _moved(self, meeting: Meeting, body: Json) -> Meeting:
        start = moment_in(body, "start")
        if start is None:
            start = meeting["start"] + (number_in(body, "minutes") or 60.0) * MINUTE
        length = meeting["end"] - meeting["start"]
        if not 0 < length < 30 * DAY:
            raise invalid("the event has no length")
        recurring = meeting["recurring_id"] is not None
        return {"start": start, "end": start + length, "is_exception": recurring}

    def _push(self, raw_id: str) -> None:
        for calendar in self.world.provider.calendars.values():
            if calendar.raw_calendar_id == raw_id:
                self.play.sync.soon(calendar)


def _instance(first: Meeting, week: int) -> Meeting:
    start = first["start"] + week * 7 * 24 * HOUR
    return {
        **first,
        "id": f"{first['id']}_{week}",
        "recurring_id": first["id"],
        "start": start,
        "end": start + first["end"] - first["start"],
        "original_start": start,
        "description": f"Every week since {datetime.fromtimestamp(first['start'], UTC):%d %B}",
    }


def _linked(link: str) -> Meeting:
    return {"meeting_url": link, "location": link or None}
