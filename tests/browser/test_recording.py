"""The recording page as people use it: words lead to moments, moments to words."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import Page, Route, expect

from accounts.models import User, Workspace
from recordings import publishing
from recordings.models import ArtifactKind, ArtifactState, Chapter, Recording
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.recordings.factories import PEOPLE, TALK, make_artifact, make_recording, store_video

pytestmark = pytest.mark.browser

# Where the n-th occurrence of a word is on the screen.
PLACE_OF = """async ([word, nth]) => {
  for (const turn of document.querySelectorAll(".turn")) {
    const text = turn.lastChild
    for (let at = text.data.indexOf(word); at >= 0; at = text.data.indexOf(word, at + 1)) {
      if (nth-- > 0) continue
      const range = new Range()
      range.setStart(text, at)
      range.setEnd(text, at + word.length)
      for (const _ of "three") {  // turns near by get their real height as they come into view
        turn.scrollIntoView({ block: "center", behavior: "instant" })
        await new Promise(requestAnimationFrame)
      }
      const box = range.getBoundingClientRect()
      return [box.x + box.width / 2, box.y + box.height / 2]
    }
  }
}"""
WORDS = 900
SAID = -(-WORDS // len(TALK.split()))  # how often "budget" and "partner" are said
MARKED = "(name) => [...CSS.highlights.get(name)].map(String)"
TIME = "document.querySelector('video').currentTime"
IS_PAUSED = "document.querySelector('video').paused"


@pytest.fixture
def talk(transactional_db: None, workspace: Workspace) -> Recording:
    """Half a minute of film with words to it, and a long tail of text."""
    recording = make_recording(workspace, words=WORDS, with_media=True, seconds=40)
    Chapter.objects.create(recording=recording, start_ms=12_000, headline="The launch")
    return recording


def path_of(recording: Recording, query: str = "") -> str:
    return f"/recordings/{recording.public_id}/{query}"


def open_page(visit: Visit, recording: Recording, user: User, query: str = "") -> Page:
    page = visit(path_of(recording, query), user, viewport={"width": 1280, "height": 800})
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    return page


def click_word(page: Page, word: str, nth: int = 0, *, clicks: int = 1) -> None:
    x, y = page.evaluate(PLACE_OF, [word, nth])
    page.mouse.click(x, y, click_count=clicks)


def test_click_on_a_word_seeks_there(visit: Visit, talk: Recording, alice_user: User) -> None:
    page = open_page(visit, talk, alice_user)
    click_word(page, "campaign")
    page.wait_for_function("() => document.querySelector('video').currentTime > 3")
    words = page.evaluate(MARKED, "spoken-word")
    assert words == ["campaign"]
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


def test_broken_media_heals_once_then_says_so(
    visit: Visit, talk: Recording, alice_user: User, complaints: list[str]
) -> None:
    page = visit("/recordings/", alice_user)
    asked: list[str] = []

    def break_off(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    page.route("**/media/video/**", break_off)
    page.goto(path_of(talk))
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")
    trouble = page.locator(".player__trouble")
    expect(trouble).to_be_hidden()

    page.unroute("**/media/video/**")
    page.route("**/media/video/**", lambda route: route.abort())
    page.goto(path_of(talk, "?again"))
    expect(trouble).to_be_visible()
    page.unroute("**/media/video/**")
    trouble.get_by_role("button", name="Try again").click()
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")
    expect(trouble).to_be_hidden()
    complaints.clear()  # the browser reports the requests that were broken off


WAITS = "() => document.querySelector('video').readyState < 3"
PLAYS_ON = f"() => !{IS_PAUSED} && document.querySelector('video').readyState > 2"


def break_off_half_way(page: Page, recording: Recording, *, times: int) -> None:
    """Give the first half of the film; what is asked next, so many `times`, gets no answer."""
    store_video(recording, seconds=40, is_grainy=True)  # larger than what browsers read at once
    half = (recording.artifacts.get(kind=ArtifactKind.VIDEO).size or 0) // 2
    asked: list[Route] = []
    held: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            headers = {**route.request.headers, "range": f"bytes=0-{half}"}
            route.fulfill(response=route.fetch(headers=headers))
        elif len(held) < times:
            held.append(route)
        else:
            route.continue_()

    page.route("**/media/video/**", answer)


def play_until_it_starves(page: Page, recording: Recording) -> float:
    page.clock.install()
    page.goto(path_of(recording, "?t=10"))
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    page.get_by_label("Speed").select_option("2")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    page.wait_for_function(f"() => {TIME} > 10.5")
    page.wait_for_function(WAITS)
    return float(page.evaluate(TIME))


def test_a_source_that_ends_is_loaded_anew_keeping_second_speed_and_play_state(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = visit("/recordings/", alice_user)
    break_off_half_way(page, talk, times=1)
    left_at = play_until_it_starves(page, talk)
    page.clock.fast_forward(20_000)
    page.wait_for_function(PLAYS_ON)
    assert left_at - 0.5 <= page.evaluate(TIME)
    page.wait_for_function(f"(left) => {TIME} > left + 1", arg=left_at)
    assert page.evaluate("document.querySelector('video').playbackRate") == 2
    expect(page.get_by_label("Speed")).to_have_value("2")
    expect(page.locator(".player__trouble")).to_be_hidden()


def test_a_source_that_stays_silent_is_loaded_anew_once_then_people_are_told(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = visit("/recordings/", alice_user)
    break_off_half_way(page, talk, times=2)
    left_at = play_until_it_starves(page, talk)
    trouble = page.locator(".player__trouble")
    with page.expect_request("**/media/video/**"):
        page.clock.fast_forward(20_000)
    expect(trouble).to_be_hidden()
    page.wait_for_function(WAITS)
    page.clock.fast_forward(20_000)
    expect(trouble).to_contain_text("loading it again did not help")
    trouble.get_by_role("button", name="Try again").click()
    page.wait_for_function(PLAYS_ON)
    expect(trouble).to_be_hidden()
    assert page.evaluate(TIME) >= left_at - 0.5


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
    assert re.search(r"\?t=\d+$", page.url)
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


def test_library_is_accessible_in_each_look(
    visit: Visit, talk: Recording, workspace: Workspace, alice_user: User
) -> None:
    waiting = make_recording(workspace, title="Still coming")
    make_artifact(waiting, ArtifactKind.VIDEO, state=ArtifactState.FAILED)
    page = visit("/recordings/", alice_user)
    for _ in each_look(page, "library"):
        assert_accessible(page)


def test_library_shows_a_new_recording_by_itself(
    visit: Visit, talk: Recording, workspace: Workspace, alice_user: User
) -> None:
    page = visit("/recordings/", alice_user)
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    with transaction.atomic():
        publishing.tell(make_recording(workspace, title="Fresh from the meeting"))
    expect(page.get_by_role("link", name="Fresh from the meeting")).to_be_visible()


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
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    page = visit(path_of(talk, "?t=5"), alice_user, **phone)
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
