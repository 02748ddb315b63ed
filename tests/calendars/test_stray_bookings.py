"""The provider has a bot booked that nobody here wants: it is taken back, and nothing else is."""

from typing import Any

import httpx
import pytest

from accounts.models import User
from calendars import sync
from calendars.models import Calendar, Event, Verdict
from tests.calendars.wishes import booking_calls, bookings, settle, want
from tests.calendars.world import Outside
from upstream.errors import UpstreamError

pytestmark = pytest.mark.django_db


def book_behind_our_back(outside: Outside, event: Event) -> None:
    selector: dict[str, Any] = {
        "series_id": event.ref.series_id,
        "event_id": event.upstream_id,
        "all_occurrences": False,
        "bot_name": "Somebody's",
    }
    answer = httpx.post(
        f"{outside.sandbox.url}/v2/calendars/{event.calendar.upstream_id}/bots",
        json=selector,
        headers=outside.sandbox.headers,
    )
    assert answer.status_code == 201, answer.text


def read(outside: Outside, calendar: Calendar) -> None:
    with outside.work():
        sync.sync(Calendar.objects.for_work().get(pk=calendar.pk))


def test_a_booking_nobody_wants_is_taken_back(
    event: Event, calendar: Calendar, outside: Outside
) -> None:
    book_behind_our_back(outside, event)
    assert len(bookings(outside)) == 1
    read(outside, calendar)
    assert bookings(outside) == []
    before = booking_calls(outside)
    read(outside, calendar)
    assert booking_calls(outside) == before


def test_a_listing_that_breaks_off_takes_nothing_back(
    event: Event, calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    other = calendar.events.filter(link_source="provider", gone_at=None).for_work().last()
    assert other is not None
    want(event, Verdict.RECORD, alice_user)
    settle(event)
    book_behind_our_back(outside, other)
    path = f"/v2/calendars/{calendar.upstream_id}/events"
    outside.sandbox.post("faults", method="GET", path=path, status=502)
    with pytest.raises(UpstreamError):
        read(outside, calendar)
    assert len(bookings(outside)) == 2


def test_a_wanted_booking_that_is_not_ours_is_replaced_by_ours(
    event: Event, calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    book_behind_our_back(outside, event)
    Event.objects.filter(pk=event.pk).update(is_bot_scheduled=True)
    want(event, Verdict.RECORD, alice_user)
    event = settle(event)
    (booking,) = bookings(outside)
    assert event.bot is not None
    assert booking["extra"]["earshot_id"] == event.bot.public_id
