"""Search as people use it: type, go down the matches with keys, land where it was said."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User, Workspace
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.recordings.factories import make_recording
from tests.recordings.test_search import say

pytestmark = pytest.mark.browser

TURNS = ("Good morning", "the budgets of <b>spring</b>", "and 😀 the budget itself", "bye")
CURRENT = "() => [...CSS.highlights.get('search-current')].map(String)[0]"
FINDS_PARTNER = "() => document.querySelector('.transcript-search__count').textContent === '1 of 2'"


def test_typing_finds_and_a_match_plays_from_there(
    visit: Visit, transactional_db: None, workspace: Workspace, alice_user: User
) -> None:
    recording = make_recording(workspace, title="Weekly", with_media=True, seconds=40)
    say(recording, *TURNS)
    page = visit("/recordings/", alice_user)
    page.get_by_role("link", name="Search what was said").click()
    expect(page.locator("search-keys")).to_have_attribute("data-state", "ready")
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="What was said, a title or a name")
    expect(box).to_be_focused()
    page.keyboard.type("budget")
    expect(page.get_by_role("status").filter(has_text="2 turns")).to_be_visible()
    expect(box).to_be_focused()
    page.wait_for_url(re.compile("q=budget(&|$)"))
    for _ in each_look(page, "search"):
        assert_accessible(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    second = page.get_by_role("link", name=re.compile("Play from 0:10 of Weekly"))
    expect(second).to_be_focused()
    page.keyboard.press("Enter")

    page.wait_for_function("() => document.querySelector('video')?.currentTime >= 10")
    page.wait_for_function("() => !document.querySelector('video').paused")
    page.wait_for_function(FINDS_PARTNER)
    assert page.evaluate(CURRENT) == "budgets"
    assert "now=" not in page.url
    page.keyboard.press("n")
    assert page.evaluate(CURRENT) == "budget"
    page.keyboard.press("Shift+N")
    assert page.evaluate(CURRENT) == "budgets"


def test_search_works_without_script(
    visit: Visit, transactional_db: None, workspace: Workspace, alice_user: User
) -> None:
    recording = make_recording(workspace, title="Weekly")
    say(recording, *TURNS)
    page = visit("/recordings/search/", alice_user, java_script_enabled=False)
    page.get_by_label("What was said, a title or a name").fill("budget -spring")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Said by").fill("ada")
    page.get_by_role("button", name="Search").click()
    link = page.get_by_role("link", name=re.compile("Play from"))
    expect(link).to_have_count(1)
    expect(page.get_by_label("Said by")).to_have_value("ada")
    link.click()
    expect(page.get_by_role("region", name="Matches").get_by_role("listitem")).to_have_count(1)
    expect(page.locator("#t-2")).to_be_in_viewport()
