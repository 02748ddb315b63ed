"""The agenda and the calendars page as people see them: legible, operable, and alive."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Dialog, Page, expect

from accounts.models import User, Workspace
from bots.models import Bot
from calendars import coverage, publishing
from calendars.models import Calendar, Choice, Event, SyncState, Verdict
from tests.browser.conftest import Visit
from tests.calendars.factories import make_bot, make_calendar, make_event
from upstream.states import BotState, CalendarStatus

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
]


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    """A day of every kind of row."""
    calendar = make_calendar(workspace, alice_user)
    make_event(calendar, title="Weekly sync with Acme")
    chosen = make_event(calendar, title="Quarterly review <b>bold</b>")
    chosen.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    make_bot(chosen)
    failed = make_event(
        calendar,
        title="A very long title of a meeting that does not fit on one line of a telephone",
        booking_error="The recording service's limit is reached. Ask the owner of the workspace.",
    )
    failed.choose(Verdict.RECORD, by=alice_user, at=timezone.now())
    make_event(calendar, title="Lunch", meeting_url="", platform="", attendees=[])
    make_event(calendar, title="Called off", status="cancelled", gone_at=timezone.now())
    coverage.decide_again(Event.objects.for_list())
    return calendar


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("look", LOOKS, ids=["wide light", "narrow dark"])
def test_pages_are_accessible_and_fit(
    visit: Visit, alice_user: User, calendar: Calendar, look: dict[str, Any]
) -> None:
    event = Event.objects.get(title__startswith="Quarterly")
    paths = (
        "/events/",
        "/events/?period=past",
        f"/events/{event.public_id}/",
        "/calendars/",
        f"/calendars/{calendar.public_id}/disconnection/",
    )
    for path in paths:
        page = visit(path, alice_user, **look)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_further_rows_stay_when_the_list_reads_itself_again(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    calendar = make_calendar(workspace, alice_user)
    soon = timezone.now() + timedelta(hours=1)
    for minutes in range(52):
        make_event(calendar, starts_at=soon + timedelta(minutes=minutes))
    page = visit("/events/", alice_user)
    expect(page.locator(".event")).to_have_count(50)
    page.locator(".agenda__more").scroll_into_view_if_needed()
    expect(page.locator(".event")).to_have_count(52)
    expect(page.locator("live-stream")).to_contain_text("Live")
    make_event(calendar, title="Brand new", starts_at=soon - timedelta(minutes=1))
    publishing.publish_agenda(workspace)
    expect(page.get_by_role("link", name="Brand new", exact=True)).to_be_attached()
    expect(page.locator(".event")).to_have_count(53)
    page.reload()
    expect(page.locator(".event")).to_have_count(53)


def test_the_switch_swaps_its_row_only(visit: Visit, alice_user: User, calendar: Calendar) -> None:
    page = visit("/events/", alice_user)
    switch = page.get_by_role("switch", name="Record Weekly sync with Acme")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).to_be_focused()
    expect(page.get_by_text("Arranging it…")).to_be_visible()
    assert Choice.objects.filter(verdict=Verdict.RECORD).count() == 3
    expect(page.get_by_text("Quarterly review <b>bold</b>", exact=True)).to_be_visible()


def test_it_works_without_script(visit: Visit, alice_user: User, calendar: Calendar) -> None:
    page = visit("/events/", alice_user, java_script_enabled=False)
    page.get_by_role("switch", name="Record Weekly sync with Acme").click()
    expect(page.locator("#messages")).to_contain_text("“Weekly sync with Acme” is switched on.")
    switch = page.get_by_role("switch", name="Record Weekly sync with Acme")
    expect(switch).to_have_attribute("aria-checked", "true")


def test_states_of_an_empty_agenda(visit: Visit, alice_user: User, workspace: Workspace) -> None:
    page = visit("/events/", alice_user)
    expect(page.get_by_role("link", name="Connect Google Calendar")).to_be_visible()
    assert_accessible(page)
    calendar = make_calendar(workspace, alice_user, sync_state=SyncState.READING, read_count=120)
    page.reload()
    expect(page.get_by_text("Reading meetings, 120 so far…")).to_be_visible()
    assert_accessible(page)
    calendar.status, calendar.problem = CalendarStatus.REVOKED, "It must be reconnected."
    calendar.sync_state = SyncState.READY
    calendar.save()
    page.reload()
    expect(page.get_by_role("link", name="Reconnect")).to_be_visible()
    assert_accessible(page)


def test_the_keyboard_goes_on_at_the_switch(
    visit: Visit, alice_user: User, calendar: Calendar
) -> None:
    page = visit("/events/", alice_user)
    follow = page.get_by_role("button", name="Follow the rules again for Quarterly review")
    follow.press("Enter")
    expect(follow).to_have_count(0)
    expect(page.get_by_role("switch", name="Record Quarterly review")).to_be_focused()


def test_a_bot_leaves_a_running_meeting_only_after_a_question(
    visit: Visit, alice_user: User, calendar: Calendar
) -> None:
    Bot.objects.update(state=BotState.RECORDING)
    page = visit("/events/", alice_user)
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    switch = page.get_by_role("switch", name="Record Quarterly review")
    switch.click()
    expect(switch).to_be_checked()
    assert "leaves now" in asked[0]
    page.once("dialog", lambda dialog: dialog.accept())
    switch.click()
    expect(switch).not_to_be_checked()
