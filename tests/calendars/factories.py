"""Connected calendars and meetings, straight into the tables."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot
from calendars import coverage
from calendars.models import Calendar, Connection, Event, Series, SyncState
from tests.bots.factories import usual_end
from upstream.models import ProviderName, UpstreamAccount

PEOPLE = [
    {"email": "maya@northwind.example", "name": "Maya Lindqvist", "is_self": True},
    {"email": "ines@acme.example", "name": "Inés Duarte", "response": "accepted"},
]


def make_account() -> UpstreamAccount:
    account, _ = UpstreamAccount.objects.get_or_create(
        provider=ProviderName.MEETINGBAAS_V2,
        defaults={"name": "provider", "base_url": "https://provider.example", "api_key": "k"},
    )
    return account


def make_calendar(workspace: Workspace, user: User, **fields: Any) -> Calendar:
    number = Connection.objects.count()
    connection = Connection.objects.create(
        workspace=workspace,
        user=user,
        platform="google",
        subject=f"subject-{number}",
        email="maya@northwind.example",
        refresh_token="refresh",
    )
    wanted: dict[str, Any] = {
        "account": make_account(),
        "upstream_id": f"calendar-{number}",
        "raw_id": "primary",
        "name": "Maya's calendar",
        "sync_state": SyncState.READY,
        "synced_at": timezone.now(),
        **fields,
    }
    return Calendar.objects.create(workspace=workspace, connection=connection, **wanted)


def make_event(calendar: Calendar, **fields: Any) -> Event:
    """A meeting with a link, tomorrow at ten, half an hour long, decided."""
    number = calendar.events.count()
    starts_at = fields.pop("starts_at", None) or _tomorrow_at_ten() + timedelta(hours=number)
    series, _ = Series.objects.get_or_create(
        workspace=calendar.workspace, calendar=calendar, upstream_id=f"series-{number}"
    )
    wanted: dict[str, Any] = {
        "series": series,
        "upstream_id": f"event-{calendar.pk}-{number}",
        "identity": f"uid-{calendar.pk}-{number}",
        "original_start": starts_at,
        "title": f"Meeting {number}",
        "ends_at": starts_at + timedelta(minutes=30),
        "meeting_url": f"https://meet.google.com/abc-defg-h{number:03}",
        "platform": "meet",
        "link_source": "provider" if fields.get("meeting_url", "link") else "",
        "attendees": PEOPLE,
        "details_at": timezone.now(),
        **fields,
    }
    event = Event.objects.create(
        workspace=calendar.workspace, calendar=calendar, starts_at=starts_at, **wanted
    )
    coverage.decide_again([event])
    return event


def make_bot(event: Event, **fields: Any) -> Bot:
    """A bot that is booked for `event` and attached to it."""
    wanted: dict[str, Any] = {
        "name": "Earshot",
        "title": event.title,
        "meeting_url": event.meeting_url,
        "meeting_key": f"{event.meeting_url} {event.starts_at}",
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "booked_at": timezone.now(),
        "outcome": usual_end(fields.get("state")),
        **fields,
    }
    bot = Bot.objects.create(workspace=event.workspace, account=event.calendar.account, **wanted)
    event.attach(bot)
    return bot


def _tomorrow_at_ten() -> datetime:
    return (datetime.now(UTC) + timedelta(days=1)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
