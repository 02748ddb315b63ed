"""The provider is over quota, busy or down: the wish is kept, shown, tried again, and met once."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from bots.models import Bot
from calendars.agenda import make_rows
from calendars.models import Calendar, Event, Verdict
from calendars.tasks import reconcile, schedule_event
from tests.calendars.factories import make_event
from tests.calendars.wishes import bookings, bots, settle, want
from tests.calendars.world import Outside
from upstream.errors import RateLimited, Retryable
from upstream.models import UpstreamAccount

pytestmark = pytest.mark.django_db

ON_CALENDAR, AT_ONCE, BY_LINK = "/v2/calendars", "/v2/bots", "/v2/bots/scheduled"
QUOTA = [
    {"status": 402, "code": "FST_ERR_INSUFFICIENT_TOKENS"},
    {"status": 403, "code": "FST_ERR_FORBIDDEN"},
    {"status": 429, "code": "FST_ERR_DAILY_BOT_CAP_REACHED"},
]


def wanted(way: str, calendar: Calendar, user: User) -> Event:
    """A meeting that is wanted, and can be booked this way."""
    if way == ON_CALENDAR:
        ahead = calendar.events.filter(starts_at__gt=timezone.now() + timedelta(days=1))
        event = ahead.filter(link_source="provider", gone_at=None).for_work()[0]
    else:
        soon = timedelta(minutes=1) if way == AT_ONCE else timedelta(days=1)
        event = make_event(calendar, starts_at=timezone.now() + soon, link_source="found")
    want(event, Verdict.RECORD, user)
    return event


def came(outside: Outside) -> int:
    """How many bots the provider has sent or will send."""
    return len(bookings(outside)) + len(bots(outside))


@pytest.mark.parametrize("way", [ON_CALENDAR, AT_ONCE, BY_LINK])
def test_a_create_whose_answer_was_lost_is_looked_up(
    way: str, calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    event = wanted(way, calendar, alice_user)
    outside.sandbox.post("faults", method="POST", path=way, status=504, performed=True)
    with pytest.raises(Retryable):
        settle(event)
    assert came(outside) == 1
    event = settle(settle(event))
    assert came(outside) == 1
    assert event.booking_error == ""
    assert event.bot is not None
    assert event.bot.booked_at is not None


@pytest.mark.parametrize("way", [ON_CALENDAR, AT_ONCE, BY_LINK])
@pytest.mark.parametrize("refusal", QUOTA, ids=lambda refusal: str(refusal["status"]))
def test_over_quota_is_kept_shown_and_tried_again(
    way: str, refusal: dict[str, Any], calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    event = wanted(way, calendar, alice_user)
    outside.sandbox.post("faults", method="POST", path=way, times=2, **refusal)
    for _ in range(2):
        event = settle(event)
    (row,) = make_rows(Event.objects.filter(pk=event.pk).for_list())
    assert row.is_failing
    assert "Earshot tries again by itself" in event.booking_error
    assert row.next_try is not None
    assert row.next_try > timezone.now() + timedelta(minutes=1)
    assert Bot.objects.count() == 1
    assert event not in Event.objects.unsettled(timezone.now())

    Event.objects.filter(pk=event.pk).update(retry_at=timezone.now())
    with outside.work():
        reconcile()
    assert came(outside) == 1
    assert Event.objects.get(pk=event.pk).booking_error == ""


def test_a_rate_limit_is_waited_out(calendar: Calendar, alice_user: User, outside: Outside) -> None:
    event = wanted(ON_CALENDAR, calendar, alice_user)
    outside.sandbox.post(
        "faults",
        method="POST",
        path=ON_CALENDAR,
        status=429,
        code="FST_ERR_TOO_MANY_REQUESTS",
        retry_after=45,
    )
    asked_at = timezone.now()
    with pytest.raises(RateLimited):
        settle(event)
    event = Event.objects.get(pk=event.pk)
    assert event.retry_at is not None
    assert timedelta(seconds=44) < event.retry_at - asked_at < timedelta(seconds=60)
    assert event not in Event.objects.unsettled(timezone.now())
    assert event in Event.objects.unsettled(event.retry_at)
    settle(event)
    assert came(outside) == 1


def test_each_try_waits_longer_and_a_success_forgets_them(
    calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    event = wanted(ON_CALENDAR, calendar, alice_user)
    outside.sandbox.post("faults", method="POST", path=ON_CALENDAR, status=503, times=4)
    waits = []
    for _ in range(4):
        with pytest.raises(Retryable):
            settle(event)
        noted = Event.objects.get(pk=event.pk)
        assert noted.retry_at is not None
        assert noted.booking_checked_at is not None
        waits.append(round((noted.retry_at - noted.booking_checked_at).total_seconds()))
    assert waits == [2, 4, 8, 16]
    event = settle(event)
    assert (event.booking_error, event.booking_tries, event.retry_at) == ("", 0, None)
    assert came(outside) == 1


def test_it_recovers_by_itself_when_the_provider_is_back(
    calendar: Calendar, account: UpstreamAccount, alice_user: User, outside: Outside
) -> None:
    event = wanted(ON_CALENDAR, calendar, alice_user)
    address = account.base_url
    UpstreamAccount.objects.update(base_url="http://127.0.0.1:9")  # nobody listens there
    schedule_event.apply(kwargs={"event_id": event.pk})
    noted = Event.objects.get(pk=event.pk)
    assert "cannot be reached" in noted.booking_error
    assert came(outside) == 0

    UpstreamAccount.objects.update(base_url=address)
    Event.objects.filter(pk=event.pk).update(retry_at=timezone.now())
    with outside.work():
        reconcile()
    assert came(outside) == 1
    assert Event.objects.get(pk=event.pk).booking_error == ""
