"""The pages of rules: nothing is saved before it was seen, and who may save what."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, User, Workspace
from calendars import connecting
from calendars.models import Block, Calendar, Connection, Event, OwnDomain, Revision, Rule, Verdict
from calendars.policy_changes import AddBlock, AddDomain, AddRule
from calendars.rulebook import STARTS
from dashboard.history import describe
from tests.calendars.factories import make_calendar, make_event
from tests.calendars.world import Outside

pytestmark = pytest.mark.django_db

EXTERNAL = {"scope": "everybody", "records": "yes", "people": "external"}


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


@pytest.fixture
def booked(request: pytest.FixtureRequest) -> Calendar:
    """Maya's calendar as the sandbox has it; `calendar` of this module is a bare row."""
    connection = request.getfixturevalue("connection")
    account = request.getfixturevalue("account")
    outside = request.getfixturevalue("outside")
    with outside.work():
        connecting.choose(connection, account, connecting.available(connection, account)[:1])
    found: Calendar = outside.wait_until_read(Calendar.objects.get())
    return found


def make_rule(workspace: Workspace, **fields: Any) -> Rule:
    rule = Rule(workspace=workspace, **fields)
    AddRule(rule).save()
    return rule


def confirm(client: Client, path: str, data: Mapping[str, Any]) -> Any:
    """Look at the dry run, then press its button, as a browser without script does."""
    page = client.post(path, data)
    assert page.status_code == 200, page.content.decode()
    shown = page.content.decode()
    carried = re.findall(r'<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)">', shown)
    again: dict[str, Any] = {"seen": page.context["fingerprint"]}
    for name, value in carried:
        again.setdefault(name, []).append(value)
    return client.post(path, again)


def told() -> str:
    entry = AuditEntry.objects.latest("id")
    return f"{describe(entry).sentence}: {entry.before} → {entry.after}"


def test_a_rule_is_seen_before_it_is_saved(
    alice: Client, workspace: Workspace, calendar: Calendar
) -> None:
    make_event(calendar, title="Acme")
    page = alice.post("/rules/new/", EXTERNAL)
    assert page.context["button"] == "Record 1 more meeting"
    assert "Record meetings with someone external." in page.content.decode()
    assert not Rule.objects.exists()
    assert (
        confirm(alice, "/rules/new/", {**EXTERNAL, "weekdays": ["0", "6"]})["Location"] == "/rules/"
    )
    rule = Rule.objects.get()
    assert (rule.people, rule.weekdays, rule.calendar) == ("external", [0, 6], None)
    assert Revision.objects.get().workspace == workspace
    sentence = "Record meetings with someone external, on Monday and Sunday."
    assert told() == f"made a rule: {{}} → {{'rule': '{sentence}'}}"


def test_saving_twice_saves_once(alice: Client, calendar: Calendar) -> None:
    page = alice.post("/rules/new/", EXTERNAL)
    data = {**EXTERNAL, "seen": page.context["fingerprint"]}
    assert alice.post("/rules/new/", data).status_code == 302
    again = alice.post("/rules/new/", data)
    assert again.status_code == 409
    assert "Somebody changed the rules since you looked" in again.content.decode()
    assert Rule.objects.count() == 1


def test_a_person_goes_back_to_the_form_with_everything_in_it(alice: Client) -> None:
    page = alice.post("/rules/new/", {**EXTERNAL, "guests": "Acme.com", "edit": "1"})
    assert page.status_code == 200
    assert page.context["form"]["guests"].value() == "Acme.com"
    assert not Rule.objects.exists()


@pytest.mark.parametrize("start", [one.key for one in STARTS])
def test_a_ready_made_rule_fills_the_form_only(alice: Client, start: str) -> None:
    assert f"?start={start}" in alice.get("/rules/").content.decode()
    page = alice.get(f"/rules/new/?start={start}")
    wanted = next(one for one in STARTS if one.key == start)
    assert page.context["sentence"] == Rule(**wanted.fields).sentence
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"guests": "acme"}, "guests", "neither a domain nor an address"),
        ({"guests": "a b@acme.com"}, "guests", "neither"),
        ({"starts_from": "09:00"}, "starts_until", "both times"),
        ({"starts_from": "09:00", "starts_until": "09:00"}, "starts_until", "not the one"),
        ({"least_people": "3", "most_people": "2"}, "most_people", "fewer"),
        ({"weekdays": ["7"]}, "weekdays", "valid choice"),
        ({"platforms": ["fax"]}, "platforms", "valid choice"),
        ({"title_has": "a" * 101}, "title_has", "too long"),
        ({"title_has": "a\u202eb"}, "title_has", "cannot be seen"),
        ({"title_lacks": ",".join(map(str, range(101)))}, "title_lacks", "At most"),
        ({"records": ""}, "records", "required"),
        ({"least_people": "-1"}, "least_people", "greater than or equal"),
    ],
)
def test_what_is_filled_in_wrong_is_told_and_kept(
    alice: Client, data: dict[str, Any], field: str, said: str
) -> None:
    page = alice.post("/rules/new/", {**EXTERNAL, **data})
    assert page.status_code == 422
    assert said in str(page.context["form"].errors[field])
    assert page.context["form"]["people"].value() == "external"


def test_lists_are_taken_as_people_paste_them(alice: Client) -> None:
    data = {"guests": "@Acme.com; https://globex.example/\nmailto:Ines@x.example,, acme.com"}
    confirm(alice, "/rules/new/", {**EXTERNAL, **data, "title_has": " Demo , demo,QBR "})
    rule = Rule.objects.get()
    assert rule.guests == ["acme.com", "globex.example", "ines@x.example"]
    assert rule.title_has == ["Demo", "demo", "QBR"]


def test_the_sentence_follows_the_form(alice: Client) -> None:
    page = alice.post("/rules/sentence/", {**EXTERNAL, "records": "no"}).content.decode()
    assert "Don’t record meetings with someone external." in page
    assert "<html" not in page
    wrong = alice.post("/rules/sentence/", {**EXTERNAL, "guests": "?"}).content.decode()
    assert "not filled in right" in wrong


def test_changing_a_rule_counts_its_versions(alice: Client, workspace: Workspace) -> None:
    rule = make_rule(workspace, people="external", only_calendars=[])
    assert alice.get(f"/rules/{rule.public_id}/").context["sentence"] == rule.sentence
    confirm(alice, f"/rules/{rule.public_id}/", {"records": "no", "name": "Customers"})
    rule = Rule.objects.get()
    assert (rule.version, rule.people, rule.records, rule.name) == (2, "", False, "Customers")
    assert told() == (
        "changed a rule: {'rule': 'Record meetings with someone external.'} → "
        "{'name': 'Customers', 'rule': 'Don’t record all meetings.'}"
    )


def test_deleting_asks_first(alice: Client, workspace: Workspace, calendar: Calendar) -> None:
    rule = make_rule(workspace)
    make_event(calendar)
    page = alice.get(f"/rules/{rule.public_id}/removal/")
    assert page.context["button"] == "Stop recording 1 meeting"
    assert Rule.objects.exists()
    confirm(alice, f"/rules/{rule.public_id}/removal/", {})
    assert not Rule.objects.exists()
    assert told() == "deleted a rule: {'rule': 'Record all meetings.'} → {}"


def test_moving_asks_only_when_something_changes(
    alice: Client, workspace: Workspace, calendar: Calendar
) -> None:
    first, last = make_rule(workspace), make_rule(workspace, records=False, title_has=["Meeting"])
    path = f"/rules/{last.public_id}/place/"
    assert alice.post(path, {"direction": "up"}).status_code == 302  # no meeting, no question
    assert list(Rule.objects.in_order()) == [last, first]
    make_event(calendar)
    page = alice.post(path, {"direction": "down"})
    assert page.context["button"] == "Record 1 more meeting"
    assert list(Rule.objects.in_order()) == [last, first]
    confirm(alice, path, {"direction": "down"})
    assert list(Rule.objects.in_order()) == [first, last]
    assert told().startswith("moved a rule among the others")
    assert alice.post(path, {"direction": "sideways"}).status_code == 422


def test_switching_a_rule_off_and_on(alice: Client, workspace: Workspace) -> None:
    rule = make_rule(workspace)
    path = f"/rules/{rule.public_id}/state/"
    alice.post(path)
    assert not Rule.objects.get().is_enabled
    assert told().startswith("switched a rule off")
    alice.post(path, {"is_enabled": "on"})
    assert Rule.objects.get().is_enabled


def test_locking_says_who_did_it(alice: Client, alice_user: User, calendar: Calendar) -> None:
    confirm(alice, "/rules/new/", {**EXTERNAL, "records": "no", "is_locked": "on"})
    rule = Rule.objects.get()
    assert (rule.is_locked, rule.locked_by) == (True, alice_user)
    event = make_event(calendar)
    event.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    page = alice.get("/events/").content.decode()
    assert "locked by Alice, rule “Don’t record meetings with someone external”" in page
    assert "The owner and the admins can change it" in page
    assert f'id="switch-{event.public_id}"' not in page
    confirm(alice, f"/rules/{rule.public_id}/", {"records": "no", "people": "external"})
    assert Rule.objects.get().locked_by is None
    own = {**EXTERNAL, "scope": calendar.public_id, "is_locked": "on"}
    assert alice.post("/rules/new/", own).status_code == 422


def test_the_block_list(alice: Client, workspace: Workspace, calendar: Calendar) -> None:
    make_rule(workspace)
    make_event(calendar)
    page = alice.post("/rules/blocks/", {"pattern": "https://ACME.example/"})
    assert page.context["button"] == "Stop recording 1 meeting"
    confirm(alice, "/rules/blocks/", {"pattern": "acme.example"})
    block = Block.objects.get()
    assert told() == "put somebody on the block list: {} → {'never recorded': 'acme.example'}"
    assert alice.post("/rules/blocks/", {"pattern": "Acme.Example"}).status_code == 422
    for wrong in ("com", "gmail.com", "", "a@b@c", "x\u202e.com"):
        assert alice.post("/rules/blocks/", {"pattern": wrong}).status_code == 422
    confirm(alice, f"/rules/blocks/{block.public_id}/removal/", {})
    assert not Block.objects.exists()


def test_the_domains_of_colleagues(alice: Client, workspace: Workspace, calendar: Calendar) -> None:
    make_rule(workspace, people="external")
    make_event(calendar)
    assert "with <bdi>acme.example</bdi>" in alice.get("/events/").content.decode()
    page = alice.post("/rules/colleagues/", {"domain": "@ACME.example"})
    assert page.context["button"] == "Stop recording 1 meeting"
    confirm(alice, "/rules/colleagues/", {"domain": "acme.example"})
    own = OwnDomain.objects.get()
    assert told() == "named a domain of colleagues: {} → {'colleagues': 'acme.example'}"
    assert "with <bdi>acme.example</bdi>" not in alice.get("/events/").content.decode()
    for wrong in ("acme.example", "com", "gmail.com", "", "ines@globex.example", "x\u202e.com"):
        assert alice.post("/rules/colleagues/", {"domain": wrong}).status_code == 422
    confirm(alice, f"/rules/colleagues/{own.public_id}/removal/", {})
    assert not OwnDomain.objects.exists()


def test_a_second_company_under_the_roof_is_suggested(
    alice: Client, bob: Client, alice_user: User, workspace: Workspace, calendar: Calendar
) -> None:
    def suggested() -> list[str]:
        return list(alice.get("/rules/colleagues/").context["suggested"])

    assert suggested() == []
    for email in ("jonas@Globex.example", "somebody@gmail.com"):
        other = make_calendar(workspace, alice_user).connection
        Connection.objects.filter(pk=other.pk).update(email=email)
    assert suggested() == ["globex.example", "northwind.example"]
    AddDomain(OwnDomain(workspace=workspace, domain="globex.example")).save()
    assert suggested() == ["northwind.example"]
    assert "Add northwind.example" not in bob.get("/rules/colleagues/").content.decode()


def test_a_member_may_try_and_keep_rules_of_their_own_calendar_only(
    bob: Client, bob_user: User, workspace: Workspace, calendar: Calendar
) -> None:
    mine = make_calendar(workspace, bob_user, name="Bob's")
    page = bob.post("/rules/new/", EXTERNAL)
    assert (page.status_code, page.context["is_allowed"]) == (200, False)
    assert 'name="seen"' not in page.content.decode()
    seen = {"seen": page.context["fingerprint"]}
    assert bob.post("/rules/new/", {**EXTERNAL, **seen}).status_code == 403
    theirs = {**EXTERNAL, "scope": calendar.public_id}
    assert bob.post("/rules/new/", theirs).status_code == 422
    assert confirm(bob, "/rules/new/", {**EXTERNAL, "scope": mine.public_id}).status_code == 302
    own = Rule.objects.get()
    assert own.calendar == mine
    assert confirm(bob, f"/rules/{own.public_id}/", {"records": "no"}).status_code == 302


def test_a_member_changes_no_rule_of_others(
    bob: Client, workspace: Workspace, calendar: Calendar
) -> None:
    for fields in ({}, {"calendar": calendar}):
        rule = make_rule(workspace, **fields)
        assert bob.get(f"/rules/{rule.public_id}/").status_code == 200
        page = bob.post(f"/rules/{rule.public_id}/", EXTERNAL)
        seen = {"seen": page.context["fingerprint"]}
        assert bob.post(f"/rules/{rule.public_id}/", {**EXTERNAL, **seen}).status_code == 403
        for what in ("place", "state", "removal"):
            assert bob.post(f"/rules/{rule.public_id}/{what}/").status_code == 403
        assert f"/rules/{rule.public_id}/removal/" not in bob.get("/rules/").content.decode()
    block = Block(workspace=workspace, pattern="acme.example")
    AddBlock(block).save()
    assert bob.get("/rules/blocks/").status_code == 200
    page = bob.post("/rules/blocks/", {"pattern": "globex.example"})
    assert not page.context["is_allowed"]
    assert bob.post(f"/rules/blocks/{block.public_id}/removal/").status_code == 403
    own = OwnDomain(workspace=workspace, domain="acme.example")
    AddDomain(own).save()
    assert not bob.post("/rules/colleagues/", {"domain": "x.example"}).context["is_allowed"]
    assert bob.post(f"/rules/colleagues/{own.public_id}/removal/").status_code == 403
    assert Block.objects.count() == 1


def test_bookings_follow_a_saved_rule(alice: Client, booked: Calendar, outside: Outside) -> None:
    """From the form to the provider: what the rule means is booked, and let go without it."""
    with outside.work():
        confirm(alice, "/rules/new/", EXTERNAL)
    wanted = Event.objects.filter(decision_code="rule")
    assert wanted.count() > 0
    assert not wanted.filter(bot__booked_at=None).exists()
    bookings = {one["event_id"] for one in outside.sandbox.state()["bookings"]}
    assert bookings
    assert bookings <= set(wanted.values_list("upstream_id", flat=True))
    rule = Rule.objects.get()
    with outside.work():
        confirm(alice, f"/rules/{rule.public_id}/removal/", {})
    assert not Event.objects.filter(will_record=True).exists()
    statuses = {one["status"] for one in outside.sandbox.state()["bookings"]}
    assert statuses == {"cancelled"}


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(database) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", ["/rules/", "/rules/blocks/", "/rules/colleagues/", "/rules/new/"])
def test_queries_do_not_grow(
    alice: Client, alice_user: User, workspace: Workspace, path: str
) -> None:
    def add(number: int) -> None:
        calendar = make_calendar(workspace, alice_user)
        lock = {"is_locked": True, "locked_by": alice_user}
        for fields in ({}, {"calendar": calendar}, lock, {"only_calendars": [calendar.pk]}):
            make_rule(workspace, created_by=alice_user, **fields)
        block = Block(workspace=workspace, pattern=f"{number}.example", added_by=alice_user)
        AddBlock(block).save()
        own = OwnDomain(workspace=workspace, domain=f"{number}.example", added_by=alice_user)
        AddDomain(own).save()

    add(0)
    add(1)
    first = queries(alice, path)
    for number in range(2, 30):
        add(number)
    assert queries(alice, path) == first
