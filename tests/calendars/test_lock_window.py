"""Close to the start the provider changes nothing any more: what is said, and what is then done."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from bots.models import SENT_AWAY, Bot, Surplus
from bots.tasks import reconcile as reconcile_bots
from calendars import bot_notes
from calendars.models import Calendar, Event, Verdict
from tests.calendars.factories import make_bot, make_event
from tests.calendars.wishes import bookings, bots, row_of, settle, want
from tests.calendars.world import Outside
from upstream.states import BotState

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=3)
NEW_LINK = "https://meet.google.com/new-link-now"


@pytest.fixture
def quick(outside: Outside) -> Iterator[Outside]:
    """What happens outside happens fast; the dates of meetings stay true."""
    outside.sandbox.post("speed", speed=20)
    yield outside
    outside.sandbox.post("speed", speed=1)


def arrange(outside: Outside, calendar: Calendar, *, minutes: float) -> Event:
    """A new meeting that starts soon, as the provider tells it."""
    google_id = outside.sandbox.post("events", in_minutes=minutes, title="Soon")["google_id"]
    known = calendar.events.filter(title="Soon")
    outside.bring_news_until(calendar.account, known.exists)
    event = known.for_work().get()
    assert google_id
    return event


def move(outside: Outside, event: Event, start: datetime) -> Event:
    outside.sandbox.post(
        f"events/{event.upstream_id}/move", start=start.isoformat().replace("+00:00", "Z")
    )
    known = Event.objects.filter(pk=event.pk).exclude(starts_at=event.starts_at)
    outside.bring_news_until(event.calendar.account, known.exists)
    return Event.objects.for_work().get(pk=event.pk)


def bot_of(event: Event) -> Bot:
    bot = Event.objects.for_work().get(pk=event.pk).bot
    assert bot is not None
    return bot


def booked_and_about_to_start(outside: Outside, calendar: Calendar, user: User) -> Event:
    """Booked in time on the calendar, then moved, in time as well, to two minutes from now."""
    event = arrange(outside, calendar, minutes=20)
    want(event, Verdict.RECORD, user)
    event = settle(event)
    assert event.is_bot_scheduled
    event = move(outside, event, timezone.now() + timedelta(minutes=2))
    assert bot_of(event).starts_at == event.starts_at
    assert len(bookings(outside)) == 1
    return event


def test_the_first_bot_of_a_late_move_is_sent_away(
    calendar: Calendar, alice_user: User, quick: Outside
) -> None:
    event = booked_and_about_to_start(quick, calendar, alice_user)
    event = move(quick, event, event.starts_at + LATER)
    first, second = sorted(bookings(quick), key=lambda booking: str(booking["join_at"]))
    assert {first["extra"]["earshot_id"], second["extra"]["earshot_id"]} == {
        bot_of(event).public_id
    }
    assert row_of(event).note == bot_notes.LEFT_BEHIND

    quick.sandbox.post("advance", seconds=130)
    quick.bring_news_until(calendar.account, lambda: bot_of(event).surplus == Surplus.GONE)
    assert row_of(event).note == bot_notes.FIRST_HAS_LEFT
    assert (bot_of(event).state, bot_of(event).upstream_id) == (BotState.SCHEDULED, "")
    assert (len(bots(quick)), bots(quick, under_way=True)) == (1, [])

    quick.sandbox.post("advance", seconds=LATER.total_seconds())
    quick.bring_news_until(calendar.account, lambda: bot_of(event).state == BotState.RECORDING)
    assert bot_of(event).upstream_id == second["bot_id"]
    assert [bot["bot_id"] for bot in bots(quick, under_way=True)] == [second["bot_id"]]
    assert len(bots(quick)) == 2
    assert Bot.objects.count() == 1


def test_a_link_changed_too_late_gets_a_bot_of_its_own(
    calendar: Calendar, alice_user: User, quick: Outside
) -> None:
    event = booked_and_about_to_start(quick, calendar, alice_user)
    first = bot_of(event)
    Event.objects.filter(pk=event.pk).update(meeting_url=NEW_LINK)
    assert row_of(event).note == bot_notes.LINK_IS_LATE
    Event.objects.filter(pk=event.pk).update(meeting_url=event.meeting_url)
    quick.sandbox.post(f"events/{event.upstream_id}/add_link", link=NEW_LINK)
    known = Event.objects.filter(pk=event.pk, meeting_url=NEW_LINK)
    quick.bring_news_until(calendar.account, known.exists)
    event = settle(event)
    assert bot_of(event) != first
    assert row_of(event).change is not None
    assert row_of(event).bot_after_change == "the bot goes to the new one"
    quick.sandbox.post("advance", seconds=300)
    assert [bot["meeting_url"] for bot in bots(quick)] == [NEW_LINK]
    assert bookings(quick) == []


def test_a_surplus_bot_that_could_not_be_told_is_told_later(
    calendar: Calendar, alice_user: User, quick: Outside
) -> None:
    event = booked_and_about_to_start(quick, calendar, alice_user)
    event = move(quick, event, event.starts_at + LATER)
    first = min(bookings(quick), key=lambda booking: str(booking["join_at"]))["bot_id"]
    leave = f"/v2/bots/{first}/leave"
    quick.sandbox.post("faults", method="POST", path=leave, status=503, times=7)
    quick.sandbox.post("advance", seconds=130)
    quick.bring_news_until(calendar.account, lambda: bot_of(event).surplus == Surplus.LEAVING)
    assert row_of(event).note == bot_notes.FIRST_IS_LEAVING
    quick.sandbox.post("faults", path="", clear=True)

    a_while_ago = timezone.now() - timedelta(minutes=5)
    bot_of(event).changes.filter(code=SENT_AWAY).update(happened_at=a_while_ago)
    with quick.work():
        reconcile_bots()
    quick.bring_news_until(calendar.account, lambda: bot_of(event).surplus == Surplus.GONE)
    assert len(bots(quick, under_way=True)) == 0
    assert bot_of(event).state == BotState.SCHEDULED


def test_off_in_time_of_neither_bot_sends_both_away(
    calendar: Calendar, alice_user: User, quick: Outside
) -> None:
    event = booked_and_about_to_start(quick, calendar, alice_user)
    event = move(quick, event, event.starts_at + LATER)
    bot = bot_of(event)
    want(event, Verdict.NEVER, alice_user)
    assert settle(event).bot is None
    quick.sandbox.post("advance", seconds=130)
    quick.bring_news_until(
        calendar.account, lambda: bots(quick) and not bots(quick, under_way=True)
    )
    quick.sandbox.post("advance", seconds=LATER.total_seconds())
    assert bookings(quick) == []
    assert len(bots(quick)) == 1
    bot.refresh_from_db()
    assert bot.state == BotState.CANCELLED


@pytest.mark.parametrize("verb", ["off", "cancel"])
def test_off_inside_the_window_leaves_no_bot(
    verb: str, calendar: Calendar, alice_user: User, quick: Outside
) -> None:
    event = booked_and_about_to_start(quick, calendar, alice_user)
    assert row_of(event).note == bot_notes.OFF_IS_LATE
    if verb == "off":
        want(event, Verdict.NEVER, alice_user)
        assert row_of(event).note == bot_notes.WAY_BACK
        settle(event)
    else:
        quick.sandbox.post(f"events/{event.upstream_id}/cancel")
        gone = Event.objects.filter(pk=event.pk).exclude(gone_at=None)
        quick.bring_news_until(calendar.account, gone.exists)
    quick.sandbox.post("advance", seconds=300)
    assert bookings(quick) == []
    assert bots(quick, under_way=True) == []


def test_on_inside_the_window_sends_one_at_once(
    calendar: Calendar, alice_user: User, quick: Outside
) -> None:
    event = arrange(quick, calendar, minutes=2)
    want(event, Verdict.RECORD, alice_user)
    assert row_of(event).note == bot_notes.SETS_OUT
    for _ in range(3):
        event = settle(event)
    assert len(bots(quick)) == 1
    assert row_of(event).note == ""  # its own bot, and nobody else's

    want(event, Verdict.NEVER, alice_user)
    event = settle(event)
    assert row_of(event).note == bot_notes.IS_LEAVING
    quick.bring_news_until(calendar.account, lambda: not bots(quick, under_way=True))
    assert len(bots(quick)) == 1


@pytest.mark.parametrize(
    ("bot", "note"),
    [
        ({"state": BotState.WAITING_ROOM}, bot_notes.CALLED_BACK),
        ({"surplus": Surplus.LEAVING}, bot_notes.TWIN_IS_LEAVING),
        ({"surplus": Surplus.GONE}, bot_notes.TWIN_HAS_LEFT),
    ],
)
def test_the_row_tells_what_became_of_its_bot(
    bot: dict[str, Any], note: str, calendar: Calendar, alice_user: User
) -> None:
    event = make_event(calendar)
    want(event, Verdict.RECORD, alice_user)
    is_early = bot.get("state") == BotState.WAITING_ROOM
    starts_at = event.starts_at - timedelta(hours=1) if is_early else event.starts_at
    make_bot(event, starts_at=starts_at, **bot)
    assert row_of(event).note == note
