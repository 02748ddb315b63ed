"""Ways to a turn: the browser's own find, whose words, a finger that stays on it; the title."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from recordings import correcting
from recordings.models import Recording
from tests.browser.conftest import Visit
from tests.browser.looks import PHONE, assert_accessible
from tests.recordings.factories import PEOPLE, make_recording

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(transactional_db: None, workspace: Workspace, alice_user: User) -> Recording:
    """A long text; "zebra" is said in its last turn alone."""
    recording = make_recording(workspace, words=900, with_media=True, seconds=4)
    last = recording.transcript.utterances.order_by("index").last()
    assert last is not None
    correcting.edit(recording, last.index, "A zebra.", seen=last.text, by=alice_user)
    return recording


def opened(visit: Visit, recording: Recording, user: User, **context: object) -> Page:
    page = visit(f"/recordings/{recording.public_id}/", user, **context)
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    return page


def hold(page: Page, turn: str) -> None:
    """Put a finger on a turn, and lift it when its menu is there."""
    page.locator(turn).evaluate(
        """async (turn) => {
          turn.scrollIntoView({ block: "center", behavior: "instant" })
          for (const _ of "two") await new Promise(requestAnimationFrame)
        }"""
    )
    box = page.locator(turn).bounding_box()
    assert box is not None
    spot = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] - 12}
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [spot]})
    expect(page.get_by_role("dialog")).to_be_visible()
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_browsers_own_find_reaches_a_turn_far_down(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = opened(visit, talk, alice_user)
    last = page.locator(".turn").last
    expect(last).not_to_be_in_viewport()
    assert page.evaluate("window.find('zebra')")
    expect(last).to_be_in_viewport()


def test_one_persons_words_are_stepped_through(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = opened(visit, talk, alice_user)
    own = talk.transcript.utterances.filter(speaker=PEOPLE[1])
    page.keyboard.press("s")
    who, count = page.get_by_label("Said by"), page.locator(".transcript-search__count")
    expect(who).to_be_focused()
    who.select_option(PEOPLE[1])
    expect(count).to_have_text(re.compile(rf"\d+ of {own.count()}$"))
    page.get_by_label("Search in this recording").fill("budget")
    budget = own.filter(text__contains="budget").count()
    expect(count).to_have_text(re.compile(rf"\d+ of {budget}$"))
    who.focus()
    page.keyboard.press("Escape")
    everyone = talk.transcript.utterances.filter(text__contains="budget")
    expect(count).to_have_text(re.compile(rf"\d+ of {everyone.count()}$"))


def test_a_finger_that_stays_on_a_turn_opens_its_menu(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = opened(
        visit, talk, alice_user, permissions=["clipboard-read", "clipboard-write"], **PHONE
    )
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    hold(page, "#t-2")
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("heading", level=1)).to_have_text(re.compile("Who speaks at 0:"))
    assert page.evaluate("document.querySelector('video').currentTime") == 0, "the finger sought"
    assert page.evaluate("getSelection().isCollapsed")
    assert_accessible(page)
    sheet.get_by_role("button", name="Copy the words").tap()
    expect(sheet.get_by_role("button", name="Copied")).to_be_visible()
    turn = talk.transcript.utterances.get(index=2)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{turn.speaker}: {turn.text}"
    expect(sheet.get_by_label("Name")).to_have_value(turn.speaker)
    sheet.get_by_role("link", name="Share this part").tap()
    expect(page.get_by_label("A part of it")).to_be_checked()
    expect(page.locator("#id_begin")).not_to_have_value("")


def test_a_recording_is_renamed_on_its_page(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = opened(visit, talk, alice_user)
    page.get_by_text("Rename", exact=True).click()
    page.get_by_label("Title").fill("Budget 2027")
    page.get_by_role("button", name="Save the title").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Budget 2027")
    expect(page.get_by_text("Calendar title: Weekly sync")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Weekly sync")
