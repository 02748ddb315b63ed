"""A provider's copy of a calendar, and how it learns what changed.

    connect ─► first sync in three parts ─► told once
    something changes in the calendar ─► a moment later: refresh
    every ten minutes ─► refresh, so that new instances enter the window and past ones leave

A refresh compares the copy with the calendar and has the provider's voice say the difference. The
bots booked for an event follow it if the provider's do (meetingbaas-v2.md §9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.clock import DAY, MINUTE
from sandbox.google.agenda import Agenda
from sandbox.ids import named_uuid
from sandbox.provider.bookings import Bookings
from sandbox.provider.credentials import REFUSALS, Credentials
from sandbox.provider.models import Calendar, Event
from sandbox.provider.voices import Voice
from sandbox.world import World

WINDOW = 30 * DAY
SUBSCRIPTION = 7 * DAY
_PARTS = 3


class Sync:
    def __init__(
        self, world: World, agenda: Agenda, bookings: Bookings, voices: Mapping[str, Voice]
    ) -> None:
        self.world, self.agenda, self.bookings = world, agenda, bookings
        self.voices = voices
        self.credentials = Credentials(world)
        world.jobs.handlers["calendar.first_sync"] = self._first_sync
        world.jobs.handlers["calendar.refresh"] = self._refresh_by_id

    def begin(self, calendar: Calendar) -> None:
        self.subscribe(calendar)
        self.voice(calendar).connected(calendar)
        self._plan_part(calendar, 1)

    def subscribe(self, calendar: Calendar) -> None:
        calendar.subscription_id = self.world.ids.uuid()
        calendar.subscription_expires_at = self.world.clock.now() + SUBSCRIPTION

    def soon(self, calendar: Calendar, seconds: float = 1.0) -> None:
        """The calendar pushed: something is different."""
        if calendar.first_sync_done:
            key = f"calendar-push:{calendar.calendar_id}"
            self.world.jobs.after(
                key, "calendar.refresh", seconds, calendar_id=calendar.calendar_id
            )

    def refresh(self, calendar: Calendar) -> None:
        now = self.world.clock.now()
        if not self._still_allowed(calendar):
            return
        current = {event.event_id: event for event in self._events(calendar)}
        new = [event for id, event in current.items() if id not in calendar.events]
        known = [(calendar.events[id], e) for id, e in current.items() if id in calendar.events]
        gone = [e for id, e in calendar.events.items() if id not in current and e.end > now]
        self._forget_past(calendar, now)
        self._add(calendar, new)
        for old, fresh in known:
            if old.source != fresh.source:
                self._update(calendar, old, fresh)
        for event in gone:
            self._cancel(calendar, event, {**event.source, "status": "cancelled"})
        calendar.synced_at, calendar.sync_status, calendar.updated_at = now, "success", now
        self.voice(calendar).read(calendar)

    def read_now(self, calendar: Calendar) -> None:
        """Without waiting for anything, the first reading too."""
        if calendar.first_sync_done:
            self.refresh(calendar)
        else:
            self.world.jobs.cancel(f"calendar-sync:{calendar.calendar_id}")
            self._first_sync(calendar.calendar_id, _PARTS)

    def is_booked(self, event: Event) -> bool:
        return self.world.provider.booking_for(event.event_id) is not None

    def disconnect(self, calendar: Calendar) -> None:
        """Bookings die with their calendar; a bot already in a meeting goes on."""
        for booking in self.world.provider.bookings.values():
            if booking.calendar_id == calendar.calendar_id and booking.status == "scheduled":
                self.bookings.cancel(booking)
        for kind in ("calendar", "calendar-push", "calendar-sync"):
            self.world.jobs.cancel(f"{kind}:{calendar.calendar_id}")
        del self.world.provider.calendars[calendar.calendar_id]
        self.voice(calendar).disconnected(calendar)

    def voice(self, calendar: Calendar) -> Voice:
        return self.voices[calendar.provider]

    def _plan_part(self, calendar: Calendar, part: int) -> None:
        key = f"calendar-sync:{calendar.calendar_id}"
        self.world.jobs.after(
            key, "calendar.first_sync", 1.0, calendar_id=calendar.calendar_id, part=part
        )

    def _first_sync(self, calendar_id: str, part: int) -> None:
        calendar = self.world.provider.calendars[calendar_id]
        events = list(self._events(calendar))
        for event in events[: len(events) * part // _PARTS]:
            calendar.events.setdefault(event.event_id, event)
        if part < _PARTS:
            calendar.sync_status = "partial"
            self._plan_part(calendar, part + 1)
        else:
            self._finish_first_sync(calendar)

    def _finish_first_sync(self, calendar: Calendar) -> None:
        now = self.world.clock.now()
        calendar.first_sync_done, calendar.sync_status = True, "success"
        calendar.synced_at = calendar.updated_at = now
        self.voice(calendar).first_read(calendar)
        self._plan_roll(calendar)

    def _refresh_by_id(self, calendar_id: str) -> None:
        if calendar := self.world.provider.calendars.get(calendar_id):
            self.refresh(calendar)
            self._plan_roll(calendar)

    def _plan_roll(self, calendar: Calendar) -> None:
        key, due = f"calendar:{calendar.calendar_id}", self.world.clock.now() + 10 * MINUTE
        self.world.jobs.at(key, "calendar.refresh", due, calendar_id=calendar.calendar_id)

    def _still_allowed(self, calendar: Calendar) -> bool:
        status = self.credentials.status_of(calendar)
        if status == "active":
            return True
        if calendar.status != status:
            calendar.status, calendar.sync_status = status, "failed"
            calendar.status_message = calendar.sync_error = REFUSALS[status]
            calendar.updated_at = self.world.clock.now()
            self.voice(calendar).health(calendar)
        return False

    def _events(self, calendar: Calendar) -> Iterable[Event]:
        now = self.world.clock.now()
        for meeting in self.agenda.between(calendar.raw_calendar_id, now, now + WINDOW):
            series = meeting["recurring_id"] or meeting["id"]
            yield Event(
                event_id=named_uuid(calendar.calendar_id, "event", meeting["id"]),
                series_id=named_uuid(calendar.calendar_id, "series", series),
                calendar_id=calendar.calendar_id,
                created_at=now,
                updated_at=now,
                source=meeting,
            )

    def _add(self, calendar: Calendar, new: list[Event]) -> None:
        for event in new:
            calendar.events[event.event_id] = event
            config = calendar.series_configs.get(event.series_id)
            if config and event.meeting_url and not event.is_cancelled:
                self.bookings.book(
                    config, event.meeting_url, event.start, event, provider=calendar.provider
                )
        if new:
            self.voice(calendar).appeared(calendar, new)

    def _update(self, calendar: Calendar, event: Event, fresh: Event) -> None:
        if fresh.is_cancelled and not event.is_cancelled:
            self._cancel(calendar, event, fresh.source)
            return
        moved = fresh.start != event.start
        event.source, event.updated_at = fresh.source, self.world.clock.now()
        if self.voice(calendar).follows_meetings:
            self._follow(event, moved=moved)
        self.voice(calendar).changed(calendar, event)

    def _follow(self, event: Event, *, moved: bool) -> None:
        """The booking follows, except within the lock: then a second bot is sent (§9)."""
        booking = self.world.provider.booking_for(event.event_id)
        if booking is None or booking.status != "scheduled":
            return
        if self.bookings.is_locked(booking):
            if moved:
                self.bookings.book(booking.config, booking.meeting_url, event.start, event)
            return
        booking.meeting_url = event.meeting_url or booking.meeting_url
        booking.ends_at = event.end
        self.bookings.move(booking, event.start)

    def _cancel(self, calendar: Calendar, event: Event, source: dict[str, Any]) -> None:
        event.source, event.updated_at = source, self.world.clock.now()
        if self.voice(calendar).drops_cancelled:
            self._cancel_bookings(event)
        self.voice(calendar).cancelled(calendar, event)

    def _cancel_bookings(self, event: Event) -> None:
        for booking in self.world.provider.bookings.values():
            live = booking.status in ("scheduled", "completed")
            if booking.event_id == event.event_id and live:
                self.bookings.cancel(booking)

    def _forget_past(self, calendar: Calendar, now: float) -> None:
        for id in [id for id, event in calendar.events.items() if event.end <= now]:
            del calendar.events[id]
