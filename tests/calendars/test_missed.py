"""A meeting that should have been recorded and was not: who is told, and why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot, Outcome
from calendars import missed
from calendars.models import Calendar, Event
from notifications.models import Notification
from tests.calendars.factories import make_bot, make_calendar, make_event
from upstream.states import BotState

pytestmark = pytest.mark.django_db

LATER = missed.SETTLED_AFTER + timedelta(seconds=1)


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


@pytest.fixture
def failed(calendar: Calendar, alice_user: User, bob_user: User) -> Bot:
    """Alice's bot was not let in; Bob is on the invite."""
    event = make_event(
        calendar,
        title="Board meeting",
        starts_at=timezone.now() - timedelta(hours=1),
        attendees=[{"email": bob_user.email.upper()}],
    )
    return make_bot(
        event,
        title="Board meeting",
        state=BotState.FAILED,
        outcome=Outcome.NEVER_ADMITTED,
        reason="BOT_NOT_ACCEPTED",
        requested_by=alice_user,
    )


def test_those_it_concerns_are_told_why_once(failed: Bot, alice_user: User, bob_user: User) -> None:
    now = timezone.now()
    assert missed.tell_new(now) == 0  # the word may still change
    assert missed.tell_new(now + LATER) == 1
    assert missed.tell_new(now + LATER) == 0
    told = Notification.objects.order_by("person__email")
    assert [one.person for one in told] == [alice_user, bob_user]
    assert (told[0].title, told[0].path) == ("Board meeting", f"/bots/{failed.public_id}/")
    assert told[0].note.startswith("Never admitted: ")


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (BotState.DONE, Outcome.RECORDED),
        (BotState.CANCELLED, Outcome.NOT_NEEDED),
        (BotState.DONE, Outcome.PARTLY_RECORDED),
    ],
)
def test_what_was_recorded_or_not_needed_is_no_such_news(
    failed: Bot, state: BotState, outcome: Outcome
) -> None:
    Bot.objects.update(state=state, outcome=outcome)
    assert missed.tell_new(timezone.now() + LATER) == 0


def test_what_ended_long_ago_is_no_news(failed: Bot) -> None:
    Bot.objects.update(state_at=timezone.now() - missed.TELL_WITHIN)
    assert missed.tell_new(timezone.now() + LATER) == 0


def test_a_meeting_no_bot_went_to_is_told_to_its_owner(
    calendar: Calendar, alice_user: User
) -> None:
    ended = timezone.now() - timedelta(minutes=10)
    event = make_event(
        calendar,
        title="Interview",
        starts_at=ended - timedelta(minutes=30),
        ends_at=ended,
        attendees=[],
    )
    make_event(calendar, title="Lunch", starts_at=ended - timedelta(minutes=30), ends_at=ended)
    Event.objects.filter(pk=event.pk).update(
        will_record=True, booking_error="The recording service is full."
    )
    assert missed.tell_new(timezone.now()) == 1
    assert missed.tell_new(timezone.now()) == 0
    told = Notification.objects.get()
    assert (told.person, told.title) == (alice_user, "Interview")
    assert told.note == "The recording service is full."
    assert told.path == f"/events/{event.public_id}/"
