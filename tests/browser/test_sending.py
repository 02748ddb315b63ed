"""Sending bots in a real browser: now, later, a duplicate, a change, one click on a row."""

import re
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from bots.models import Bot
from tests.bots.conftest import BotFactory
from tests.bots.factories import create_account, create_bot
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.calendars.factories import make_calendar, make_event
from tests.dashboard.factories import make_busy_day
from upstream.models import UpstreamAccount
from upstream.states import BotState

pytestmark = pytest.mark.browser
LINK = "https://meet.google.com/abc-defg-hij"
SCRIPT = pytest.mark.parametrize("has_script", [True, False])


@pytest.fixture
def account(transactional_db: None) -> UpstreamAccount:
    return create_account()


@pytest.fixture
def make_bot(alice_user: User, workspace: Workspace, account: UpstreamAccount) -> BotFactory:
    return partial(create_bot, workspace, account, requested_by=alice_user)


def fill_later(page: Page, days: int) -> str:
    moment = (timezone.now() + timedelta(days=days)).astimezone(ZoneInfo("Europe/Stockholm"))
    page.get_by_label("Day").fill(f"{moment:%Y-%m-%d}")
    page.get_by_label("Time").fill("14:30")
    return f"{moment:%Y-%m-%d}"


@SCRIPT
def test_sending_now(
    visit: Visit, alice_user: User, account: UpstreamAccount, has_script: bool
) -> None:
    page = visit("/bots/", alice_user, java_script_enabled=has_script)
    page.get_by_role("link", name="Send a bot").first.click()
    page.wait_for_url("**/bots/new/")
    page.get_by_label("Meeting link").fill(f"Join us: {LINK}")
    if has_script:
        expect(page.locator("#recognized")).to_contain_text("Google Meet")
        expect(page.get_by_label("Day")).to_be_hidden()
    page.get_by_label("What the meeting is called").fill("Call with Acme")
    page.get_by_role("button", name="Send the bot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Call with Acme")
    expect(page.locator(".bot__sentence")).to_contain_text("Being booked")
    assert Bot.objects.get().meeting_url == LINK


@SCRIPT
def test_sending_later(
    visit: Visit, alice_user: User, account: UpstreamAccount, has_script: bool
) -> None:
    page = visit("/bots/new/", alice_user, java_script_enabled=has_script)
    page.get_by_label("Meeting link").fill(LINK)
    page.get_by_label("Later").check()
    day = fill_later(page, 3)
    page.get_by_role("button", name="Send the bot").click()
    expect(page).to_have_url(re.compile("/bots/bot_"))
    starts_at = Bot.objects.get().starts_at.astimezone(ZoneInfo("Europe/Stockholm"))
    assert f"{starts_at:%Y-%m-%d %H:%M}" == f"{day} 14:30"


def test_a_duplicate_is_told_while_typing(
    visit: Visit, alice_user: User, make_bot: BotFactory
) -> None:
    there = make_bot(state=BotState.RECORDING, meeting_url=LINK, starts_at=timezone.now())
    page = visit("/bots/new/", alice_user)
    page.get_by_label("Meeting link").fill(LINK)
    expect(page.get_by_text("A bot is in this meeting already")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="See that bot").click()
    expect(page).to_have_url(re.compile(there.public_id))


def test_what_was_typed_stays_after_an_error(
    visit: Visit, alice_user: User, account: UpstreamAccount, complaints: list[str]
) -> None:
    page = visit("/bots/new/", alice_user)
    page.get_by_label("Meeting link").fill("https://example.com/room")
    page.get_by_label("What the meeting is called").fill("Call with Acme")
    page.get_by_role("button", name="Send the bot").click()
    expect(page.locator(".errorlist").first).to_contain_text("This link is none of them")
    expect(page.get_by_label("What the meeting is called")).to_have_value("Call with Acme")
    for _ in each_look(page, "new-error"):
        assert_accessible(page)
    complaints.clear()  # the browser complains of the 422


@SCRIPT
def test_changing_and_calling_off(
    visit: Visit, alice_user: User, make_bot: BotFactory, has_script: bool
) -> None:
    start = timezone.now() + timedelta(days=2)
    bot = make_bot(starts_at=start, is_by_hand=True, meeting_url=LINK)
    page = visit(f"/bots/{bot.public_id}/", alice_user, java_script_enabled=has_script)
    page.get_by_role("link", name="Change…").click()
    fill_later(page, 4)
    page.get_by_role("button", name="Change the bot").click()
    expect(page.get_by_text("A change is on its way").first).to_be_visible()
    bot.refresh_from_db()
    assert bot.starts_at == start
    assert bot.wanted["starts_at"]
    page.locator("summary", has_text="Call it off").click()
    page.get_by_role("button", name="Yes, call it off").click()
    expect(page.locator(".bot__sentence")).to_contain_text("It was asked to leave.")


@SCRIPT
def test_one_click_on_a_running_meeting(
    visit: Visit, alice_user: User, workspace: Workspace, has_script: bool
) -> None:
    calendar = make_calendar(workspace, alice_user)
    make_event(calendar, title="Stand-up", starts_at=timezone.now() - timedelta(minutes=5))
    page = visit("/events/", alice_user, java_script_enabled=has_script)
    page.get_by_role("button", name="Send now").click()
    expect(page.locator("#messages")).to_contain_text("A bot is being sent to “Stand-up”.")
    expect(page.get_by_role("button", name="Send now")).to_have_count(0)
    expect(page.get_by_text("Arranging it…")).to_be_visible()
    assert Bot.objects.get().is_by_hand


def test_one_click_before_a_meeting_is_in_its_menu(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    make_event(make_calendar(workspace, alice_user), title="Stand-up")
    page = visit("/events/", alice_user)
    expect(page.get_by_role("button", name="Send a bot now")).to_have_count(0)
    page.get_by_role("link", name="More for Stand-up").click()
    assert_accessible(page)
    page.get_by_role("button", name="Send a bot now").click()
    expect(page.get_by_text("Arranging it…")).to_be_visible()


def test_the_list_is_saved_as_a_table(visit: Visit, alice_user: User, make_bot: BotFactory) -> None:
    make_bot(state=BotState.DONE, title="Quarterly review", starts_at=timezone.now())
    page = visit("/bots/?tab=past", alice_user)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as CSV").click()
    assert saved.value.suggested_filename.startswith("bots-past-")
    assert "Quarterly review" in saved.value.path().read_text()


def test_the_list_is_searched_and_keeps_its_tab(
    visit: Visit, alice_user: User, make_bot: BotFactory
) -> None:
    make_bot(state=BotState.DONE, title="Quarterly review")
    make_bot(state=BotState.DONE, title="Stand-up")
    page = visit("/bots/?tab=past", alice_user)
    page.get_by_label("Title or link").fill("quarter")
    expect(page.locator(".timetable__row")).to_have_count(1)
    expect(page.locator('.agenda__period[aria-current="page"]')).to_contain_text("Past 1")


@pytest.mark.parametrize("path", ["/bots/new/", "/settings/bots/", "/bots/?tab=upcoming", "/"])
def test_pages_are_accessible_in_each_look(
    visit: Visit, alice_user: User, workspace: Workspace, path: str
) -> None:
    make_busy_day(workspace, alice_user)
    page = visit(path, alice_user)
    for _ in each_look(page, f"sending{path.replace('/', '-').replace('?', '')}"):
        assert_accessible(page)
