"""A bot for a meeting of the calendar at once: one click, one bot, and it is the meeting's own."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot, Outcome
from calendars import coverage
from calendars.agenda import make_rows
from calendars.models import Calendar, Choice, Event, Verdict
from calendars.scheduling import schedule
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.calendars.world import Outside
from upstream.states import BotState, CalendarStatus

HTMX = {"HX-Request": "true"}


def running(calendar: Calendar, **fields: Any) -> Event:
    return make_event(calendar, starts_at=timezone.now() - timedelta(minutes=5), **fields)


@pytest.fixture
def plain_calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


def row_of(event: Event) -> Any:
    (row,) = make_rows(Event.objects.filter(pk=event.pk).for_list())
    return row


@pytest.mark.django_db
def test_a_running_meeting_gets_a_bot_by_one_click(alice: Client, plain_calendar: Calendar) -> None:
    event = running(plain_calendar)
    page = alice.get("/events/").content.decode()
    assert f'action="/events/{event.public_id}/sending/"' in page
    answer = alice.post(f"/events/{event.public_id}/sending/", headers=HTMX)
    event.refresh_from_db()
    bot = Bot.objects.get()
    assert answer.status_code == 200
    assert event.bot == bot
    assert (bot.is_by_hand, bot.ends_at, bot.title) == (True, event.ends_at, event.title)
    assert Choice.objects.get().verdict == Verdict.RECORD
    assert "sending/" not in answer.content.decode().replace("Arranging", "")


@pytest.mark.django_db
def test_a_second_click_is_told_that_a_bot_is_coming(
    alice: Client, plain_calendar: Calendar
) -> None:
    event = running(plain_calendar)
    for status in (200, 409):
        answer = alice.post(f"/events/{event.public_id}/sending/", headers=HTMX)
        assert answer.status_code == status
    assert Bot.objects.count() == 1
    assert "A bot is already on its way" in answer.content.decode()


@pytest.mark.django_db
def test_before_it_begins_the_bot_goes_at_once_all_the_same(
    alice: Client, plain_calendar: Calendar
) -> None:
    event = make_event(plain_calendar)
    assert row_of(event).can_send_now
    assert not row_of(event).is_running
    answer = alice.post(f"/events/{event.public_id}/sending/", follow=True)
    assert "A bot is being sent to" in answer.content.decode()
    assert Bot.objects.get().starts_at <= timezone.now()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"meeting_url": ""},
        {"status": "cancelled", "gone_at": timezone.now()},
        {
            "attendees": [
                {"email": "maya@northwind.example", "is_self": True, "response": "declined"}
            ]
        },
        {"ends_at": timezone.now() - timedelta(minutes=1)},
    ],
    ids=["no link", "cancelled", "declined", "over"],
)
def test_no_bot_goes_where_none_can(
    alice: Client, plain_calendar: Calendar, fields: dict[str, Any]
) -> None:
    event = running(plain_calendar, **fields)
    assert not row_of(event).can_send_now
    assert alice.post(f"/events/{event.public_id}/sending/", headers=HTMX).status_code == 409
    assert not Bot.objects.exists()
    assert not Choice.objects.exists()


@pytest.mark.django_db
def test_a_meeting_that_has_a_bot_has_no_button(plain_calendar: Calendar) -> None:
    event = running(plain_calendar)
    bot = make_bot(event, state=BotState.RECORDING)
    assert not row_of(event).can_send_now
    Bot.objects.filter(pk=bot.pk).update(state=BotState.FAILED, outcome=Outcome.TECHNICAL)
    assert row_of(event).can_send_now


@pytest.mark.django_db
def test_a_broken_calendar_does_not_keep_the_bot_away(
    alice: Client, plain_calendar: Calendar
) -> None:
    event = running(plain_calendar)
    Calendar.objects.update(status=CalendarStatus.REVOKED)
    assert alice.post(f"/events/{event.public_id}/sending/", headers=HTMX).status_code == 200
    assert Bot.objects.get().is_by_hand


@pytest.mark.django_db
def test_a_bot_that_is_just_being_sent_is_not_called_gone(
    alice: Client, alice_user: User, plain_calendar: Calendar
) -> None:
    event = running(plain_calendar)
    alice.post(f"/events/{event.public_id}/sending/", headers=HTMX)
    assert Bot.objects.get().take_send_lease()  # the provider is being asked for it
    event.choose(Verdict.NEVER, by=alice_user, at=timezone.now())
    schedule(Event.objects.for_work().get(pk=event.pk))
    bot = Bot.objects.get()
    assert (bot.state, bot.leave_requested_at is None) == (BotState.SCHEDULED, False)
    bot.release_send_lease()
    schedule(Event.objects.for_work().get(pk=event.pk))
    assert Bot.objects.get().state == BotState.CANCELLED


def test_the_bot_is_the_meetings_own(alice: Client, calendar: Calendar, outside: Outside) -> None:
    event = booked_later(calendar)
    with outside.work():
        answer = alice.post(f"/events/{event.public_id}/sending/", headers=HTMX)
    assert answer.status_code == 200
    event.refresh_from_db()
    bot = Bot.objects.get()
    assert (event.bot, bot.state) == (bot, BotState.QUEUED)
    assert len(outside.sandbox.state()["bots"]) == 1
    with outside.work():
        schedule(Event.objects.for_work().get(pk=event.pk))
    assert len(outside.sandbox.state()["bots"]) == 1
    assert not outside_bookings(outside)
    assert row_of(event).bot == bot
    assert event not in Event.objects.unsettled(timezone.now() + timedelta(minutes=3))
    bot.refresh_from_db()
    assert (bot.state, bot.leave_requested_at) == (BotState.QUEUED, None)


def test_a_bot_sent_to_its_link_covers_the_meeting_until_it_moves(
    alice: Client, alice_user: User, calendar: Calendar, outside: Outside
) -> None:
    event = booked_later(calendar)
    start = timezone.localtime(event.starts_at, ZoneInfo("Europe/Stockholm"))
    with outside.work():
        alice.post(
            "/bots/new/",
            {
                "link": event.meeting_url, "when": "later", "date": f"{start:%Y-%m-%d}",
                "time": f"{start:%H:%M}", "name": "Notes", "view": "speaker_view",
            },
        )  # fmt: skip
    bot = Bot.objects.get()
    event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    coverage.decide_again([event])
    with outside.work():
        schedule(Event.objects.for_work().get(pk=event.pk))
    event.refresh_from_db()
    assert (event.bot, Bot.objects.count()) == (bot, 1)
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at + timedelta(hours=1))
    event.refresh_from_db()
    assert event.is_bot_elsewhere


def booked_later(calendar: Calendar) -> Event:
    """A meeting of tomorrow or later that nobody has chosen."""
    ahead = calendar.events.filter(
        starts_at__gt=timezone.now() + timedelta(hours=1), bot=None, status="confirmed"
    ).exclude(meeting_url="")
    return ahead.order_by("starts_at").first() or pytest.fail("the sandbox has no such meeting")


def outside_bookings(outside: Outside) -> list[Any]:
    state = outside.sandbox.state()
    return [one for one in state.get("bookings", []) if one["status"] == "scheduled"]
