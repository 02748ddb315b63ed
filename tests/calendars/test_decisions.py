"""The one function that decides: what it says in each case, and that it always says something."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from bots.models import Bot
from calendars.decisions import Decision, decide
from calendars.dry_run import concerns_of
from calendars.facts import Facts
from calendars.models import (
    Block,
    Calendar,
    Choice,
    Connection,
    Event,
    EventStatus,
    People,
    Recurrence,
    Rule,
    Series,
    Verdict,
)
from calendars.policies import Policy
from upstream.states import BotState, CalendarStatus, Platform

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LINK = "https://meet.google.com/abc-defg-hij"


MAYA = User(email="maya@northwind.example", name="Maya", time_zone="Europe/Stockholm")
UNHEARD = "a title that nobody gave"


def rule(name: str, *, records: bool, is_match: bool = True, **fields: Any) -> Rule:
    return Rule(
        **{"name": name, "records": records, "title_has": [] if is_match else [UNHEARD], **fields}
    )


def make(**fields: object) -> Event:
    starts_at = fields.pop("starts_at", NOW + timedelta(hours=1))
    assert isinstance(starts_at, datetime)
    return Event(
        **{
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30),
            "meeting_url": LINK,
            "attendees": [],
            "details_at": NOW,
            "calendar": on_calendar(),
            **fields,
        }
    )


def on_calendar(status: CalendarStatus = CalendarStatus.ACTIVE, **fields: object) -> Calendar:
    maya = Connection(email=MAYA.email, user=MAYA)
    return Calendar(pk=1, connection=maya, status=status, **fields)


def answer(
    event: Event,
    verdict: Verdict | None = None,
    *rules: Rule,
    calendar: Calendar | None = None,
    blocks: tuple[str, ...] = (),
) -> Decision:
    choice = Choice(verdict=verdict, chosen_by=MAYA) if verdict else None
    policy = Policy(rules, tuple(Block(pattern=one) for one in blocks))
    return decide(event, policy, choice, calendar or event.calendar, NOW)


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
        (
            make(status=EventStatus.CANCELLED, attendees=DECLINED),
            Verdict.RECORD,
            "declined",
            False,
        ),
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


def test_a_rule_without_a_link_is_no_call_for_help() -> None:
    decision = answer(make(meeting_url=""), None, rule("all", records=True))
    assert (decision.is_wanted, decision.needs_you) == (True, False)


def test_the_first_rule_that_matches_speaks_and_a_choice_beats_it() -> None:
    skipped = rule("customers", records=True, is_match=False)
    no = rule("one to ones", records=False)
    yes = rule("everything", records=True)
    assert not answer(make(), None, skipped, no, yes).will_record
    assert answer(make(), None, skipped, yes, no).will_record
    assert answer(make(), Verdict.RECORD, no).will_record
    assert not answer(make(), Verdict.NEVER, yes).will_record


def test_the_trace_tells_each_rule_its_version_and_why_it_was_skipped() -> None:
    off = rule("off", records=True, is_enabled=False)
    skipped = rule("customers", records=True, people="external", version=4)
    yes = rule("everything", records=True)
    trace = answer(make(), None, off, skipped, yes, blocks=("acme.example",)).trace
    assert [(step.question, step.answer) for step in trace] == [
        ("Can it take place?", "yes"),
        ("Is there a meeting link?", "yes"),
        ("Is anybody invited who must not be recorded?", "no"),
        ("Did somebody choose?", "no"),
        ("Rule “off”", "is switched off"),
        ("Rule “customers”", "does not match: nobody is external"),
        ("Rule “everything”", "matches: record"),
    ]
    assert [(step.rule, step.version) for step in trace[4:]] == [
        (off.public_id, 1),
        (skipped.public_id, 4),
        (yes.public_id, 1),
    ]
    told = " ".join(word for step in trace for word in step.for_support)
    assert "customers" not in told
    assert f"Rule {skipped.public_id}, version 4 does not match" in told


def test_a_calendars_own_rules_are_asked_first_and_only_there() -> None:
    everybody = rule("workspace", records=True)
    own = rule("own", records=False, calendar_id=1)
    elsewhere = rule("elsewhere", records=False, calendar_id=2)
    assert answer(make(), None, everybody, own).reason == "No: rule “own”"
    decision = answer(make(), None, everybody, elsewhere)
    assert decision.reason == "Yes: rule “workspace”"
    assert "elsewhere" not in str(decision.trace)


def test_a_locked_rule_beats_a_yes_and_a_calendars_rules_but_no_no() -> None:
    lock: dict[str, Any] = {"is_locked": True, "locked_by": User(name="Alice")}
    own = rule("own", records=True, calendar_id=1)
    off = rule("internal", records=False, **lock)
    decision = answer(make(), Verdict.RECORD, own, off)
    assert (decision.code, decision.will_record, decision.is_locked_off) == ("locked", False, True)
    assert decision.reason == (
        "No: locked by Alice, rule “internal”. The owner and the admins can change it"
    )
    assert decision.trace[-1].answer == (
        "yes, to record it, by Maya; what is above goes before that"
    )
    assert "Maya" not in " ".join(decision.trace[-1].for_support)
    on = rule("customers", records=True, **lock)
    own_no = rule("own", records=False, calendar_id=1)
    assert answer(make(), None, own_no, on).will_record
    assert answer(make(), Verdict.NEVER, on).code == "never"


def test_the_block_list_beats_everything() -> None:
    lock: dict[str, Any] = {"is_locked": True, "locked_by": None}
    yes = rule("all", records=True, **lock)
    event = make(organizer={"email": "Ines@EU.Acme.example"})
    for blocks in (("acme.example",), ("ines@eu.acme.example",), (MAYA.email,)):
        decision = answer(event, Verdict.RECORD, yes, blocks=blocks)
        assert (decision.code, decision.will_record) == ("blocked", False)
        assert decision.reason == f"No: {blocks[0]} is on the block list"
    for blocks in (("cme.example",), ("jo@eu.acme.example",), ("us.acme.example",)):
        assert answer(event, Verdict.RECORD, yes, blocks=blocks).will_record


def test_nothing_is_booked_before_the_invite_is_read() -> None:
    unread = make(details_at=None)
    everything = rule("all", records=True)
    assert answer(unread, None, everything).will_record
    waiting = answer(unread, Verdict.RECORD, everything, blocks=("acme.example",))
    assert (waiting.code, waiting.will_record, waiting.is_wanted) == ("unread", False, True)
    assert answer(unread, Verdict.NEVER, blocks=("acme.example",)).code == "never"
    inside: dict[str, Any] = {"people": "internal"}
    assert not answer(unread, None, rule("in", records=True, **inside)).will_record
    assert not answer(unread, None, rule("in", records=False, **inside), everything).will_record


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
ADDRESSES = ("acme.example", "ines@acme.example", "northwind.example", "x@eu.acme.example", "@", "")
WORDS = ("1:1", "weekly", "Straße", "会議", "x")
people = st.fixed_dictionaries(
    {},
    optional={
        "email": st.text(max_size=5) | st.sampled_from(ADDRESSES) | st.none(),
        "name": st.text(max_size=3),
        "is_organizer": st.booleans(),
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
    organizer=st.just({}) | st.sampled_from(ADDRESSES).map(lambda one: {"email": one}),
    details_at=st.none() | moments,
    title=st.text(max_size=8) | st.sampled_from(WORDS),
    time_zone=st.sampled_from(["", "Asia/Kolkata", "W. Europe Standard Time", "../etc", "\0"]),
    platform=st.sampled_from(Platform.values),
    series=st.none() | st.builds(Series, is_recurring=st.booleans()),
    calendar=st.just(None).map(lambda _: on_calendar()),
    bot=st.none()
    | st.builds(
        Bot,
        state=st.sampled_from(BotState),
        booked_at=st.none() | moments,
        starts_at=moments,
        state_at=moments,
    ),
)
calendars = st.builds(
    on_calendar, st.sampled_from(CalendarStatus), disconnected_at=st.none() | moments
)
rules = st.lists(
    st.builds(
        Rule,
        records=st.booleans(),
        is_enabled=st.booleans(),
        is_locked=st.booleans(),
        calendar=st.sampled_from([None, Calendar(pk=1, name="Maya"), Calendar(pk=2, name="Jo")]),
        people=st.sampled_from(People.values),
        is_own=st.booleans(),
        is_accepted=st.booleans(),
        guests=st.lists(st.sampled_from(ADDRESSES), max_size=2),
        title_has=st.lists(st.sampled_from(WORDS), max_size=2),
        title_lacks=st.lists(st.sampled_from(WORDS), max_size=2),
        platforms=st.lists(st.sampled_from([*Platform.values, "other"]), max_size=2),
        only_calendars=st.lists(st.integers(1, 2), max_size=2),
        weekdays=st.lists(st.integers(0, 6), max_size=3),
        starts_from=st.none() | st.times(),
        starts_until=st.none() | st.times(),
        least_people=st.none() | st.integers(0, 3),
        most_people=st.none() | st.integers(0, 3),
        recurrence=st.sampled_from(Recurrence.values),
    ),
    max_size=4,
)
blocks = st.lists(st.builds(Block, pattern=st.sampled_from(ADDRESSES)), max_size=1)
verdicts = st.none() | st.sampled_from(Verdict)
policies = st.builds(lambda rules, blocks: Policy(tuple(rules), tuple(blocks)), rules, blocks)


@settings(deadline=None)
@given(events, policies, verdicts, calendars, moments)
def test_it_is_total_and_a_no_always_wins(
    event: Event,
    policy: Policy,
    verdict: Verdict | None,
    calendar: Calendar,
    now: datetime,
) -> None:
    choice = Choice(verdict=verdict) if verdict else None
    decision = decide(event, policy, choice, calendar, now)
    assert decision.reason
    assert decision.code
    assert decision.trace
    assert decision == decide(event, policy, choice, calendar, now)
    if verdict == Verdict.NEVER:
        assert not decision.will_record
        assert not decision.is_paused
    if decision.will_record:
        assert decision.is_wanted
        assert event.meeting_url


@settings(deadline=None)
@given(events, rules, st.sampled_from(ADDRESSES), verdicts, calendars, moments)
def test_the_block_list_wins_over_everything(
    event: Event,
    rules: list[Rule],
    pattern: str,
    verdict: Verdict | None,
    calendar: Calendar,
    now: datetime,
) -> None:
    choice = Choice(verdict=verdict) if verdict else None
    addresses = {str(one.get("email")).strip().lower() for one in event.attendees}
    policy = Policy(tuple(rules), (Block(pattern=pattern),))
    if any(one == pattern or one.endswith(("@" + pattern, "." + pattern)) for one in addresses):
        assert not decide(event, policy, choice, calendar, now).will_record


@settings(deadline=None)
@given(events, rules, verdicts)
def test_a_locked_rule_wins_over_a_yes(
    event: Event, rules: list[Rule], verdict: Verdict | None
) -> None:
    locked = [one for one in rules if one.is_locked and one.is_enabled and one.matches(event)]
    if locked and verdict != Verdict.NEVER:
        decision = answer(event, verdict, *rules)
        assert decision.is_wanted is locked[0].records


@settings(deadline=None)
@given(events, rules, verdicts, st.randoms())
def test_order_matters_only_through_the_first_match(
    event: Event, rules: list[Rule], verdict: Verdict | None, chance: Random
) -> None:
    """Rules that do not match may stand anywhere, and so may those behind the one that speaks."""
    decision = answer(event, verdict, *rules)
    matching = [one for one in rules if one.is_enabled and one.matches(event)]
    speaking = [one for one in rules if one.public_id == decision.rule]
    skipped = [one for one in rules if one not in matching]
    behind = [one for one in matching if one not in speaking]
    chance.shuffle(skipped)
    if not any(one.is_locked or one.calendar_id for one in behind):
        chance.shuffle(behind)
    again = answer(event, verdict, *skipped, *speaking, *behind)
    assert (again.code, again.rule) == (decision.code, decision.rule)


@settings(deadline=None)
@given(events, policies, policies, verdicts, st.data())
def test_a_change_concerns_all_meetings_whose_answer_it_changes(
    event: Event, before: Policy, more: Policy, verdict: Verdict | None, data: st.DataObject
) -> None:
    """The dry run decides only those; nothing may be missing."""
    kept = data.draw(st.permutations(before.rules))[: data.draw(st.integers(0, 4))]
    after = Policy((*kept, *more.rules), more.blocks)
    if not concerns_of(before, after)(Facts.of(event)):
        choice = Choice(verdict=verdict) if verdict else None
        was, is_now = (decide(event, one, choice, event.calendar, NOW) for one in (before, after))
        assert (was.code, was.rule, was.will_record) == (
            is_now.code,
            is_now.rule,
            is_now.will_record,
        )
