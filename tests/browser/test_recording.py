"""The recording page as people use it: words lead to moments, moments to words."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.models import User, Workspace
from recordings import publishing
from recordings.models import ArtifactKind, ArtifactState, Recording
from tests.browser.conftest import Visit
from tests.browser.looks import PHONE, assert_accessible, each_look
from tests.browser.recording_page import (
    IS_PAUSED,
    MARKED,
    PLACE_OF,
    SAID,
    TIME,
    click_word,
    make_talk,
    open_page,
    path_of,
    wait_until_marked,
)
from tests.recordings.factories import PEOPLE, make_artifact, make_recording, store_video

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(transactional_db: None, workspace: Workspace) -> Recording:
    return make_talk(workspace)


def test_click_on_a_word_seeks_there(visit: Visit, talk: Recording, alice_user: User) -> None:
    page = open_page(visit, talk, alice_user)
    click_word(page, "campaign")
    page.wait_for_function("() => document.querySelector('video').currentTime > 3")
    wait_until_marked(page, "campaign")
    assert page.evaluate(IS_PAUSED)
    expect(page.locator(".turn[data-current]")).to_contain_text("campaign")


def test_double_click_on_a_word_plays_from_there(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = open_page(visit, talk, alice_user)
    click_word(page, "launch", clicks=2)
    page.wait_for_function("() => !document.querySelector('video').paused")
    before = page.evaluate(TIME)
    first = page.evaluate(MARKED, "spoken-word")
    page.wait_for_function("(t) => document.querySelector('video').currentTime > t + 1", arg=before)
    assert page.evaluate(MARKED, "spoken-word") != first


def test_chapter_and_time_links_seek_without_leaving(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = open_page(visit, talk, alice_user)
    page.get_by_role("link", name="The launch").click()
    page.wait_for_function("() => document.querySelector('video').currentTime === 12")
    page.locator(".turn__time").nth(1).click()
    page.wait_for_function("() => document.querySelector('video').currentTime < 12")
    assert page.url.endswith(path_of(talk))


def test_address_with_a_second_starts_there(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = open_page(visit, talk, alice_user, "?t=20")
    page.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 20) < 0.5")
    expect(page.locator(".turn[data-current]")).to_be_in_viewport()


def test_follow_lets_go_when_the_reader_scrolls_and_comes_back_when_asked(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = open_page(visit, talk, alice_user, "?t=5")
    expect(page.locator(".turn[data-current]")).to_have_count(1)
    page.locator(".turn").nth(8).hover()
    page.mouse.wheel(0, 3000)
    chip = page.get_by_role("button", name=re.compile(r"Back to 0:05 ↑"))
    expect(chip).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator(".turn[data-current]")).to_be_in_viewport()  # on at play
    expect(page.get_by_role("button", name=re.compile("Back to"))).to_be_hidden()
    page.mouse.wheel(0, 3000)
    page.get_by_role("button", name=re.compile("Back to")).click()
    expect(page.locator(".turn[data-current]")).to_be_in_viewport()


def test_search_counts_steps_and_marks(visit: Visit, talk: Recording, alice_user: User) -> None:
    page = open_page(visit, talk, alice_user)
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Search in this recording")
    expect(box).to_be_focused()
    page.keyboard.type("budget")
    count = page.locator(".transcript-search__count")
    expect(count).to_have_text(f"1 of {SAID}")
    page.keyboard.press("Enter")
    expect(count).to_have_text(f"2 of {SAID}")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    expect(count).to_have_text(f"{SAID} of {SAID}")
    assert page.evaluate(MARKED, "search-current") == ["budget"]
    assert len(page.evaluate(MARKED, "search-match")) == SAID
    box.fill("zebra")
    expect(count).to_have_text("No match")
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    expect(box).not_to_be_focused()


def test_keys_drive_the_player_and_can_be_switched_off(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = open_page(visit, talk, alice_user)
    for key, second in (("5", 20), ("l", 30), ("j", 20), ("ArrowRight", 25), ("ArrowLeft", 20)):
        page.keyboard.press(key)
        page.wait_for_function(f"() => document.querySelector('video').currentTime === {second}")
    page.keyboard.press(">")
    expect(page.get_by_label("Speed")).to_have_value("1.25")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    keys.get_by_label("Use these keys").uncheck()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("0")
    page.keyboard.press("m")
    assert page.evaluate(TIME) == 20
    assert not page.evaluate("document.querySelector('video').muted")


NOTE_MEDIA_KEYS = """window.mediaKeys = {}
const set = MediaSession.prototype.setActionHandler
MediaSession.prototype.setActionHandler = function (name, action) {
  window.mediaKeys[name] = action
  set.call(this, name, action)
}"""


def test_media_keys_of_keyboards_and_lock_screens_drive_the_player(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = open_page(visit, talk, alice_user)
    page.add_init_script(NOTE_MEDIA_KEYS)
    page.reload()
    page.wait_for_function("() => mediaKeys.seekto && document.querySelector('video').readyState")
    assert page.evaluate("navigator.mediaSession.metadata.title") == talk.title
    for key, detail, second in (
        ("seekto", "{seekTime: 12}", 12),
        ("seekforward", "{}", 22),
        ("seekbackward", "{seekOffset: 5}", 17),
    ):
        page.evaluate(f"mediaKeys.{key}({detail})")
        page.wait_for_function(f"() => {TIME} === {second}")
    page.evaluate("mediaKeys.play({})")
    page.wait_for_function(f"() => {TIME} > 17.5")
    page.evaluate("mediaKeys.pause({})")
    assert page.evaluate(IS_PAUSED)
    page.get_by_role("button", name="Picture in a small window").click()
    page.wait_for_function("() => document.pictureInPictureElement?.tagName === 'VIDEO'")


def test_place_and_speed_are_remembered(visit: Visit, talk: Recording, alice_user: User) -> None:
    page = open_page(visit, talk, alice_user)
    page.get_by_label("Speed").select_option("1.5")
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('video').currentTime = 18")
    page.wait_for_function("() => !document.querySelector('video').seeking")
    page.reload()
    page.wait_for_function("() => document.querySelector('video').currentTime === 18")
    assert page.evaluate("document.querySelector('video').playbackRate") == 1.5
    expect(page.get_by_text("Where you left off: 0:18")).to_be_visible()


def test_video_appears_by_itself_when_it_is_there(
    visit: Visit, workspace: Workspace, alice_user: User
) -> None:
    recording = make_recording(workspace, words=60)
    make_artifact(recording, ArtifactKind.VIDEO, state=ArtifactState.FETCHING)
    page = visit(path_of(recording), alice_user)
    expect(page.get_by_text("The video is on its way.")).to_be_visible()
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    with transaction.atomic():
        store_video(recording)
        publishing.tell(recording)
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    expect(page.get_by_text("The video is on its way.")).to_have_count(0)
    click_word(page, "joining")
    page.wait_for_function("() => document.querySelector('video').currentTime > 1")


def test_page_reads_without_script(visit: Visit, talk: Recording, alice_user: User) -> None:
    page = visit(path_of(talk), alice_user, java_script_enabled=False)
    page.get_by_label("Search in this recording").fill("partner")
    page.get_by_role("button", name="Search", exact=True).click()
    matches = page.get_by_role("region", name="Matches")
    expect(matches.get_by_role("listitem")).to_have_count(SAID)
    matches.get_by_role("link").first.click()
    page.wait_for_url(re.compile(r"\?t=\d+$"))
    assert "#t=" in (page.locator("video").get_attribute("src") or "")


def test_page_is_accessible_in_each_look(visit: Visit, talk: Recording, alice_user: User) -> None:
    page = open_page(visit, talk, alice_user, "?t=5")
    for look in each_look(page, "recording"):
        page.reload()  # turns out of sight keep the colours of the look before
        assert_accessible(page)
        if look.endswith("360"):
            share = page.evaluate(
                "document.querySelector('.recording__media').offsetHeight / innerHeight"
            )
            assert share <= 0.35


def test_the_timeline_tells_who_talks_and_leads_there(
    visit: Visit, alice_user: User, talk: Recording
) -> None:
    page = open_page(visit, talk, alice_user)
    lanes = page.locator(".lanes__bars")
    box = lanes.bounding_box()
    assert box is not None
    expect(page.locator(".lanes__head")).to_have_attribute("d", "M0 0v10")
    lanes.hover(position={"x": box["width"] / 2, "y": 4})
    expect(page.locator(".lanes__words")).to_have_text(re.compile(r"^\d+:\d\d \w+ .*: \w+"))
    lanes.click(position={"x": 2, "y": 4})
    page.wait_for_function(f"() => {TIME} > 0")
    expect(page.locator(".lanes__head")).not_to_have_attribute("d", "M0 0v10")
    page.get_by_label("Search in this recording").fill("budget")
    expect(page.locator(".lanes__hits")).to_have_attribute("d", re.compile(r"^M\d+ 0v10M"))
    people = page.get_by_role("region", name="People").get_by_role("row")
    expect(people).to_have_count(1 + len(PEOPLE))
    longest = people.nth(1).get_by_role("link")
    longest.click()
    page.wait_for_function(f"() => {TIME} === {longest.get_attribute('data-value')}")


def test_a_phone_shows_one_part_at_a_time_and_a_tap_can_be_taken_back(
    visit: Visit, alice_user: User, talk: Recording
) -> None:
    page = visit(path_of(talk, "?t=5"), alice_user, **PHONE)
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    text, people = page.locator(".turn").first, page.get_by_role("table")
    chapter = page.get_by_role("link", name="The launch")
    expect(people).to_be_hidden()
    page.get_by_role("main").get_by_text("People", exact=True).first.tap()
    expect(people).to_be_visible()
    expect(text).to_be_hidden()
    expect(chapter).to_be_hidden()
    page.get_by_text("Notes", exact=True).tap()
    expect(chapter).to_be_visible()
    expect(people).to_be_hidden()
    page.locator(".recording-tabs").get_by_text("Transcript").tap()
    expect(text).to_be_visible()
    expect(page.locator(".turn[data-current]")).to_have_count(1)
    x, y = page.evaluate(PLACE_OF, ["partner", 0])
    page.touchscreen.tap(x, y)
    page.wait_for_function(f"() => {TIME} > 8")
    page.get_by_role("button", name="Back to 0:05", exact=True).tap()
    page.wait_for_function(f"() => {TIME} === 5")


def test_the_page_prints_its_whole_text_and_nothing_of_the_player(
    visit: Visit, alice_user: User, talk: Recording
) -> None:
    page = open_page(visit, talk, alice_user)
    page.emulate_media(media="print")
    for shown in ("h1", ".turn >> nth=0", ".turn >> nth=-1", ".chapters >> nth=0", ".talk"):
        expect(page.locator(shown)).to_be_visible()
    for hidden in (".site-header", "video", ".transcript-search", ".lanes", ".recording-tabs"):
        expect(page.locator(hidden)).to_be_hidden()
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert pages >= 3, "the text is cut off behind the first sheet"
