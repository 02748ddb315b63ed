"""The meetings behind the demo's recordings, as their calendar would have told them at the time.

A provider tells only what is ahead, so a fresh demo has no yesterday. What a listing would have
said then is merged as any listing is, somebody's choice is kept with the date it would have had,
and the decision is made as of the meeting's start. Nothing is written past the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot
from calendars import coverage
from calendars.merging import merge
from calendars.models import Calendar, Event, Verdict
from upstream.events import Attendee, CalendarEvent
from upstream.states import Platform

LENGTH = timedelta(minutes=30)
PEOPLE = (
    Attendee("maya@northwind.example", "Maya Lindqvist", "accepted", True, True),
    Attendee("jonas@northwind.example", "Jonas Berg", "accepted"),
)
# (title, days ago, hour): meetings that nobody wanted recorded.
UNWANTED = (
    ("Lunch with Elin", 1, 12),
    ("Budget check", 2, 9),
    ("1:1 Maya and Aisha", 3, 13),
    ("Northwind weekly preparation", 5, 9),
    ("1:1 Maya and Jonas", 9, 10),
)


@dataclass(frozen=True, slots=True)
class Meeting:
    title: str
    starts_at: datetime
    meeting_url: str = ""
    platform: Platform = Platform.UNKNOWN
    bot: Bot | None = None


def remember(workspace: Workspace, maya: User, bots: Sequence[Bot]) -> None:
    """Let the main calendar have the meetings that `bots` went to, and some that none went to."""
    calendar = workspace.calendars.connected().exclude(upstream_id="").order_by("id").first()
    if calendar is None:
        return
    wanted = [
        Meeting(bot.title, bot.starts_at, bot.meeting_url, Platform(bot.platform), bot)
        for bot in bots
    ]
    unwanted = [Meeting(title, _at(days, hour)) for title, days, hour in UNWANTED]
    meetings = {f"past-{number}": one for number, one in enumerate([*wanted, *unwanted])}
    merge(calendar, [_told(calendar, *one) for one in meetings.items()], with_details=True)
    for event in calendar.events.filter(upstream_id__in=meetings):
        if bot := meetings[event.upstream_id].bot:
            _record(event, bot, maya)
        else:
            coverage.decide_again([event], now=event.starts_at)


def _record(event: Event, bot: Bot, maya: User) -> None:
    event.choose(Verdict.RECORD, by=maya, at=event.starts_at - timedelta(days=1))
    coverage.decide_again([event], now=event.starts_at)
    event.attach(bot)


def _told(calendar: Calendar, event_id: str, meeting: Meeting) -> CalendarEvent:
    return CalendarEvent(
        event_id=event_id,
        series_id=f"{event_id}-series",
        calendar_id=calendar.upstream_id,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.starts_at + LENGTH,
        meeting_url=meeting.meeting_url,
        platform=meeting.platform,
        time_zone="Europe/Stockholm",
        attendees=PEOPLE,
        ical_uid=f"{event_id}@northwind.example",
    )


def _at(days_ago: int, hour: int) -> datetime:
    day = timezone.localtime() - timedelta(days=days_ago)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)
