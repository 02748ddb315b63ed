"""The week in numbers: when it comes, to whom, and what it says."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Membership, User, Workspace
from bots.models import Outcome
from calendars.models import Event
from dashboard import digest
from dashboard.week import week_of
from notifications import grouping
from notifications.models import Notification
from tests.calendars.factories import make_bot, make_calendar, make_event
from tests.letters.delivering import deliver, html_of
from upstream.states import BotState

pytestmark = pytest.mark.django_db

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def last_monday() -> datetime:
    """The last one at nine in the morning in Stockholm that is behind us."""
    now = timezone.now().astimezone(STOCKHOLM)
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=now.weekday())
    return nine if nine <= now else nine - timedelta(days=7)


@pytest.fixture
def monday() -> datetime:
    return last_monday()


@pytest.fixture
def in_stockholm() -> Iterator[None]:
    with timezone.override(STOCKHOLM):
        yield


@pytest.fixture
def week(workspace: Workspace, alice_user: User, monday: datetime, in_stockholm: None) -> None:
    """Two were recorded and one was not; another week's is not of it."""
    calendar = make_calendar(workspace, alice_user)
    for days, state, outcome in (
        (1, BotState.FAILED, Outcome.NEVER_ADMITTED),
        (2, BotState.DONE, Outcome.RECORDED),
        (7, BotState.DONE, Outcome.RECORDED),  # the very first hour of Monday
        (8, BotState.FAILED, Outcome.TECHNICAL),
    ):
        starts_at = (monday - timedelta(days=days)).replace(hour=0, minute=30)
        event = make_event(calendar, title=f"Board {days}", starts_at=starts_at)
        make_bot(
            event, state=state, outcome=outcome, reason="BOT_NOT_ACCEPTED" if days == 1 else ""
        )
    make_event(calendar, title="Unwanted", starts_at=monday - timedelta(days=3))
    Event.objects.exclude(title="Unwanted").update(will_record=True)


def test_it_comes_on_monday_morning_where_the_reader_lives(
    week: None, monday: datetime, alice_user: User, bob_user: User
) -> None:
    User.objects.filter(pk=bob_user.pk).update(time_zone="America/Los_Angeles")
    for hours in (-2, 3, 24, 24 * 6):
        assert digest.tell_due(monday + timedelta(hours=hours)) == 0
    assert digest.tell_due(monday) == 1
    assert digest.tell_due(monday + timedelta(minutes=15)) == 0
    assert Notification.objects.get().person == alice_user
    assert digest.tell_due(monday + timedelta(hours=9)) == 1  # where Bob is, it is morning by now
    assert Notification.objects.filter(person=bob_user).exists()


def test_it_says_what_came_of_the_week(
    week: None, monday: datetime, alice_user: User, workspace: Workspace
) -> None:
    digest.tell_due(monday)
    grouping.post_due(timezone.now())
    deliver()
    (message,) = mail.outbox
    assert message.subject == "Last week: 2 of 3 meetings recorded"
    text = str(message.body)
    assert "4 meetings, 3 to be recorded:\n- 2 recorded\n- 1 never admitted" in text
    assert "MISSED, AND WHY\nBoard 1, Sun" in text
    assert "Board 8" not in text
    missed = Event.objects.get(title="Board 1")
    page = f"http://localhost:8000/events/{missed.public_id}/"
    assert page in text
    assert page in html_of(message)


def test_its_numbers_are_those_of_the_week(
    week: None, monday: datetime, alice_user: User, workspace: Workspace
) -> None:
    membership = Membership.objects.get(user=alice_user)
    told = week_of(membership, monday.date() - timedelta(days=7), monday)
    assert (told.meetings, told.tally.expected, told.recorded, told.missed_count) == (4, 3, 2, 1)
    assert [line.event.title for line in told.missed] == ["Board 1"]


def test_nobody_hears_of_an_empty_week(
    workspace: Workspace, alice_user: User, monday: datetime
) -> None:
    make_event(make_calendar(workspace, alice_user), title="Unwanted")
    assert digest.tell_due(monday) == 0


def test_a_reader_without_a_zone_has_mondays_too(
    week: None, alice_user: User, monday: datetime
) -> None:
    User.objects.filter(pk=alice_user.pk).update(time_zone="")
    assert digest.tell_due(monday.astimezone(UTC).replace(hour=9)) == 1
