"""Many hands on the switch at once, and several people in one meeting: one bot, the last wish."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot
from calendars import choosing, coverage, scheduling
from calendars.merging import merge
from calendars.models import Calendar, Choice, Event, Verdict
from tests.calendars.factories import make_calendar, make_event
from tests.calendars.test_sync import told
from tests.calendars.wishes import bookings, bots, make_twin, settle, want
from tests.calendars.world import Outside

pytestmark = pytest.mark.django_db(transaction=True)
ON, OFF = Verdict.RECORD, Verdict.NEVER


def all_at_once(count: int, do: Callable[[int], None]) -> None:
    """Call `do(number)` in as many threads, let go together."""
    together = Barrier(count)

    def one(number: int) -> None:
        together.wait()
        try:
            do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as hands:
        list(hands.map(one, range(count)))


def work_on(event: Event, tries: int = 40) -> None:
    """What a worker does: when somebody else is at it, come back in a moment."""
    for _ in range(tries):
        try:
            return scheduling.schedule(Event.objects.for_work().get(pk=event.pk))
        except scheduling.Busy:
            sleep(random.uniform(0.01, 0.2))
    raise AssertionError("always busy")


@pytest.fixture
def late(calendar: Calendar) -> Event:
    return make_event(calendar, starts_at=timezone.now() + timedelta(minutes=1))


@pytest.mark.parametrize("last", [ON, OFF])
def test_hammering_the_switch_ends_in_the_last_wish(
    event: Event, alice_user: User, outside: Outside, last: Verdict
) -> None:
    other = OFF if last == ON else ON

    def toggle(number: int) -> None:
        want(Event.objects.for_work().get(pk=event.pk), last if number % 2 else other, alice_user)
        work_on(event)

    all_at_once(4, toggle)
    want(Event.objects.for_work().get(pk=event.pk), last, alice_user)
    work_on(event)
    assert len(bookings(outside)) == (1 if last == ON else 0)
    assert Bot.objects.unfinished().count() == len(bookings(outside))
    assert settle(event).is_covered == (last == ON)


def test_colleagues_who_wish_at_the_same_moment_get_one_bot(
    event: Event, alice_user: User, outside: Outside
) -> None:
    twins = [event, make_twin(event, alice_user), make_twin(event, alice_user)]
    for twin in twins:
        want(twin, ON, alice_user)
    all_at_once(3, lambda number: work_on(twins[number]))
    assert len(bookings(outside)) == 1
    assert len({settle(twin).bot_id for twin in twins}) == 1


def test_a_colleague_who_wishes_while_another_is_refused_keeps_the_bot(
    event: Event, alice_user: User, outside: Outside
) -> None:
    stranger = make_twin(event, alice_user)  # the provider does not know it
    for twin in (event, stranger):
        want(twin, ON, alice_user)

    def once_let_go(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if sql.startswith('UPDATE "calendars_event" SET "bot_id" = NULL'):
            all_at_once(1, lambda number: work_on(event))
        return answer

    with connection.execute_wrapper(once_let_go):
        settle(stranger)
    event = settle(event)
    assert len(bookings(outside)) == 1
    assert event.bot is not None
    assert not event.bot.is_final


def test_one_switches_off_while_a_colleague_switches_on(
    event: Event, alice_user: User, outside: Outside
) -> None:
    want(event, ON, alice_user)
    settle(event)
    twin = make_twin(event, alice_user)
    Event.objects.filter(pk=twin.pk).update(link_source="found")
    want(event, OFF, alice_user)
    want(twin, ON, alice_user)
    all_at_once(2, lambda number: work_on([event, twin][number]))
    twin = settle(twin)
    assert len(bookings(outside)) == 1
    assert twin.bot is not None
    assert not twin.bot.is_final
    want(twin, OFF, alice_user)
    settle(twin)
    assert bookings(outside) == []


def test_many_workers_send_one_bot_to_a_running_meeting(
    late: Event, alice_user: User, outside: Outside
) -> None:
    want(late, ON, alice_user)
    all_at_once(4, lambda number: work_on(late))
    assert len(bots(outside)) == 1


def test_two_who_decide_the_same_meetings_do_not_block_each_other(
    workspace: Workspace, alice_user: User
) -> None:
    calendar = make_calendar(workspace, alice_user)
    events = [make_event(calendar), make_event(calendar, meeting_url="")]
    for event in events:
        event.choose(ON, by=alice_user, at=timezone.now())

    def decide() -> None:
        with transaction.atomic():
            coverage.decide_again(reversed(events))  # and the answers differ
        connection.close()

    def somebody_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return bool(cursor.fetchone()[0])

    with ThreadPoolExecutor(1) as hands:
        with transaction.atomic():
            Event.objects.filter(pk=events[0].pk).update(title="First")
            decided = hands.submit(decide)
            while not somebody_waits():
                assert not decided.done()
                sleep(0.02)
            Event.objects.filter(pk=events[1].pk).update(title="Second")
        decided.result()
    answers = Event.objects.order_by("pk").values_list("will_record", "needs_you", "title")
    assert list(answers) == [(True, False, "First"), (False, True, "Second")]


@pytest.mark.parametrize("waits", ["the reading", "the click"])
def test_a_click_while_its_meeting_gets_its_own_name_counts(
    workspace: Workspace, alice_user: User, waits: str
) -> None:
    """The first listing names a meeting by the provider's id; then the calendar's own comes."""
    calendar = make_calendar(workspace, alice_user)
    merge(calendar, [told()])
    row = Event.objects.for_list().get()

    def read() -> None:
        merge(calendar, [told(ical_uid="standup@google.com")], with_details=True)
        connection.close()

    with ThreadPoolExecutor(1) as reader:
        if waits == "the click":
            read()
        with transaction.atomic():
            chosen = choosing.choose([row], ON, by=alice_user, at=timezone.now())
            reading = reader.submit(read)
            sleep(0.2)  # it waits for us, or has been there before us
        reading.result()
    assert [event.pk for event in chosen.events] == [row.pk]
    assert Event.objects.get().identity == Choice.objects.get().identity == "standup@google.com"
