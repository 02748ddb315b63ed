"""Taking back a word about a meeting that has got another name since it was said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User, Workspace
from calendars import choosing, undoing
from calendars.choosing import Scope
from calendars.merging import merge
from calendars.models import Calendar, Choice, Event, Undo, Verdict
from tests.calendars.factories import make_calendar
from tests.calendars.test_sync import told

RECORD, NEVER, FOLLOW = Verdict.RECORD, Verdict.NEVER, Verdict.FOLLOW
START = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


@pytest.fixture
def weekly(calendar: Calendar) -> list[Event]:
    """Three meetings of a series of which only the provider's id is known."""
    merge(calendar, [instance(number) for number in range(3)])
    return list(Event.objects.for_list().order_by("starts_at"))


def instance(number: int, **fields: Any) -> Any:
    return told(number, series_id="s1", starts_at=START + timedelta(days=7 * number), **fields)


def say(event: Event, verdict: Verdict | None, user: User, scope: Scope) -> Undo:
    return choosing.choose([event], verdict, by=user, at=timezone.now(), scope=scope).undo


def words() -> set[tuple[object, ...]]:
    return set(Choice.objects.values_list("reach", "original_start", "verdict", "chosen_at"))


def read_details(calendar: Calendar, *numbers: int) -> None:
    merge(calendar, [instance(number, ical_uid="weekly@google.com") for number in numbers])


@pytest.mark.django_db
@pytest.mark.parametrize("told_of", [[0], [1], [0, 1, 2]])
@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("verdict", [RECORD, FOLLOW, None])
def test_undo_finds_meetings_that_got_their_own_name_since(
    calendar: Calendar,
    weekly: list[Event],
    alice_user: User,
    told_of: list[int],
    scope: Scope,
    verdict: Verdict | None,
) -> None:
    say(weekly[0], NEVER, alice_user, Scope.SERIES)
    say(weekly[1], RECORD, alice_user, Scope.THIS)
    before = words()
    undo = say(weekly[1], verdict, alice_user, scope)
    assert words() != before or verdict == RECORD
    read_details(calendar, *told_of)
    reached = undoing.take_back(undo)
    assert words() == before
    assert set(Choice.objects.values_list("identity", flat=True)) == {"weekly@google.com"}
    assert weekly[1] in reached


@pytest.mark.django_db
def test_undo_leaves_what_was_said_under_the_new_name(
    calendar: Calendar, weekly: list[Event], alice_user: User, bob_user: User
) -> None:
    undo = say(weekly[1], RECORD, alice_user, Scope.THIS)
    read_details(calendar, 1)
    say(weekly[1], NEVER, bob_user, Scope.THIS)
    with pytest.raises(undoing.TooLate):
        undoing.take_back(undo)
    assert Choice.objects.get().chosen_by == bob_user


@pytest.mark.django_db
def test_undo_takes_back_what_went_along_with_a_split(calendar: Calendar, alice_user: User) -> None:
    merge(calendar, [instance(1, ical_uid="weekly@google.com", is_recurring=True)])
    Event.objects.update(created_at=timezone.now() - timedelta(days=1))
    undo = say(Event.objects.for_list().get(), RECORD, alice_user, Scope.THIS)
    later = START + timedelta(days=7, hours=4)
    merge(calendar, [instance(1, status="cancelled", is_recurring=True)])
    fresh = told(9, series_id="s2", starts_at=later, ical_uid="weekly@google.com")
    merge(calendar, [fresh], with_details=True)
    stands = Event.objects.get(upstream_id="e9")
    assert Choice.objects.about(stands) is not None
    assert stands in undoing.take_back(undo)
    assert not Choice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_undo_waits_for_the_reading_that_names_its_meeting(
    calendar: Calendar, weekly: list[Event], alice_user: User
) -> None:
    undo = say(weekly[1], RECORD, alice_user, Scope.THIS)

    def take_back() -> None:
        undoing.take_back(undo)
        connection.close()

    def somebody_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    with ThreadPoolExecutor(1) as hands:
        with transaction.atomic():
            read_details(calendar, 1)
            taken = hands.submit(take_back)
            while not somebody_waits():
                assert not taken.done()
                sleep(0.02)
        taken.result()
    assert not Choice.objects.exists()
