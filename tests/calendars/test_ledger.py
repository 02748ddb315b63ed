"""Expected against got: the numbers add up, and what is past stays as it was."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot, Outcome
from calendars import coverage, scheduling
from calendars.agenda import make_rows
from calendars.ledger import SAVING, ended_as, explain_missing_bot, take_stock
from calendars.models import Block, Calendar, Choice, Event, Rule, Verdict
from tests.calendars.factories import make_bot, make_calendar, make_event
from upstream.states import BotState, CalendarStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


def make_past(calendar: Calendar, user: User, **fields: Any) -> Event:
    """A meeting of yesterday that somebody had switched on, decided while it was ahead."""
    starts_at = fields.pop("starts_at", None) or timezone.now() - timedelta(days=1)
    event = make_event(calendar, starts_at=starts_at, **fields)
    event.choose(Verdict.RECORD, by=user, at=starts_at - timedelta(hours=1))
    coverage.decide_again([event], now=starts_at - timedelta(minutes=30))
    event.refresh_from_db()
    assert event.was_intended
    return event


def kept(event: Event) -> tuple[bool, bool, bool, str]:
    event.refresh_from_db()
    return event.will_record, event.needs_you, event.is_paused, event.decision_code


def ended(event: Event, outcome: str, state: BotState = BotState.FAILED) -> Bot:
    return make_bot(event, state=state, outcome=outcome, state_at=event.ends_at)


def test_outcomes_add_up_to_what_was_expected(calendar: Calendar, alice_user: User) -> None:
    for outcome in Outcome:
        ended(make_past(calendar, alice_user), outcome)
    ended(make_past(calendar, alice_user), "", BotState.IN_CALL)  # over, and nobody said how
    make_past(calendar, alice_user)  # no bot went
    make_past(calendar, alice_user, booking_error="The limit is reached.")
    late = timezone.now() - timedelta(minutes=40)
    ended(make_past(calendar, alice_user, starts_at=late), "", BotState.PROCESSING)
    ended(make_past(calendar, alice_user), "", BotState.RECORDING)  # silent since yesterday
    make_event(calendar, starts_at=timezone.now() - timedelta(days=1))  # nobody wanted it
    make_event(calendar)  # still ahead
    ledger = take_stock(calendar.workspace.events.all(), timezone.now())
    once = {str(outcome): 1 for outcome in Outcome}
    assert ledger.total.counts == {**once, "unknown": 4, "technical": 2, SAVING: 1}
    assert ledger.total.expected == Event.objects.intended().count() == 13
    assert sum(number for _, number, _ in ledger.total.got) == 13
    assert sum(tally.expected for _, tally in ledger.days) == 13


def test_each_number_opens_as_many_rows(calendar: Calendar, alice_user: User) -> None:
    for brought in (Outcome.RECORDED, Outcome.RECORDED, Outcome.REFUSED):
        ended(make_past(calendar, alice_user), brought)
    events, now = calendar.workspace.events.all(), timezone.now()
    for outcome, number, _ in take_stock(events, now).total.got:
        assert ended_as(events, now, outcome).count() == number


def test_days_are_those_of_the_reader(calendar: Calendar, alice_user: User) -> None:
    late = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # in Stockholm half past midnight, the 30th
    ended(make_past(calendar, alice_user, starts_at=late), Outcome.RECORDED)
    midnight = datetime(2026, 3, 29, tzinfo=UTC)
    whole_day = make_past(
        calendar,
        alice_user,
        starts_at=midnight,
        ends_at=midnight + timedelta(days=1),
        is_all_day=True,
    )
    ended(whole_day, Outcome.RECORDED)
    for zone, days in (("Europe/Stockholm", [30, 29]), ("America/New_York", [29])):
        with timezone.override(ZoneInfo(zone)):
            ledger = take_stock(calendar.workspace.events.all(), timezone.now())
        assert [day.day for day, _ in ledger.days] == days


def test_a_meeting_put_off_after_its_bot_came_home_counts_for_itself(
    calendar: Calendar, alice_user: User
) -> None:
    event = make_past(calendar, alice_user)
    before = event.starts_at - timedelta(days=1)
    make_bot(event, starts_at=before, state=BotState.DONE, outcome="recorded", state_at=before)
    ledger = take_stock(calendar.workspace.events.all(), timezone.now())
    assert ledger.total.counts == {"unknown": 1}


def test_nothing_rewrites_the_past(calendar: Calendar, alice_user: User) -> None:
    event = make_past(calendar, alice_user)
    other = make_event(calendar, starts_at=timezone.now() - timedelta(days=1))
    before = kept(event), kept(other)
    Choice.objects.all().delete()
    Rule.objects.create(workspace=calendar.workspace, records=True)
    coverage.decide_again([event, other])
    event.choose(Verdict.NEVER, by=alice_user, at=timezone.now())
    coverage.decide_again([event, other])
    calendar.status = CalendarStatus.REVOKED
    calendar.save()
    coverage.decide_calendar_again(calendar)
    coverage.decide_again([event, other])
    calendar.disconnected_at = timezone.now()
    calendar.save()
    coverage.decide_calendar_again(calendar)
    coverage.decide_again([event, other])
    scheduling.schedule(Event.objects.for_work().get(pk=event.pk))
    Event.objects.filter(pk=other.pk).update(status="cancelled", gone_at=timezone.now())
    coverage.decide_again(Event.objects.for_list())
    assert (kept(event), kept(other)) == before
    rows = {row.event.pk: row.reason for row in make_rows(Event.objects.for_list())}
    assert rows[event.pk] == "It was wanted, and no bot went"


@pytest.mark.parametrize(
    ("fields", "verdict", "why"),
    [
        ({}, None, "nobody asked for it"),
        ({}, Verdict.NEVER, "it was switched off"),
        ({"title": "1:1 Ada"}, None, "a rule said no"),
        ({"title": "1:1 Ada", "meeting_url": ""}, None, "there was no meeting link"),
        ({"attendees": [{"email": "ines@rival.example"}]}, Verdict.RECORD, "somebody on the block"),
    ],
)
def test_what_was_not_to_be_recorded_says_why(
    calendar: Calendar,
    alice_user: User,
    fields: dict[str, Any],
    verdict: Verdict | None,
    why: str,
) -> None:
    Rule.objects.create(workspace=calendar.workspace, records=False, title_has=["1:1"])
    Block.objects.create(workspace=calendar.workspace, pattern="rival.example")
    event = make_event(calendar, starts_at=timezone.now() - timedelta(days=1), **fields)
    if verdict:
        event.choose(verdict, by=alice_user, at=event.starts_at - timedelta(hours=1))
    coverage.decide_again([event], now=event.starts_at)
    Rule.objects.all().delete()
    Block.objects.all().delete()
    (row,) = make_rows(Event.objects.for_list())
    assert row.reason.startswith(f"Not recorded: {why}")


def test_a_meeting_that_is_put_off_is_decided_anew(calendar: Calendar, alice_user: User) -> None:
    event = make_past(calendar, alice_user)
    Choice.objects.all().delete()
    event.starts_at = timezone.now() + timedelta(days=1)
    event.ends_at = event.starts_at + timedelta(hours=1)
    event.save()
    coverage.decide_again([event])
    assert kept(event) == (False, False, False, "nothing")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"booking_error": "The limit is reached."}, "The limit is reached."),
        ({"is_paused": True, "needs_you": True}, "Its calendar was disconnected"),
        ({"needs_you": True}, "There was no meeting link"),
        ({"will_record": True}, "nothing tells why"),
    ],
)
def test_a_meeting_without_a_bot_says_why(fields: dict[str, Any], sentence: str) -> None:
    assert sentence in explain_missing_bot(Event(**fields))
