"""The page of a bot while its meeting goes on: Earshot, its worker and the simulated provider.

Nothing is replaced: a person sends the bot in a browser, the provider tells its story by webhooks,
the page follows. A story waits where it is (in the waiting room, in the call) until the test says.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from string import ascii_lowercase
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect
from pytest_django import DjangoDbBlocker

from accounts.models import User, Workspace
from bots.models import Bot, BotDefaults, Outcome
from bots.setup import View
from config import embedded
from tests.asgi_server import ROOT, AsgiServer, database_url, run_asgi
from tests.browser.conftest import Visit
from tests.browser.cuttable_wire import CuttableWire
from tests.browser.looks import PHONE, assert_accessible
from tests.sandbox_process import API_KEY, WEBHOOK_SECRET, Sandbox, run_sandbox
from upstream.models import ProviderName, UpstreamAccount

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("live page"),  # one server, sandbox and worker for all stories
]

LINK = "https://meet.google.com/abc-defg-hij"
FOREVER = "1000000"
PATIENCE_MS = 40_000  # a machine with much else to do


@pytest.fixture(scope="module")
def sandbox_process() -> Iterator[Sandbox]:
    settings = {"SANDBOX_CALL_SECONDS": FOREVER, "SANDBOX_WAITING_SECONDS": FOREVER}
    with run_sandbox(SANDBOX_SPEED="20", **settings) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of these tests alone: the worker must not take what others queue."""
    return embedded.broker_url(tmp_path_factory.mktemp("broker"), is_allowed=True)


@pytest.fixture(scope="module")
def asgi_server(
    broker: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[AsgiServer]:
    with django_db_blocker.unblock(), run_asgi(CELERY_BROKER_URL=broker) as server:
        yield server


@pytest.fixture(scope="module")
def worker(
    broker: str,
    asgi_server: AsgiServer,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    with django_db_blocker.unblock():
        own = {"DATABASE_URL": database_url(), "CELERY_BROKER_URL": broker}
    command = "celery -A config worker --pool threads --concurrency 4 --without-gossip"
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", *command.split(), "--without-mingle", "--loglevel", "info"],
            cwd=ROOT,
            env={**os.environ, **own, "MEDIA_ROOT": str(settings.MEDIA_ROOT)},
            stdout=file,
            stderr=file,
        )
    deadline = time.monotonic() + 60
    while "ready." not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    yield
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def sandbox(
    sandbox_process: Sandbox, asgi_server: AsgiServer, worker: None, workspace: Workspace
) -> Iterator[Sandbox]:
    account = UpstreamAccount.objects.create(
        name="sandbox",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=sandbox_process.url,
        api_key=API_KEY,
        webhook_secret=WEBHOOK_SECRET,
    )
    BotDefaults.objects.create(workspace=workspace, view=View.AUDIO)  # short to make and to fetch
    sandbox_process.post("reset")
    sandbox_process.point_webhooks_at(f"{asgi_server.url}/webhooks/{account.public_id}/")
    yield sandbox_process
    sandbox_process.post("reset")  # nobody calls while the tables are emptied


def send(page: Page, title: str, link: str = LINK) -> Bot:
    """Fill in the form as a person would; return once the provider has the bot."""
    page.get_by_label("Meeting link").fill(link)
    page.get_by_label("What the meeting is called").fill(title)
    page.get_by_role("button", name="Send the bot").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(step(page, "On its way")).not_to_contain_text("Not yet", timeout=PATIENCE_MS)
    return Bot.objects.exclude(upstream_id="").get(title=title)


def sentence(page: Page) -> Locator:
    return page.locator(".bot__sentence")


def step(page: Page, label: str) -> Locator:
    return page.locator(".bot-steps__step").filter(has_text=label)


def says(page: Page, words: str) -> None:
    expect(sentence(page)).to_contain_text(words, timeout=PATIENCE_MS)


def hurry(sandbox: Sandbox, bot: Bot) -> None:
    """What the story still has to tell is told at once; the call was a short one."""
    sandbox.post(f"bots/{bot.upstream_id}/story", speed=100_000, call_seconds=20)


def test_on_a_phone_from_the_waiting_room_to_the_recording(
    visit: Visit, alice_user: User, sandbox: Sandbox
) -> None:
    sandbox.post("next_story", story="never_admitted")
    page = visit("/bots/new/", alice_user, **PHONE)
    page.get_by_label("What to record").select_option("Whoever is speaking")
    bot = send(page, "Call with Acme")
    says(page, "Waiting for the host to let it in")
    expect(sentence(page)).to_be_in_viewport()
    expect(page.locator("summary", has_text="Leave now")).to_be_in_viewport()
    expect(page.locator(".bot__greeting")).to_contain_text("Please let it in when it asks to join.")
    expect(page).to_have_title("Waiting to be let in · Call with Acme · Earshot")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360

    sandbox.post(f"bots/{bot.upstream_id}/story", story="happy_path")
    says(page, "Recording, for")
    sandbox.post(f"bots/{bot.upstream_id}/story", speed=0.2)
    expect(page.get_by_text("Hi all, my sound is working again.")).to_be_visible()
    look_at_the_room(page)
    page.get_by_label("Message to the meeting’s chat").fill("We start at five past.")
    page.get_by_role("button", name="Send to the meeting").tap()
    expect(page.locator(".bot-chat__message", has_text="We start at five past.")).to_contain_text(
        "from Alice", timeout=PATIENCE_MS
    )
    page.get_by_role("button", name="Pause the recording").tap()
    says(page, "Nothing is being recorded")
    page.get_by_role("button", name="Go on recording").tap()
    says(page, "Recording, for")
    assert_accessible(page)
    page.locator("summary", has_text="Leave now").tap()
    page.get_by_role("button", name="Yes, leave now").tap()
    says(page, "It was asked to leave.")
    hurry(sandbox, bot)
    says(page, "Recorded")
    expect(page.get_by_role("link", name="Open the recording")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".bot-steps__step[data-status=done]")).to_have_count(7)


def look_at_the_room(page: Page) -> None:
    """Who has come, and a picture that is blurred until it is tapped; a newer one stays open."""
    room = page.locator(".bot-room")
    expect(room).to_contain_text("have come so far", timeout=PATIENCE_MS)
    picture = room.get_by_alt_text("What the bot saw last")
    expect(picture).to_have_css("filter", re.compile("blur"))
    assert urlsplit(picture.evaluate("one => one.src")).netloc == urlsplit(page.url).netloc
    page.wait_for_function("() => document.querySelector('.bot-room img').naturalWidth > 0")
    room.locator("label").tap()
    expect(picture).to_have_css("filter", "none")
    page.evaluate("htmx.trigger('.bot-room', 'live:changed')")
    expect(picture).to_have_css("filter", "none")


def test_a_stream_that_is_cut_in_the_middle_is_made_up_for(
    visit: Visit,
    alice_user: User,
    sandbox: Sandbox,
    asgi_server: AsgiServer,
    complaints: list[str],
) -> None:
    sandbox.post("next_story", story="never_admitted")
    page = visit("/bots/new/", alice_user)
    bot = send(page, "Call with Acme")
    stream = page.locator("live-stream")
    with CuttableWire(urlsplit(asgi_server.url).port or 0) as wire:
        page.clock.install()
        page.goto(f"{wire.url}/bots/{bot.public_id}/")
        says(page, "Waiting for the host")
        expect(stream).to_have_attribute("data-state", "live")
        wire.cut()
        page.clock.run_for(8_000)
        expect(stream).to_have_attribute("data-state", "polling")
        sandbox.post(f"bots/{bot.upstream_id}/story", story="happy_path")
        seen_after(page, 11_000, "Recording, for")
        expect(stream).to_contain_text("Checking every 5 s")
        wire.mend()
        page.clock.run_for(70_000)
        expect(stream).to_have_attribute("data-state", "live")
        hurry(sandbox, bot)
        says(page, "Recorded")
        page.close()
    complaints.clear()  # the browser notes every refused connection


def seen_after(page: Page, milliseconds: int, words: str) -> None:
    """Turn the page's clock on until it shows the words: the provider's news needs its own time."""
    for _ in range(40):
        page.clock.run_for(milliseconds)
        if words in sentence(page).inner_text():
            return
        page.wait_for_timeout(200)
    raise AssertionError(sentence(page).inner_text())


ENDINGS = {
    "host_refuses": ("Not recorded: the host did not let the bot in.", Outcome.REFUSED),
    "never_admitted": ("Not recorded:", Outcome.NEVER_ADMITTED),
    "kicked_after_five_minutes": ("Recorded", Outcome.RECORDED),
    "transcription_fails": ("Recorded", Outcome.RECORDED),
}


def test_every_story_ends_as_it_was_told(visit: Visit, alice_user: User, sandbox: Sandbox) -> None:
    page = visit("/bots/new/", alice_user)
    told = {}
    for letter, story in zip(ascii_lowercase, ENDINGS, strict=False):
        page.goto("/bots/new/")
        sandbox.post("next_story", story=story)
        told[story] = send(page, story, f"{LINK[:-1]}{letter}")
        hurry(sandbox, told[story])
    for story, (words, outcome) in ENDINGS.items():
        page.goto(f"/bots/{told[story].public_id}/")
        says(page, words)
        told[story].refresh_from_db()
        assert told[story].outcome == outcome, story
        is_explained = story != "transcription_fails" or told[story].reason
        expect(page.locator(".bot__reason")).to_have_count(int(bool(is_explained)))
        is_open = story != "host_refuses"  # somebody said no: nobody is pushed to try again
        expect(page.get_by_role("link", name="Send again…")).to_have_count(int(is_open))
