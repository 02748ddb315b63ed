"""Calendars by hand: what a person with the calendar open would do; the provider then notices."""

from __future__ import annotations

from typing import Any

from sandbox.clock import DAY, MINUTE
from sandbox.control import series
from sandbox.control.changes import change_for
from sandbox.control.reading import missing, moment_in, number_in, story_in
from sandbox.google.state import ACCOUNTS
from sandbox.http import Json
from sandbox.microsoft.state import ACCOUNTS as MAILBOXES
from sandbox.play import Play
from sandbox.provider.sync import WINDOW

Meeting = dict[str, Any]


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
        if not weeks:
            self.play.agenda.add(raw_id, first)
            return self._told(raw_id, first["id"])
        recurring = {**first, "recurring_id": first["id"]}
        ids = series.add_instances(self.play.agenda, raw_id, recurring, weeks)
        return self._told(raw_id, ids[0])

    def act(self, event_id: str, verb: str, body: Json) -> Json:
        raw_id, meeting = self.find(event_id)
        if verb == "make_recurring":
            ids = series.make_recurring(self.play.agenda, raw_id, meeting, body)
            return self._told(raw_id, ids[0], instances=ids)
        if verb == "split":
            now = self.world.clock.now()
            ids = series.split(self.play.agenda, raw_id, meeting, body, now)
            return self._told(raw_id, ids[0], instances=ids)
        change = change_for(verb, meeting, body)
        self.play.agenda.change(raw_id, meeting["id"], **change)
        return self._told(raw_id, meeting["id"], **change)

    def fill(self, body: Json) -> Json:
        """A calendar as full as no person's is."""
        raw_id = str(body.get("calendar", "maya@northwind.example"))
        count = series.fill(self.play.agenda, raw_id, body, self.world.clock.now())
        self._push(raw_id)
        return {"calendar": raw_id, "count": count}

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

    def _told(self, raw_id: str, meeting_id: str, **more: Any) -> Json:
        self._push(raw_id)
        return {"google_id": meeting_id, "calendar": raw_id, **more}

    def _push(self, raw_id: str) -> None:
        for calendar in self.world.provider.calendars.values():
            if calendar.raw_calendar_id == raw_id:
                self.play.sync.soon(calendar)
