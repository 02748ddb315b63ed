"""Meetings whose link we found ourselves: the provider cannot book them on its calendar."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from bots.models import Bot
from calendars import connecting
from calendars.models import Calendar, Event, Verdict
from tests.calendars.factories import make_event
from tests.calendars.wishes import booking_calls, bookings, bots, make_twin, settle, want
from tests.calendars.world import Outside
from upstream.errors import Retryable
from upstream.states import BotState

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(calendar: Calendar, alice_user: User) -> Event:
    """A wanted meeting of tomorrow, its link from the invitation."""
    event = make_event(calendar, link_source="found")
    want(event, Verdict.RECORD, alice_user)
    return event


def move(event: Event, by: timedelta) -> Event:
    start = event.starts_at + by
    Event.objects.filter(pk=event.pk).update(starts_at=start, ends_at=start + timedelta(hours=1))
    return settle(event)


def join_times(outside: Outside) -> list[str]:
    return [booking["join_at"][:16] for booking in bookings(outside)]


def test_it_gets_one_scheduled_bot(found: Event, outside: Outside) -> None:
    before = booking_calls(outside)
    for _ in range(3):
        found = settle(found)
    assert booking_calls(outside) == before + 1
    (booking,) = bookings(outside)
    assert (booking["event_id"], booking["meeting_url"]) == (None, found.meeting_url)
    assert found.bot is not None
    assert found.bot.upstream_id == booking["bot_id"]
    assert list(Event.objects.unsettled(timezone.now() + timedelta(hours=1))) == []


def test_it_follows_the_meeting(found: Event, outside: Outside) -> None:
    settle(found)
    before = booking_calls(outside)
    found = move(found, timedelta(hours=3))
    assert booking_calls(outside) == before + 1
    assert join_times(outside) == [found.starts_at.isoformat()[:16]]
    assert found.bot is not None
    assert found.bot.starts_at == found.starts_at
    assert Bot.objects.count() == 1


def test_moved_to_right_now_the_booking_becomes_a_bot(found: Event, outside: Outside) -> None:
    settle(found)
    found = move(found, timezone.now() + timedelta(minutes=1) - found.starts_at)
    assert bookings(outside) == []
    assert len(bots(outside)) == 1
    assert found.bot is not None
    assert found.bot.state == BotState.QUEUED


def test_off_takes_it_back_and_on_books_it_again(
    found: Event, alice_user: User, outside: Outside
) -> None:
    settle(found)
    want(found, Verdict.NEVER, alice_user)
    assert settle(found).bot is None
    assert bookings(outside) == []
    want(found, Verdict.RECORD, alice_user)
    settle(found)
    assert len(bookings(outside)) == 1


def test_off_that_failed_and_on_again_keeps_one(
    found: Event, alice_user: User, outside: Outside
) -> None:
    settle(found)
    path = "/v2/bots/scheduled"
    outside.sandbox.post("faults", method="DELETE", path=path, status=504, performed=True)
    want(found, Verdict.NEVER, alice_user)
    with pytest.raises(Retryable):
        settle(found)
    want(found, Verdict.RECORD, alice_user)
    found = settle(found)
    assert len(bookings(outside)) == 1
    assert found.bot is not None
    assert found.bot.leave_requested_at is None
    assert found.bot.upstream_id == bookings(outside)[0]["bot_id"]


def test_a_colleague_takes_the_booking_over(
    found: Event, alice_user: User, outside: Outside
) -> None:
    found = settle(found)
    twin = make_twin(found, alice_user)
    want(twin, Verdict.RECORD, alice_user)
    assert settle(twin).bot == found.bot
    want(found, Verdict.NEVER, alice_user)
    settle(found)
    twin = move(twin, timedelta(hours=2))
    assert join_times(outside) == [twin.starts_at.isoformat()[:16]]
    want(twin, Verdict.NEVER, alice_user)
    settle(twin)
    assert bookings(outside) == []


def test_a_disconnected_calendar_leaves_no_bot_behind(
    found: Event, calendar: Calendar, outside: Outside
) -> None:
    settle(found)
    with outside.work():
        connecting.disconnect(calendar)
    assert bookings(outside) == []
    assert not Bot.objects.unfinished().exists()


def test_a_disconnected_calendar_hands_over_what_a_colleague_wants(
    found: Event, calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    found = settle(found)
    twin = make_twin(found, alice_user)
    want(twin, Verdict.RECORD, alice_user)
    settle(twin)
    with outside.work():
        connecting.disconnect(calendar)
    assert len(bookings(outside)) == 1
    want(twin, Verdict.NEVER, alice_user)
    settle(twin)
    assert bookings(outside) == []
