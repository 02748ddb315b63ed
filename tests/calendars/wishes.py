"""What people wish of a meeting, what a worker makes of it, and what the provider then has."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from calendars import coverage, scheduling
from calendars.agenda import make_rows
from calendars.models import Event, Verdict
from calendars.rows import Row
from tests.calendars.factories import make_calendar, make_event
from tests.calendars.world import Outside


def want(event: Event, verdict: Verdict | None, user: User) -> None:
    event.choose(verdict, by=user, at=timezone.now())
    coverage.decide_again([event])


def settle(event: Event) -> Event:
    scheduling.schedule(Event.objects.for_work().get(pk=event.pk))
    return Event.objects.for_work().get(pk=event.pk)


def row_of(event: Event) -> Row:
    (row,) = make_rows(Event.objects.filter(pk=event.pk).for_list())
    return row


def make_twin(event: Event, user: User) -> Event:
    """The same meeting on a colleague's calendar."""
    return make_event(
        make_calendar(event.workspace, user, account=event.calendar.account),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        meeting_url=event.meeting_url,
    )


def bookings(outside: Outside) -> list[Any]:
    return [b for b in outside.sandbox.state()["bookings"] if b["status"] == "scheduled"]


def booking_calls(outside: Outside) -> int:
    requests = outside.sandbox.get("requests")["requests"]
    return sum(entry["method"] != "GET" and "/bots" in entry["path"] for entry in requests)


def bots(outside: Outside, *, under_way: bool = False) -> list[Any]:
    """The bots that the provider ever sent, or those that have not ended."""
    found = outside.sandbox.state()["bots"]
    return [b for b in found if not under_way or b["status"] not in ("completed", "failed")]
