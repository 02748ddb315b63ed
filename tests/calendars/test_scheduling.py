"""What is booked follows what was decided: once, never twice, and off always works."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from bots.links import meeting_key
from bots.models import Bot
from calendars import coverage, scheduling
from calendars.models import Calendar, Event, Verdict
from calendars.tasks import reconcile, schedule_event
from tests.calendars.factories import make_bot, make_event
from tests.calendars.wishes import booking_calls, bookings, make_twin, row_of, settle, want
from tests.calendars.world import Outside
from upstream.errors import Retryable
from upstream.states import BotState, CalendarStatus

pytestmark = pytest.mark.django_db


def test_booked_once_however_often_it_is_asked(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    before = booking_calls(outside)
    for _ in range(3):
        event = settle(event)
    assert booking_calls(outside) == before + 1
    assert len(bookings(outside)) == 1
    assert Bot.objects.count() == 1
    assert event.bot
    assert event.bot.public_id in str(outside.sandbox.state()["bookings"])


def test_the_last_of_many_toggles_wins(event: Event, alice_user: User, outside: Outside) -> None:
    for verdict in (Verdict.RECORD, Verdict.NEVER, Verdict.RECORD, Verdict.NEVER):
        want(event, verdict, alice_user)
        event = settle(event)
    assert event.bot is None
    assert bookings(outside) == []
    want(event, Verdict.RECORD, alice_user)
    assert settle(event).bot
    assert len(bookings(outside)) == 1


def test_a_booking_whose_answer_was_lost_is_not_made_again(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    path = f"/v2/calendars/{event.calendar.upstream_id}/bots"
    outside.sandbox.post("faults", method="POST", path=path, status=504, performed=True)
    with pytest.raises(Retryable):
        settle(event)
    noted = Event.objects.get(pk=event.pk)
    assert "tries again by itself" in noted.booking_error
    assert noted.working_since is None
    event = settle(event)
    assert len(outside.sandbox.state()["bookings"]) == 1
    assert event.booking_error == ""
    assert event.bot
    assert event.bot.booked_at


def test_off_after_a_lost_answer_takes_the_booking_back(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    path = f"/v2/calendars/{event.calendar.upstream_id}/bots"
    outside.sandbox.post("faults", method="POST", path=path, status=504, performed=True)
    with pytest.raises(Retryable):
        settle(event)
    want(event, Verdict.NEVER, alice_user)
    assert settle(event).bot is None
    assert bookings(outside) == []


def test_the_task_tries_again_by_itself(event: Event, alice_user: User, outside: Outside) -> None:
    want(event, Verdict.RECORD, alice_user)
    path = f"/v2/calendars/{event.calendar.upstream_id}/bots"
    outside.sandbox.post("faults", method="POST", path=path, status=503, times=2)
    schedule_event.apply(kwargs={"event_id": event.pk})
    assert len(bookings(outside)) == 1


def test_off_works_while_the_calendar_is_disconnected(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    settle(event)
    Calendar.objects.update(status=CalendarStatus.REVOKED)
    assert settle(event).bot  # paused: nothing is taken away
    want(event, Verdict.NEVER, alice_user)
    assert settle(event).bot is None
    assert bookings(outside) == []


def test_off_is_kept_while_the_provider_is_down_and_applied_later(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    settle(event)
    path = f"/v2/calendars/{event.calendar.upstream_id}/bots"
    outside.sandbox.post("faults", method="DELETE", path=path, status=503)
    want(event, Verdict.NEVER, alice_user)
    with pytest.raises(Retryable):
        settle(event)
    assert Event.objects.get(pk=event.pk).booking_error
    Event.objects.update(retry_at=timezone.now())
    with outside.work():
        reconcile()
    assert bookings(outside) == []
    assert Event.objects.get(pk=event.pk).bot is None


def test_a_colleagues_bot_covers_the_same_meeting(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    event = settle(event)
    twin = make_twin(event, alice_user)
    want(twin, Verdict.RECORD, alice_user)
    before = booking_calls(outside)
    twin = settle(twin)
    assert twin.bot == event.bot
    assert booking_calls(outside) == before
    for one in (event, twin):
        assert row_of(one).sharing_note.startswith("One bot for this calendar and Alice;")

    want(event, Verdict.NEVER, alice_user)
    event = settle(event)
    assert len(bookings(outside)) == 1  # the colleague still wants it
    assert row_of(event).sharing_note == "Alice still has it recorded."
    assert not row_of(event).is_pending
    want(twin, Verdict.NEVER, alice_user)
    settle(twin)
    assert bookings(outside) == []


def test_about_to_start_sends_a_bot_at_once(
    calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    event = make_event(calendar, starts_at=datetime.now(UTC) + timedelta(minutes=2))
    want(event, Verdict.RECORD, alice_user)
    event = settle(event)
    assert event.bot
    assert event.bot.upstream_id
    assert not event.is_bot_scheduled
    assert len(outside.sandbox.state()["bots"]) == 1
    assert bookings(outside) == []

    want(event, Verdict.NEVER, alice_user)
    event = settle(event)
    assert event.bot is None or event.bot.leave_requested_at


def test_a_refusal_stays_in_the_row_and_frees_the_meeting(
    calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    event = make_event(calendar)  # the provider does not know this event
    want(event, Verdict.RECORD, alice_user)
    event = settle(event)
    assert event.booking_error
    assert event.bot is None
    assert not Bot.objects.unfinished().exists()


def test_a_moved_meeting_moves_its_bot(event: Event, alice_user: User, outside: Outside) -> None:
    want(event, Verdict.RECORD, alice_user)
    settle(event)
    moved = event.starts_at + timedelta(hours=3)
    Event.objects.filter(pk=event.pk).update(starts_at=moved, ends_at=moved + timedelta(hours=1))
    event = settle(event)
    assert event.bot
    assert event.bot.starts_at == moved
    assert len(bookings(outside)) == 1


def test_a_move_that_a_listing_told_moves_the_bot(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    settle(event)
    moved = event.starts_at + timedelta(hours=3)
    Event.objects.filter(pk=event.pk).update(
        starts_at=moved,
        ends_at=moved + timedelta(hours=1),
        booking_checked_at=timezone.now() - timedelta(hours=1),
    )
    assert coverage.decide_again(Event.objects.filter(pk=event.pk).for_list()) == [event]
    with outside.work():
        reconcile()
    assert Bot.objects.get().starts_at == moved
    assert list(Event.objects.unsettled(timezone.now() + timedelta(hours=1))) == []


@pytest.mark.parametrize("state", [BotState.DONE, BotState.FAILED, BotState.CANCELLED])
def test_a_meeting_moved_after_its_bot_ended_gets_another(
    event: Event, alice_user: User, outside: Outside, state: BotState
) -> None:
    want(event, Verdict.RECORD, alice_user)
    an_hour_ago = timezone.now() - timedelta(hours=1)
    first = make_bot(event, state=state, state_at=an_hour_ago, starts_at=an_hour_ago)
    assert event in Event.objects.unsettled(timezone.now())
    again = settle(event).bot
    assert again
    assert again != first
    assert len(bookings(outside)) == 1


def test_off_that_failed_and_on_again_lets_the_bot_stay(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    settle(event)
    path = f"/v2/calendars/{event.calendar.upstream_id}/bots"
    outside.sandbox.post("faults", method="DELETE", path=path, status=503)
    want(event, Verdict.NEVER, alice_user)
    with pytest.raises(Retryable):
        settle(event)
    want(event, Verdict.RECORD, alice_user)
    bot = settle(event).bot
    assert bot
    assert bot.leave_requested_at is None
    assert len(bookings(outside)) == 1


def test_a_lost_answer_is_looked_up_at_the_colleague_too(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    path = f"/v2/calendars/{event.calendar.upstream_id}/bots"
    outside.sandbox.post("faults", method="POST", path=path, status=504, performed=True)
    with pytest.raises(Retryable):
        settle(event)
    twin = make_twin(event, alice_user)
    want(twin, Verdict.RECORD, alice_user)
    before = booking_calls(outside)
    bot = settle(settle(twin)).bot
    assert bot
    assert bot.booked_at
    assert booking_calls(outside) == before
    assert Event.objects.get(pk=event.pk).is_bot_scheduled


def test_a_colleague_who_is_at_it_is_waited_for(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, Verdict.RECORD, alice_user)
    twin = make_twin(event, alice_user)
    want(twin, Verdict.RECORD, alice_user)
    make_bot(event, booked_at=None, meeting_key=meeting_key(event.meeting_url, event.starts_at))
    assert event.take_lease()
    with pytest.raises(scheduling.Busy):
        settle(twin)
    event.release_lease()
    settle(event)
    assert settle(twin).bot == Bot.objects.get()
    assert len(bookings(outside)) == 1


def test_a_bot_somebody_cancelled_is_not_sent_again_by_itself(
    calendar: Calendar, alice_user: User, outside: Outside
) -> None:
    event = make_event(calendar)
    want(event, Verdict.RECORD, alice_user)
    bot = make_bot(event, state=BotState.CANCELLED)
    assert settle(event).bot == bot
    assert list(Event.objects.unsettled(timezone.now())) == []


def test_only_one_worker_at_a_time(event: Event, alice_user: User, outside: Outside) -> None:
    assert event.take_lease()
    with pytest.raises(scheduling.Busy):
        scheduling.schedule(event)
    event.release_lease()
    scheduling.schedule(event)


def test_who_was_too_slow_does_not_release_the_next_one(calendar: Calendar) -> None:
    slow = make_event(calendar)
    assert slow.take_lease()
    Event.objects.update(working_since=timezone.now() - timedelta(hours=1))
    quick = Event.objects.get(pk=slow.pk)
    assert quick.take_lease()
    slow.release_lease()
    assert not Event.objects.get(pk=slow.pk).take_lease()
    quick.release_lease()
    assert Event.objects.get(pk=slow.pk).take_lease()
