"""The one function that decides: what it says in each case, and that it always says something."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.models import Bot
from calendars.decisions import Decision, decide
from calendars.models import Calendar, Choice, Connection, Event, EventStatus, Verdict
from upstream.states import BotState, CalendarStatus

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LINK = "https://meet.google.com/abc-defg-hij"


@dataclass(frozen=True)
class FixedRule:
    label: str
    records: bool
    is_match: bool

    def matches(self, event: Event, /) -> bool:
        return self.is_match


def make(**fields: object) -> Event:
    starts_at = fields.pop("starts_at", NOW + timedelta(hours=1))
    assert isinstance(starts_at, datetime)
    return Event(
        **{
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30),
            "meeting_url": LINK,
            "attendees": [],
            **fields,
        }
    )


def on_calendar(status: CalendarStatus = CalendarStatus.ACTIVE, **fields: object) -> Calendar:
    return Calendar(connection=Connection(email="maya@northwind.example"), status=status, **fields)


def answer(
    event: Event,
    verdict: Verdict | None = None,
    *rules: FixedRule,
    calendar: Calendar | None = None,
) -> Decision:
    choice = Choice(verdict=verdict) if verdict else None
    return decide(event, rules, choice, calendar or on_calendar(), NOW)


DECLINED = [{"email": "maya@northwind.example", "is_self": True, "response": "declined"}]


@pytest.mark.parametrize(
    ("event", "verdict", "code", "is_recorded"),
    [
        (make(), None, "nothing", False),
        (make(), Verdict.RECORD, "chosen", True),
        (make(), Verdict.NEVER, "never", False),
        (make(meeting_url=""), None, "no_link", False),
        (make(meeting_url=""), Verdict.RECORD, "no_link", False),
        (make(meeting_url="", is_all_day=True), Verdict.RECORD, "no_link", False),
        (make(is_all_day=True), Verdict.RECORD, "chosen", True),
        (make(status=EventStatus.CANCELLED), Verdict.RECORD, "cancelled", False),
        (make(gone_at=NOW), Verdict.RECORD, "gone", False),
        (make(attendees=DECLINED), Verdict.RECORD, "declined", False),
        (make(starts_at=NOW - timedelta(hours=1)), Verdict.RECORD, "over", False),
        (make(starts_at=NOW - timedelta(minutes=10)), Verdict.RECORD, "chosen", True),
    ],
)
def test_each_case(event: Event, verdict: Verdict | None, code: str, is_recorded: bool) -> None:
    decision = answer(event, verdict)
    assert (decision.code, decision.will_record) == (code, is_recorded)
    assert decision.reason.startswith("Yes: " if is_recorded else "No: ")
    assert decision.is_wanted is (verdict == Verdict.RECORD)


def test_a_wish_without_a_link_needs_a_person() -> None:
    assert answer(make(meeting_url=""), Verdict.RECORD).needs_you
    assert not answer(make(meeting_url="")).needs_you


def test_the_first_rule_that_matches_speaks_and_a_choice_beats_it() -> None:
    skipped = FixedRule("customers", records=True, is_match=False)
    no = FixedRule("one to ones", records=False, is_match=True)
    yes = FixedRule("everything", records=True, is_match=True)
    assert not answer(make(), None, skipped, no, yes).will_record
    assert answer(make(), None, skipped, yes, no).will_record
    assert answer(make(), Verdict.RECORD, no).will_record
    assert not answer(make(), Verdict.NEVER, yes).will_record
    asked = [step.question for step in answer(make(), None, skipped, no, yes).trace]
    assert asked[-2:] == ["Rule “customers”", "Rule “one to ones”"]


def test_a_broken_calendar_pauses_and_takes_nothing_away() -> None:
    broken = on_calendar(CalendarStatus.REVOKED)
    unbooked = answer(make(), Verdict.RECORD, calendar=broken)
    assert (unbooked.will_record, unbooked.is_paused, unbooked.needs_you) == (False, True, True)
    booked = make(bot=Bot(state=BotState.SCHEDULED, booked_at=NOW))
    still = answer(booked, Verdict.RECORD, calendar=broken)
    assert (still.will_record, still.is_paused) == (True, True)
    off = answer(booked, Verdict.NEVER, calendar=broken)
    assert (off.will_record, off.is_paused) == (False, False)


DAYS = st.integers(-20, 40)
moments = st.builds(lambda days, minutes: NOW + timedelta(days=days, minutes=minutes), DAYS, DAYS)
people = st.fixed_dictionaries(
    {},
    optional={
        "email": st.text(max_size=5),
        "is_self": st.booleans(),
        "response": st.sampled_from(["", "declined", "accepted"]),
    },
)
events = st.builds(
    make,
    starts_at=moments,
    meeting_url=st.sampled_from(["", LINK]),
    is_all_day=st.booleans(),
    status=st.sampled_from(EventStatus.values),
    gone_at=st.none() | moments,
    attendees=st.lists(people, max_size=3),
    bot=st.none() | st.builds(Bot, state=st.sampled_from(BotState), booked_at=st.none() | moments),
)
calendars = st.builds(
    on_calendar, st.sampled_from(CalendarStatus), disconnected_at=st.none() | moments
)
rules = st.lists(st.builds(FixedRule, st.text(max_size=5), st.booleans(), st.booleans()))


@given(events, rules, st.none() | st.sampled_from(Verdict), calendars, moments)
def test_it_is_total_and_a_no_always_wins(
    event: Event,
    rules: list[FixedRule],
    verdict: Verdict | None,
    calendar: Calendar,
    now: datetime,
) -> None:
    choice = Choice(verdict=verdict) if verdict else None
    decision = decide(event, rules, choice, calendar, now)
    assert decision.reason
    assert decision.code
    assert decision.trace
    assert decision == decide(event, rules, choice, calendar, now)
    if verdict == Verdict.NEVER:
        assert not decision.will_record
        assert not decision.is_paused
    if decision.will_record:
        assert decision.is_wanted
        assert event.meeting_url
