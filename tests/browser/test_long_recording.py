"""Three hours, 30,000 words: the page opens at once, marks words cheaply, seeks to any of them."""

from typing import Any

import pytest
from playwright.sync_api import Page

from accounts.models import User, Workspace
from recordings.models import Recording
from tests.browser.conftest import Visit
from tests.browser.recording_page import click_word, path_of, wait_until_marked
from tests.recordings.factories import TALK, make_recording

pytestmark = pytest.mark.browser

WORDS = 30_000
SAID = -(-WORDS // len(TALK.split()))  # how often "budget" is said
ELEMENTS = 10_000
TIMES_SOONER = 3  # than a button per word; the bench holds the real budget
TICK_MS = 50  # no long task
WORDS_TICKED = 200

# The cost of moving the mark from word to word, as playback does it, with the layout it causes.
TICKS = """async (count) => {
  const times = []
  for (let n = 0; n < count; n++) {
    const detail = { time: 4000 + n * 0.3, isPlaying: true, isJump: false }
    const before = performance.now()
    document.dispatchEvent(new CustomEvent("recording:time", { detail }))
    document.body.getBoundingClientRect()
    times.push(performance.now() - before)
    await new Promise(requestAnimationFrame)
  }
  return times.sort((a, b) => a - b)
}"""
# Takes the turns out, puts them back as they were, or as a plain page with a button for each word.
SHOW = """async (how) => {
  const list = document.querySelector(".transcript__turns")
  window.kept ??= list.innerHTML
  const buttons = (_, text) => `</a>${text.replace(/\\S+/g, "<button>$&</button>")}</li>`
  const styled = /class="(turn|transcript__part)"/g
  window.plain ??= kept.replace(/<\\/a>([^<]*)<\\/li>/g, buttons).replaceAll(styled, "")
  list.innerHTML = { nothing: "", text: kept, buttons: plain }[how]
  list.getBoundingClientRect()
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
}"""


@pytest.fixture
def meeting(transactional_db: None, workspace: Workspace) -> Recording:
    return make_recording(workspace, words=WORDS, with_media=True, seconds=11_000)


@pytest.fixture
def page(visit: Visit, meeting: Recording, alice_user: User) -> Page:
    page = visit(path_of(meeting), alice_user, viewport={"width": 1280, "height": 800})
    page.wait_for_function("() => document.querySelector('video')?.readyState >= 1")
    return page


def test_long_page_is_light_and_quick(page: Page) -> None:
    assert page.locator(".turn").count() > 2_000
    assert page.evaluate("document.querySelectorAll('*').length") <= ELEMENTS
    ticks: list[Any] = page.evaluate(TICKS, WORDS_TICKED)
    assert ticks[len(ticks) // 2] < TICK_MS / 5
    assert ticks[int(len(ticks) * 0.95)] < TICK_MS


def test_long_text_is_laid_out_sooner_than_a_button_per_word(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy_seconds() -> float:  # of the page's thread, whatever else the machine does
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    def cost(how: str) -> float:
        page.evaluate(SHOW, "nothing")
        before = busy_seconds()
        page.evaluate(SHOW, how)
        return busy_seconds() - before

    assert cost("text") * TIMES_SOONER < cost("buttons")


def test_word_in_the_third_hour_seeks_there(page: Page) -> None:
    click_word(page, "campaign", nth=400)
    page.wait_for_function("() => document.querySelector('video').currentTime > 7200")
    wait_until_marked(page, "campaign")


def test_search_goes_through_the_whole_text(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("budget")
    page.locator(".transcript-search__count", has_text=f"1 of {SAID}").wait_for()
    page.keyboard.press("Shift+Enter")
    page.locator(".transcript-search__count", has_text=f"{SAID} of {SAID}").wait_for()
    page.wait_for_timeout(200)
    top = page.evaluate("[...CSS.highlights.get('search-current')][0].getBoundingClientRect().top")
    assert 0 < top < 800
