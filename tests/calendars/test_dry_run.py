"""What a change would do, told before; and that saving it does exactly that."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User, Workspace
from calendars import coverage, policies, revising
from calendars.dry_run import LISTED, DryRun, compare
from calendars.models import Block, Calendar, Event, OwnDomain, Revision, Rule, Verdict
from calendars.policy_changes import (
    AddBlock,
    AddDomain,
    AddRule,
    Change,
    EditRule,
    MoveRule,
    RemoveBlock,
    RemoveDomain,
    RemoveRule,
)
from tests.calendars.factories import make_bot, make_calendar, make_event
from upstream.states import BotState, CalendarStatus

pytestmark = pytest.mark.django_db

INSIDE = [{"email": "maya@northwind.example", "is_self": True}]


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


def make_rule(workspace: Workspace, **fields: Any) -> Rule:
    rule = Rule(workspace=workspace, **fields)
    AddRule(rule).save()
    return rule


def tried(workspace: Workspace, change: Change, now: datetime | None = None) -> DryRun:
    policy = policies.load([workspace.pk])[workspace.pk]
    after = change.applied_to(policy)
    return compare(workspace, policy, after, now or timezone.now(), change.calendar)


def ahead_and_past(calendar: Calendar, **fields: Any) -> None:
    """One meeting of tomorrow and one of yesterday."""
    number = calendar.events.count()
    for days in (1, -1):
        at = timezone.now() + timedelta(days=days, minutes=number)
        make_event(calendar, starts_at=at, **fields)


def test_a_new_rule_is_told_for_both_months_with_reasons(
    workspace: Workspace, calendar: Calendar
) -> None:
    ahead_and_past(calendar, title="Acme")
    ahead_and_past(calendar, title="Standup", attendees=INSIDE)
    run = tried(workspace, AddRule(Rule(workspace=workspace, people="external")))
    for stretch in (run.ahead, run.past):
        assert (stretch.added, stretch.removed, stretch.unchanged) == (1, 0, 1)
        (meeting,) = stretch.listed_added
        assert (meeting.title, meeting.before, meeting.after) == (
            "Acme",
            "No: nobody asked for it",
            "Yes: rule “Record meetings with someone external”",
        )
    assert run.button("Save") == "Record 1 more meeting"
    assert not Rule.objects.exists()


def test_a_month_is_a_month(workspace: Workspace, calendar: Calendar) -> None:
    now = timezone.now()
    for days in (-32, -29, 29, 31):
        make_event(calendar, starts_at=now + timedelta(days=days))
    run = tried(workspace, AddRule(Rule(workspace=workspace)), now)
    assert (run.ahead.added, run.past.added) == (1, 1)


def test_a_choice_stays_what_it_is(
    workspace: Workspace, calendar: Calendar, alice_user: User
) -> None:
    for verdict in (Verdict.RECORD, Verdict.NEVER):
        make_event(calendar).choose(verdict, by=alice_user, at=timezone.now())
    run = tried(workspace, AddRule(Rule(workspace=workspace)))
    assert (run.ahead.changes, run.ahead.unchanged) == (0, 2)
    assert run.button("Save") == "Save; nothing changes"
    locked = Rule(workspace=workspace, records=False, is_locked=True)
    assert tried(workspace, AddRule(locked)).button("Save") == "Stop recording 1 meeting"


def test_more_and_less_at_once(workspace: Workspace, calendar: Calendar) -> None:
    rule = make_rule(workspace, people="external")
    make_event(calendar)
    for _ in range(2):
        make_event(calendar, attendees=INSIDE)
    inside = Rule.objects.get(pk=rule.pk)
    inside.people = "internal"
    run = tried(workspace, EditRule(inside, old=rule))
    assert run.button("Save") == "Stop recording 1 meeting, record 2 more"


def test_order_switches_and_blocks(workspace: Workspace, calendar: Calendar) -> None:
    make_event(calendar)
    no = make_rule(workspace, records=False, title_has=["Meeting"])
    yes = make_rule(workspace)
    assert tried(workspace, MoveRule(yes, "up")).ahead.added == 1
    assert tried(workspace, MoveRule(no, "up")).ahead.changes == 0
    assert tried(workspace, RemoveRule(no)).ahead.added == 1
    off = Rule.objects.get(pk=no.pk)
    off.is_enabled = False
    assert tried(workspace, EditRule(off, old=no, action="rule.disable")).ahead.added == 1
    RemoveRule(no).save()
    block = Block(workspace=workspace, pattern="acme.example")
    assert tried(workspace, AddBlock(block)).ahead.removed == 1
    AddBlock(block).save()
    assert tried(workspace, RemoveBlock(block)).ahead.added == 1


def test_a_domain_of_colleagues_changes_who_is_external(
    workspace: Workspace, calendar: Calendar
) -> None:
    make_rule(workspace, people="external")
    make_event(calendar)
    make_event(calendar, attendees=[*INSIDE, {"email": "x@globex.example"}])
    own = OwnDomain(workspace=workspace, domain="acme.example")
    run = tried(workspace, AddDomain(own))
    assert (run.ahead.removed, run.ahead.unchanged) == (1, 1)
    AddDomain(own).save()
    assert tried(workspace, RemoveDomain(own)).ahead.added == 1
    AddRule(Rule(workspace=workspace, people="internal", records=False)).save()
    assert tried(workspace, RemoveDomain(own)).ahead.added == 1


def test_a_meeting_of_no_series_does_not_repeat(workspace: Workspace, calendar: Calendar) -> None:
    make_event(calendar, series=None)
    assert tried(workspace, AddRule(Rule(workspace=workspace, recurrence="once"))).ahead.added == 1


def test_one_meeting_on_two_calendars_counts_once(
    workspace: Workspace, calendar: Calendar, bob_user: User
) -> None:
    theirs = make_calendar(workspace, bob_user)
    for one in (calendar, theirs):
        make_event(one, identity="same", meeting_url="https://meet.google.com/aaa-bbbb-ccc")
    Event.objects.update(starts_at=Event.objects.earliest("id").starts_at)
    mine = make_rule(workspace, calendar=calendar)
    run = tried(workspace, AddRule(Rule(workspace=workspace)))
    assert (run.ahead.changes, run.ahead.still_covered) == (0, 1)
    assert tried(workspace, RemoveRule(mine)).ahead.removed == 1
    make_rule(workspace, calendar=theirs)
    run = tried(workspace, RemoveRule(mine))
    assert (run.ahead.removed, run.ahead.still_covered) == (0, 1)


def test_what_ails_a_calendar_today_says_nothing_about_the_past(
    workspace: Workspace, calendar: Calendar
) -> None:
    ahead_and_past(calendar)
    Calendar.objects.update(status=CalendarStatus.REVOKED)
    run = tried(workspace, AddRule(Rule(workspace=workspace)))
    assert (run.ahead.added, run.past.added) == (0, 1)


def test_it_warns_of_bots_that_would_leave_now(workspace: Workspace, calendar: Calendar) -> None:
    rule = make_rule(workspace)
    make_bot(make_event(calendar))
    running = make_event(calendar, starts_at=timezone.now() - timedelta(minutes=5))
    make_bot(running, state=BotState.RECORDING)
    run = tried(workspace, RemoveRule(rule))
    assert (run.ahead.removed, run.ahead.leaving) == (2, 1)


def test_many_are_counted_and_the_first_listed(workspace: Workspace, calendar: Calendar) -> None:
    one = make_event(calendar)
    Event.objects.bulk_create(_copy(one, number) for number in range(1, LISTED + 3))
    run = tried(workspace, AddRule(Rule(workspace=workspace)))
    assert run.ahead.added == LISTED + 3
    assert len(run.ahead.listed_added) == LISTED
    assert run.ahead.unlisted_added == 3


def _copy(event: Event, number: int) -> Event:
    return Event(
        workspace=event.workspace,
        calendar=event.calendar,
        upstream_id=f"copy-{number}",
        identity=f"copy-{number}",
        original_start=event.starts_at,
        starts_at=event.starts_at + timedelta(minutes=number),
        ends_at=event.ends_at + timedelta(minutes=number),
        meeting_url=event.meeting_url,
    )


def queries_of(workspace: Workspace) -> int:
    with CaptureQueriesContext(database) as seen:
        tried(workspace, AddRule(Rule(workspace=workspace)))
    return len(seen)


def test_queries_do_not_grow(workspace: Workspace, alice_user: User) -> None:
    ahead_and_past(make_calendar(workspace, alice_user))
    first = queries_of(workspace)
    for _ in range(5):
        calendar = make_calendar(workspace, alice_user)
        make_rule(workspace, calendar=calendar, records=False)
        ahead_and_past(calendar)
        ahead_and_past(calendar, title="", is_private=True)
        for event in calendar.events.all():
            make_bot(event)
    assert queries_of(workspace) == first


@pytest.mark.parametrize("kind", ["add", "edit", "move", "remove", "block", "unblock", "own"])
def test_saving_does_what_was_told(workspace: Workspace, calendar: Calendar, kind: str) -> None:
    first, last = make_rule(workspace, name="a"), make_rule(workspace, name="b", records=False)
    own = make_rule(workspace, name="c", calendar=calendar)
    locked = make_rule(workspace, name="d", is_locked=True)
    old = Block(workspace=workspace, pattern="globex.example")
    AddBlock(old).save()
    edited = Rule.objects.get(pk=own.pk)
    edited.title_has = ["x"]
    changes: dict[str, Change] = {
        "add": AddRule(Rule(workspace=workspace, name="e", calendar=calendar)),
        "edit": EditRule(edited, old=own),
        "move": MoveRule(last, "up"),
        "remove": RemoveRule(first),
        "block": AddBlock(Block(workspace=workspace, pattern="acme.example")),
        "unblock": RemoveBlock(old),
        "own": AddDomain(OwnDomain(workspace=workspace, domain="acme.example")),
    }
    before = policies.load([workspace.pk])[workspace.pk]
    told = changes[kind].applied_to(before)
    changes[kind].save()
    saved = policies.load([workspace.pk])[workspace.pk]

    def asked(policy: policies.Policy) -> list[list[str]]:
        lists = (policy.locked, policy.asked(calendar.pk), policy.blocks)
        rules, own, blocks = ([one.public_id for one in found] for found in lists)
        return [rules, own, sorted(blocks), sorted(policy.homes)]

    assert asked(told) == asked(saved)
    assert saved.fingerprint != before.fingerprint
    assert locked.public_id in asked(saved)[0]


def test_deciding_again_after_a_change(workspace: Workspace, calendar: Calendar) -> None:
    wanted, other = make_event(calendar), make_event(calendar, attendees=INSIDE)
    make_rule(workspace, people="external")
    revising.ask(workspace)
    revising.revise(workspace)
    revision = Revision.objects.get()
    assert (revision.decided, revision.meetings) == (2, 2)
    assert revision.finished_at is not None
    wanted.refresh_from_db()
    other.refresh_from_db()
    assert (wanted.will_record, wanted.decision_code) == (True, "rule")
    assert not other.will_record
    assert coverage.count(workspace, timezone.now()).recorded == 1


def test_a_lost_change_is_found(workspace: Workspace) -> None:
    revising.ask(workspace)
    assert not Revision.objects.lost().exists()
    Revision.objects.update(updated_at=timezone.now() - timedelta(minutes=2))
    assert Revision.objects.lost().exists()
    revising.revise(workspace)
    assert not Revision.objects.lost().exists()
