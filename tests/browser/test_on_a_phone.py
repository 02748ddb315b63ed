"""A recording on a phone, with a finger: found, played, put right, shared, saved."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from recordings.models import Share
from tests.browser.conftest import Visit
from tests.browser.looks import PHONE
from tests.browser.recording_page import IS_PAUSED, PLACE_OF, SAID, TIME, make_talk
from tests.browser.test_export import assert_each_format_reads_back
from tests.recordings.factories import PEOPLE

pytestmark = pytest.mark.browser


def test_a_recording_is_found_played_named_exported_and_shared_on_a_phone(
    visit: Visit, transactional_db: None, workspace: Workspace, alice_user: User
) -> None:
    talk = make_talk(workspace)
    page = visit("/recordings/search/?q=partner", alice_user, **PHONE)
    page.get_by_role("link", name=re.compile(r"Play from 0:[01]\d")).first.tap()
    page.wait_for_url(re.compile("/recordings/rec_"))  # and until the player is there
    page.wait_for_function(f"() => {TIME} > 8 && !{IS_PAUSED}")
    _follows_until_a_finger_scrolls(page)
    _finds(page)
    _names(page)
    page.get_by_role("link", name="Export").tap()
    page.wait_for_url("**/export/")  # and until its script is there
    assert_each_format_reads_back(page, talk)
    page.goto(f"/recordings/{talk.public_id}/")
    _shares(page, visit)


def _follows_until_a_finger_scrolls(page: Page) -> None:
    page.get_by_label("Speed").select_option("0.5")
    page.touchscreen.tap(*page.evaluate(PLACE_OF, ["campaign", 0]))
    page.wait_for_function(f"() => {TIME} > 2 && {TIME} < 8")
    spoken = page.locator(".turn[data-current]")
    expect(spoken).to_be_in_viewport()
    before = page.evaluate(TIME)
    _swipe_up(page)
    chip = page.get_by_role("button", name=re.compile(r"Back to \d:\d\d ↑"))
    expect(chip).to_be_visible()
    page.wait_for_function(f"(t) => {TIME} > t + 1", arg=before)
    expect(spoken).not_to_be_in_viewport()
    assert not page.evaluate(IS_PAUSED)
    chip.tap()
    expect(spoken).to_be_in_viewport()
    expect(chip).to_be_hidden()
    page.evaluate("document.querySelector('video').pause()")  # the browser's own button


def _swipe_up(page: Page) -> None:
    """A finger on the text, from near the bottom to below the player, twice."""
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: dict[str, int]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    for _ in range(2):
        send("touchStart", {"x": 180, "y": 700})
        for y in range(680, 300, -20):
            send("touchMove", {"x": 180, "y": y})
        send("touchEnd")


def _finds(page: Page) -> None:
    page.get_by_role("searchbox", name="Search in this recording").fill("budget")
    count = page.locator(".transcript-search__count")
    expect(count).to_have_text(f"1 of {SAID}")
    page.get_by_role("button", name="Next match").tap()
    expect(count).to_have_text(f"2 of {SAID}")


def _names(page: Page) -> None:
    name = page.locator("#t-0 .turn__speaker")
    expect(name).to_have_text(PEOPLE[0])
    name.tap()
    page.get_by_role("combobox", name="Name").fill("Mona Lind")
    page.get_by_role("radio", name="Everywhere").check()
    page.get_by_role("button", name="Save the name").tap()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(name).to_have_text("Mona Lind")
    expect(page.locator(".turn__speaker", has_text=PEOPLE[0])).to_have_count(0)


def _shares(page: Page, visit: Visit) -> None:
    page.get_by_role("link", name="Share").tap()
    page.get_by_label("Passcode").fill("tea at five")
    page.get_by_role("button", name="Make the link").tap()
    expect(page.get_by_text("The link is ready")).to_be_visible()
    guest = visit(f"/shared/{Share.objects.get().token}/", **PHONE)
    guest.set_default_timeout(60_000)  # a passcode is hashed as slowly as a password
    guest.get_by_label("Passcode").fill("tea at five")
    guest.get_by_role("button", name="Open").tap()
    expect(guest.get_by_role("heading", name="Weekly sync")).to_be_visible()
    expect(guest.locator(".turn").first).to_contain_text("Good morning everybody")
    expect(guest.locator("transcript-view:defined")).to_have_count(1)
    guest.wait_for_function("() => document.querySelector('video').readyState >= 1")
    guest.touchscreen.tap(*guest.evaluate(PLACE_OF, ["launch", 0]))
    guest.wait_for_function(f"() => {TIME} > 5")
    guest.get_by_role("button", name="Back to 0:00", exact=True).tap()
    guest.wait_for_function(f"() => {TIME} === 0")
