"""The page of a recording, opened in a browser, and its words where they are on the screen."""

from playwright.sync_api import Page

from accounts.models import User, Workspace
from recordings.models import Chapter, Recording
from tests.browser.conftest import Visit
from tests.recordings.factories import TALK, make_recording

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
TIME = "document.querySelector('video').currentTime"
IS_PAUSED = "document.querySelector('video').paused"
MARKED = "(name) => [...CSS.highlights.get(name)].map(String)"


def make_talk(workspace: Workspace) -> Recording:
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


def wait_until_marked(page: Page, word: str) -> None:
    """The mark of the spoken word comes a moment after the player's place."""
    page.wait_for_function(f"(word) => ({MARKED})('spoken-word').join() === word", arg=word)
