"""A rule from the first look at the page to the row it changes, with and without script."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from calendars import revising
from calendars.models import Block, Calendar, Event, OwnDomain, Revision, Rule, Verdict
from calendars.policy_changes import AddBlock, AddDomain, AddRule
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.calendars.factories import PEOPLE, make_calendar, make_event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    """Two meetings with somebody external tomorrow, one yesterday, and one among colleagues."""
    calendar = make_calendar(workspace, alice_user)
    make_event(calendar, title="Acme kick-off")
    make_event(calendar, title="Acme 1:1")
    make_event(calendar, title="Acme demo", starts_at=timezone.now() - timedelta(days=1))
    make_event(calendar, title="Standup", attendees=PEOPLE[:1])
    return calendar


def make_rule(workspace: Workspace, **fields: Any) -> Rule:
    rule = Rule(workspace=workspace, **fields)
    AddRule(rule).save()
    return rule


def row(page: Page, title: str) -> Any:
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=title, exact=True))


def fill_in_and_look(page: Page) -> None:
    page.get_by_role("link", name="Meetings with someone external").click()
    expect(page.locator("#sentence")).to_have_text("Record meetings with someone external.")
    page.get_by_label("Unless the title has").press_sequentially("1:1")


def assert_told(page: Page) -> None:
    """One tomorrow and one yesterday, with the reasons before and after; nothing is saved."""
    for region in ("The next 30 days", "The last 30 days"):
        part = page.get_by_role("region", name=region)
        expect(part.get_by_role("listitem")).to_have_count(1)
        expect(part).to_contain_text("No: nobody asked for it")
        expect(part).to_contain_text("Yes: rule “Record meetings with someone external")
    assert not Rule.objects.exists()


def test_a_rule_from_the_form_to_the_row(
    visit: Visit, alice_user: User, workspace: Workspace, calendar: Calendar
) -> None:
    agenda = visit("/events/", alice_user)
    expect(row(agenda, "Acme kick-off")).to_contain_text("No: nobody asked for it")
    expect(agenda.locator("live-stream")).to_contain_text("Live")
    page = visit("/events/", alice_user)
    page.get_by_role("link", name="Rules", exact=True).click()
    fill_in_and_look(page)
    expect(page.locator("#sentence")).to_have_text(
        "Record meetings with someone external, unless the title has “1:1”."
    )
    page.get_by_role("button", name="See what changes").click()
    assert_told(page)
    page.get_by_role("button", name="Record 1 more meeting").click()
    expect(page.locator("#messages")).to_contain_text("The rule is saved.")
    expect(page.locator("#revision")).to_contain_text("Your meetings are being decided again")
    revising.revise(workspace)  # as the worker does
    expect(page.locator("#revision")).to_be_empty()
    expect(row(agenda, "Acme kick-off")).to_contain_text("Yes: rule “Record meetings with someone")
    expect(row(agenda, "Acme 1:1")).to_contain_text("No: nobody asked for it")
    expect(agenda.get_by_role("switch", name="Record Acme kick-off")).to_be_checked()


def test_all_of_it_without_script(visit: Visit, alice_user: User, calendar: Calendar) -> None:
    page = visit("/rules/", alice_user, java_script_enabled=False)
    fill_in_and_look(page)
    page.get_by_role("button", name="See what changes").click()
    assert_told(page)
    page.get_by_role("button", name="Change something").click()
    expect(page.get_by_label("Unless the title has")).to_have_value("1:1")
    page.get_by_role("button", name="See what changes").click()
    page.get_by_role("button", name="Record 1 more meeting").click()
    saved = page.get_by_role("link", name="Record meetings with someone external, unless")
    expect(saved).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    page.get_by_role("button", name="Stop recording 1 meeting").click()
    expect(page.get_by_text("Switched off: it is not asked.")).to_be_visible()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete the rule; nothing changes").click()
    assert not Rule.objects.exists()


def test_order_is_moved_by_buttons(
    visit: Visit, alice_user: User, workspace: Workspace, calendar: Calendar
) -> None:
    make_rule(workspace, name="Everything")
    make_rule(workspace, name="No Acme", records=False, title_has=["Acme"])
    page = visit("/rules/", alice_user)
    page.get_by_role("button", name="Up", disabled=False).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "What happens when this rule moves up"
    )
    page.get_by_role("button", name="Stop recording 2 meetings").click()
    expect(page.locator("#messages")).to_contain_text("The rule moved up.")
    assert [rule.name for rule in Rule.objects.in_order()] == ["No Acme", "Everything"]


def test_a_member_may_look_and_try(
    visit: Visit, alice_user: User, bob_user: User, workspace: Workspace, calendar: Calendar
) -> None:
    make_rule(workspace, name="No Acme", records=False, is_locked=True, locked_by=alice_user)
    event = Event.objects.get(title="Acme kick-off")
    event.choose(Verdict.RECORD, by=bob_user, at=timezone.now())
    page = visit("/events/", bob_user)
    locked = row(page, "Acme kick-off")
    expect(locked).to_contain_text("No: locked by Alice, rule “No Acme”")
    expect(locked).to_contain_text("The owner and the admins can change it")
    expect(locked.get_by_role("switch")).to_have_count(0)
    locked.get_by_role("link", name="cannot be switched on: see the rules").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rules")
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
    page.get_by_role("link", name="No Acme").click()
    expect(page.get_by_text("You may try changes here.")).to_be_visible()
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_text("can save this.")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    assert_accessible(page)


def test_each_page_in_each_look(
    visit: Visit, alice_user: User, workspace: Workspace, calendar: Calendar
) -> None:
    page = visit("/rules/", alice_user)
    for _look in each_look(page, "rules-empty"):
        assert_accessible(page)
    for number in range(2):
        make_rule(workspace, people="external", title_lacks=["x" * 40], starts_until=None)
        make_rule(workspace, name=f"A name that is rather long, number {number}", calendar=calendar)
        make_rule(workspace, is_locked=True, locked_by=alice_user, is_enabled=bool(number))
    rule = make_rule(workspace, guests=["a-very-long-domain-name.of-a-customer.example"] * 3)
    block = Block(workspace=workspace, pattern="somebody@acme.example", added_by=alice_user)
    AddBlock(block).save()
    own = OwnDomain(workspace=workspace, domain="sister.example", added_by=alice_user)
    AddDomain(own).save()
    Revision.objects.create(workspace=workspace, asked_at=timezone.now(), decided=2, meetings=4)
    paths = {
        "rules": "/rules/",
        "rule": f"/rules/{rule.public_id}/",
        "rule-removal": f"/rules/{rule.public_id}/removal/",
        "blocks": "/rules/blocks/",
        "colleagues": "/rules/colleagues/",
    }
    for name, path in paths.items():
        page.goto(path)
        for _look in each_look(page, name):
            assert_accessible(page)
    page.goto("/rules/new/?start=team")
    page.get_by_role("button", name="See what changes").click()
    for _look in each_look(page, "dry-run"):
        assert_accessible(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("What this rule would do")


MOST_STOPS = 100  # of the Tab key; a time has one for each of its parts
RING = "getComputedStyle(document.activeElement).outlineStyle"
IS_FOCUSED = "it => it === document.activeElement"


def test_every_stop_has_a_ring_and_a_wrong_form_says_what_and_keeps_the_rest(
    visit: Visit, alice_user: User, complaints: list[str]
) -> None:
    page = visit("/rules/new/?start=external", alice_user)
    page.get_by_role("radio", name="Record", exact=True).focus()
    for _ in range(MOST_STOPS):
        assert page.evaluate(RING) != "none", page.evaluate("document.activeElement.outerHTML")
        if page.get_by_role("button", name="See what changes").evaluate(IS_FOCUSED):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail("the button is never reached")
    page.get_by_label("Domains or people").fill("acme")
    page.get_by_role("button", name="See what changes").click()
    wrong = page.get_by_label("Domains or people")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("“acme” is neither a domain nor an address.")).to_be_visible()
    expect(page.get_by_role("radio", name="Someone external")).to_be_checked()
    assert_accessible(page)
    complaints.clear()  # the console notes the 422
