"""The coverage page as people see it: legible in every look, operable with and without script."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User, Workspace
from calendars import coverage
from calendars.models import Calendar, Choice, Event, Verdict
from calendars.publishing import publish_events
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.calendars.factories import make_bot, make_calendar, make_event
from upstream.states import BotState

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    """Of every kind of line one, ahead and past."""
    calendar = make_calendar(workspace, alice_user)
    now = timezone.now()
    long = "A very long title of a meeting that does not fit on one line of a telephone"
    make_event(calendar, title="Weekly sync with Acme")
    for title, fields in (
        ("Quarterly review", {}),
        (long, {"booking_error": "The limit is reached. Ask the owner of the workspace."}),
        ("Lunch", {"meeting_url": ""}),
    ):
        choose(make_event(calendar, title=title, **fields), alice_user)
    for number, outcome in enumerate(("recorded", "recorded", "never_admitted", "unknown", "")):
        starts_at = now - timedelta(days=number % 3 + 1)
        event = make_event(calendar, title=f"Past {number} {outcome}", starts_at=starts_at)
        choose(event, alice_user)
        if outcome:
            state = BotState.DONE if outcome == "recorded" else BotState.FAILED
            make_bot(event, state=state, outcome=outcome, state_at=event.ends_at)
    return calendar


def choose(event: Event, user: User) -> None:
    before = event.starts_at - timedelta(hours=1)
    event.choose(Verdict.RECORD, by=user, at=before)
    coverage.decide_again([event], now=before)


@pytest.mark.parametrize("period", ["ahead", "week"])
def test_it_is_accessible_in_every_look(
    visit: Visit, alice_user: User, calendar: Calendar, period: str
) -> None:
    page = visit(f"/coverage/?period={period}", alice_user)
    for _ in each_look(page, f"coverage-{period}"):
        assert_accessible(page)


def test_a_number_is_a_filter_that_stays_in_the_address(
    visit: Visit, alice_user: User, calendar: Calendar
) -> None:
    page = visit("/coverage/", alice_user)
    page.get_by_role("link", name="2 need you").click()
    page.wait_for_url("/coverage/?period=ahead&show=you")
    expect(page.get_by_role("link", name="2 need you")).to_have_attribute("aria-current", "true")
    expect(page.locator(".coverage-line")).to_have_count(2)


@pytest.mark.parametrize("has_script", [True, False])
def test_one_click_changes_it_on_the_spot(
    visit: Visit, alice_user: User, calendar: Calendar, has_script: bool
) -> None:
    page = visit("/coverage/?period=ahead&show=all", alice_user, java_script_enabled=has_script)
    page.get_by_role("button", name=re.compile("Record it.*Weekly sync with Acme")).click()
    changed = page.get_by_role("button", name=re.compile("Don’t record.*Weekly sync with Acme"))
    expect(changed).to_be_visible(timeout=15_000)
    expect(page.get_by_role("link", name="2 will be recorded")).to_be_visible()
    assert page.url.endswith("/coverage/?period=ahead&show=all")


def test_what_somebody_else_changes_is_counted_at_once(
    visit: Visit, alice_user: User, calendar: Calendar, workspace: Workspace
) -> None:
    page = visit("/coverage/", alice_user)
    expect(page.get_by_role("link", name="1 will be recorded")).to_be_visible()
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    Choice.objects.all().delete()
    changed = calendar.events.filter(starts_at__gt=timezone.now())
    coverage.decide_again(changed.for_list())
    publish_events(workspace, list(changed.values_list("id", flat=True)))
    expect(page.get_by_role("link", name="0 will be recorded")).to_be_visible()


def test_a_row_tells_its_own_zone_on_demand(
    visit: Visit, alice_user: User, calendar: Calendar
) -> None:
    Event.objects.filter(title="Quarterly review").update(time_zone="Asia/Kathmandu")
    Event.objects.filter(title="Weekly sync with Acme").update(time_zone="Europe/Berlin")
    for path in ("/coverage/", "/events/"):
        page = visit(path, alice_user)
        marks = page.locator(".own-time__mark:visible")
        expect(marks).to_have_count(1)  # Berlin's clock says what Stockholm's does
        words = page.locator(".own-time__words:visible")
        expect(words).to_have_count(0)
        marks.focus()
        expect(words).to_contain_text("in Kathmandu (its own zone)")
        assert_accessible(page)
        page.keyboard.press("Escape")
        expect(words).to_have_count(0)
        marks.blur()
        marks.hover()
        expect(words).to_have_count(1)
