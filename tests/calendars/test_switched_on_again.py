"""Off and on again while the bot is on its way out: it has to be gone, then another comes."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from accounts.models import User
from calendars import bot_notes
from calendars.agenda import make_rows
from calendars.models import Calendar, Event, Verdict
from calendars.tasks import reconcile
from tests.calendars.factories import make_bot, make_event
from tests.calendars.wishes import bots, settle, want
from tests.calendars.world import Outside
from upstream.states import BotState

pytestmark = pytest.mark.django_db


@pytest.fixture
def quick(outside: Outside) -> Iterator[Outside]:
    outside.sandbox.post("speed", speed=20)
    yield outside
    outside.sandbox.post("speed", speed=1)


@pytest.fixture
def running(calendar: Calendar, alice_user: User, quick: Outside) -> Event:
    """A meeting that goes on, its bot recording."""
    event = make_event(calendar, starts_at=timezone.now())
    want(event, Verdict.RECORD, alice_user)
    event = settle(event)
    assert event.bot
    quick.bring_news_until(calendar.account, lambda: state_of(event) == BotState.RECORDING)
    return Event.objects.for_work().get(pk=event.pk)


def state_of(event: Event) -> str:
    bot = Event.objects.for_work().get(pk=event.pk).bot
    return bot.state if bot else ""


def test_another_comes_when_the_old_one_is_gone(
    running: Event, alice_user: User, quick: Outside
) -> None:
    old = running.bot
    want(running, Verdict.NEVER, alice_user)
    settle(running)
    want(running, Verdict.RECORD, alice_user)
    settle(running)
    assert len(bots(quick)) == 1
    (row,) = make_rows(Event.objects.filter(pk=running.pk).for_list())
    assert row.note == bot_notes.COMES_AGAIN

    def has_another() -> bool:
        assert len(bots(quick, under_way=True)) <= 1
        bot = Event.objects.for_work().get(pk=running.pk).bot
        return bot is not None and bot != old and bot.booked_at is not None

    quick.bring_news_until(running.calendar.account, has_another)
    assert len(bots(quick)) == 2
    assert settle(running).bot != old
    assert len(bots(quick)) == 2


def test_the_wish_is_found_when_its_wake_up_got_lost(
    calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    event = make_event(calendar, starts_at=timezone.now())
    old = make_bot(event, state=BotState.DONE, leave_requested_at=timezone.now())
    want(event, Verdict.RECORD, alice_user)
    assert list(Event.objects.unsettled(timezone.now())) == [event]
    with outside.work():
        reconcile()
    assert Event.objects.for_work().get(pk=event.pk).bot != old
    assert len(bots(outside)) == 1


def test_a_bot_sent_away_on_its_own_page_is_not_sent_again(
    calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    event = make_event(calendar, starts_at=timezone.now())
    want(event, Verdict.RECORD, alice_user)
    old = make_bot(event, state=BotState.DONE, leave_requested_at=timezone.now())
    assert list(Event.objects.unsettled(timezone.now())) == []
    assert settle(event).bot == old
    assert bots(outside) == []


def test_off_on_off_while_it_leaves_sends_no_other(
    running: Event, alice_user: User, quick: Outside
) -> None:
    for verdict in (Verdict.NEVER, Verdict.RECORD, Verdict.NEVER):
        want(running, verdict, alice_user)
        settle(running)
    quick.bring_news_until(running.calendar.account, lambda: not bots(quick, under_way=True))
    settle(running)
    assert len(bots(quick)) == 1
