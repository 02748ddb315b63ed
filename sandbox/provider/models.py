"""What a provider keeps. Moments are unix seconds; all of it is plain data and can be saved.

A Booking is a bot that is still to go (scheduled by hand or for a calendar event); at its moment a
Bot with the same id appears and the booking is "completed", which says nothing about a recording.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

V2 = "meetingbaas_v2"
TERMINAL = frozenset({"completed", "failed"})
RECORDING = frozenset({"in_call_recording", "recording_resumed"})
INSIDE = frozenset({"in_call_not_recording", "recording_paused", *RECORDING})

_HOSTS = {"zoom.us": "zoom", "meet.google.com": "meet", "teams.microsoft.com": "teams"}


def platform_of(meeting_url: str | None) -> str | None:
    host = urlsplit(meeting_url or "").hostname or ""
    for known, platform in _HOSTS.items():
        if host == known or host.endswith("." + known):
            return platform
    return None


@dataclass(slots=True)
class Bot:
    bot_id: str
    config: dict[str, Any]
    meeting_url: str
    platform: str
    created_at: float
    provider: str = V2
    event_id: str | None = None
    title: str = ""
    cast: list[str] = field(default_factory=list)
    # the story
    script: str = "happy_path"
    step: int = 0
    speed: float | None = None
    call_seconds: float = 180.0
    silent: bool = False
    # what became of it
    status: str = "queued"
    updated_at: float = 0.0
    joined_at: float | None = None
    exited_at: float | None = None
    ended_at: float | None = None
    recording_since: float | None = None
    recorded_seconds: float = 0.0
    has_recorded: bool = False
    breaks: list[dict[str, float | None]] = field(default_factory=list)  # stopped, begun again
    error_code: str | None = None
    error_message: str | None = None
    deleted: bool = False
    chat: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL

    @property
    def extra(self) -> dict[str, Any] | None:
        return self.config.get("extra")

    @property
    def has_media(self) -> bool:
        """What a bot recorded is lost with it, unless only the transcript failed."""
        return self.has_recorded and self.error_code in (None, "TRANSCRIPTION_FAILED")

    @property
    def has_transcript(self) -> bool:
        wanted = bool(self.config.get("transcription_enabled"))
        is_second = self.config.get("times_transcribed", 1) > 1
        made = self.error_code is None or (is_second and self.error_code == "TRANSCRIPTION_FAILED")
        return wanted and self.has_recorded and made


@dataclass(slots=True)
class Booking:
    bot_id: str
    config: dict[str, Any]
    meeting_url: str
    platform: str
    join_at: float
    created_at: float
    updated_at: float
    provider: str = V2
    status: str = "scheduled"
    cancelled_at: float | None = None
    event_id: str | None = None
    calendar_id: str | None = None
    ends_at: float | None = None
    story: str | None = None
    speed: float | None = None
    call_seconds: float | None = None


@dataclass(slots=True)
class Event:
    """The provider's copy of one meeting instance; `source` is the calendar's own record of it."""

    event_id: str
    series_id: str
    calendar_id: str
    created_at: float
    updated_at: float
    source: dict[str, Any]

    @property
    def start(self) -> float:
        return float(self.source["start"])

    @property
    def end(self) -> float:
        return float(self.source["end"])

    @property
    def title(self) -> str:
        return str(self.source["title"])

    @property
    def status(self) -> str:
        return str(self.source["status"])

    @property
    def meeting_url(self) -> str | None:
        return self.source["meeting_url"] or None

    @property
    def event_type(self) -> str:
        return "recurring" if self.source["recurring_id"] else "one_off"

    @property
    def is_cancelled(self) -> bool:
        return self.status == "cancelled"


@dataclass(slots=True)
class Calendar:
    calendar_id: str
    platform: str
    account_email: str
    raw_calendar_id: str
    refresh_token: str
    client_id: str
    created_at: float
    updated_at: float
    provider: str = V2
    tenant: str = ""
    status: str = "active"
    status_message: str | None = None
    subscription_id: str | None = None
    subscription_expires_at: float | None = None
    synced_at: float | None = None
    sync_status: str | None = None
    sync_error: str | None = None
    first_sync_done: bool = False
    events: dict[str, Event] = field(default_factory=dict)
    series_configs: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class Provider:
    """All of the team's rows, at whichever provider."""

    bots: dict[str, Bot] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    next_story: str | None = None
    event_stories: dict[str, dict[str, Any]] = field(default_factory=dict)

    def bots_of(self, provider: str) -> dict[str, Bot]:
        return {id: bot for id, bot in self.bots.items() if bot.provider == provider}

    def bookings_of(self, provider: str) -> dict[str, Booking]:
        return {id: one for id, one in self.bookings.items() if one.provider == provider}

    def calendars_of(self, provider: str) -> dict[str, Calendar]:
        return {id: one for id, one in self.calendars.items() if one.provider == provider}

    def event(self, event_id: str) -> Event | None:
        for calendar in self.calendars.values():
            if event_id in calendar.events:
                return calendar.events[event_id]
        return None

    def booking_for(self, event_id: str) -> Booking | None:
        """The booking that makes `bot_scheduled` true, if there is one."""
        for booking in reversed(self.bookings.values()):
            if booking.event_id == event_id and booking.status in ("scheduled", "completed"):
                return booking
        return None


def by_series(events: Iterable[Event]) -> list[list[Event]]:
    groups: dict[str, list[Event]] = {}
    for event in events:
        groups.setdefault(event.series_id, []).append(event)
    return list(groups.values())
