"""The bots' pages in a real browser: each look, axe, live changes, keyboard, and without script."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User, Workspace
from bots import chat, lifecycle
from bots.models import Bot
from live import changed
from tests.bots.conftest import BotFactory
from tests.bots.factories import create_account, create_bot
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from upstream.events import (
    ArtifactLinks,
    BotCompleted,
    BotFailed,
    BotStatusChanged,
    ChatMessageSent,
)
from upstream.states import BotState

pytestmark = pytest.mark.browser
TOLD = {
    "queued": BotState.QUEUED,
    "joining_call": BotState.JOINING,
    "in_waiting_room": BotState.WAITING_ROOM,
    "in_call_not_recording": BotState.IN_CALL,
    "in_call_recording": BotState.RECORDING,
    "recording_paused": BotState.PAUSED,
    "call_ended": BotState.PROCESSING,
}


@pytest.fixture
def make_bot(alice_user: User, workspace: Workspace) -> BotFactory:
    soon = timezone.now() + timedelta(hours=2)
    return partial(create_bot, workspace, create_account(), requested_by=alice_user, starts_at=soon)


def tell(bot: Bot, *codes: str) -> Bot:
    """Let the provider tell these steps, half a minute apart, the last one just now."""
    for number, code in enumerate(codes):
        lifecycle.apply(
            bot,
            BotStatusChanged(
                bot_id=bot.upstream_id,
                code=code,
                state=TOLD[code],
                happened_at=timezone.now() - timedelta(seconds=30 * (len(codes) - number)),
            ),
        )
    return bot


def fail(bot: Bot, code: str) -> None:
    lifecycle.apply(
        bot,
        BotFailed(
            bot_id=bot.upstream_id, code=code, message="As told.", happened_at=timezone.now()
        ),
    )


def complete(bot: Bot) -> None:
    lifecycle.apply(
        bot,
        BotCompleted(
            bot_id=bot.upstream_id,
            happened_at=timezone.now(),
            duration_seconds=1510,
            links=ArtifactLinks(video="https://files.example/v.mp4"),
        ),
    )


def bot_in(stage: str, make_bot: BotFactory) -> Bot:
    match stage:
        case "booked":
            return make_bot()
        case "waiting":
            return tell(make_bot(), *list(TOLD)[:3])
        case "recording":
            bot = tell(make_bot(), *list(TOLD)[:5])
            write(bot, "Shall we start? The agenda is in the invitation.")
            return bot
        case "ready":
            bot = tell(make_bot(), *list(TOLD)[:5], "call_ended")
            complete(bot)
            bot.recordings.create(workspace=bot.workspace, started_at=bot.starts_at)
            return bot
        case _:
            bot = tell(make_bot(), *list(TOLD)[:3])
            fail(bot, "BOT_NOT_ACCEPTED")
            return bot


def write(bot: Bot, text: str) -> None:
    chat.store(
        bot,
        ChatMessageSent(
            bot_id=bot.upstream_id,
            message_id=text,
            sender_name="Ada Moss",
            text=text,
            happened_at=timezone.now(),
        ),
    )


@pytest.mark.parametrize("stage", ["booked", "waiting", "recording", "ready", "refused"])
def test_page_is_accessible_in_each_look(
    visit: Visit, alice_user: User, make_bot: BotFactory, stage: str
) -> None:
    bot = bot_in(stage, make_bot)
    page = visit(f"/bots/{bot.public_id}/", alice_user)
    page.get_by_text("For support").click()
    for _ in each_look(page, f"bot-{stage}"):
        assert_accessible(page)


def test_list_is_accessible_in_each_look(
    visit: Visit, alice_user: User, make_bot: BotFactory
) -> None:
    for stage in ("booked", "waiting", "recording", "ready", "refused"):
        bot_in(stage, make_bot)
    page = visit("/bots/", alice_user)
    for _ in each_look(page, "bots"):
        assert_accessible(page)


def test_page_follows_the_bot_by_itself(
    visit: Visit, alice_user: User, make_bot: BotFactory
) -> None:
    bot = tell(make_bot(), "joining_call")
    page = visit(f"/bots/{bot.public_id}/", alice_user)
    sentence = page.locator(".bot__sentence")
    expect(sentence).to_have_text("On its way into the meeting.")
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    tell(bot, "in_waiting_room")
    expect(sentence).to_contain_text("Waiting for the host to let it in")
    expect(page).to_have_title("Waiting to be let in · Weekly sync · Earshot")
    tell(bot, "in_call_recording")
    expect(sentence).to_contain_text("Recording")
    write(bot, "Can everybody hear me?")
    expect(page.get_by_text("Can everybody hear me?")).to_be_visible()
    complete(bot)
    expect(sentence).to_have_text("Recorded: 25 min.")
    expect(page.locator(".bot").get_by_role("button")).to_have_count(0)
    bot.recordings.create(workspace=bot.workspace, started_at=bot.starts_at)
    changed(f"{bot.workspace.public_id}/recordings")
    expect(page.get_by_role("link", name="Open the recording")).to_be_visible()


def test_list_follows_its_bots_by_itself(
    visit: Visit, alice_user: User, make_bot: BotFactory
) -> None:
    bot = tell(make_bot(), "joining_call")
    page = visit("/bots/", alice_user)
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    row = page.get_by_role("listitem").filter(has_text="Weekly sync")
    tell(bot, "in_waiting_room")
    expect(row).to_contain_text("Waiting to be let in")
    fail(bot, "BOT_NOT_ACCEPTED")
    expect(row).to_have_count(0)
    page.get_by_role("link", name="Past").click()
    expect(row).to_contain_text("Not recorded: the host did not let the bot in")


@pytest.mark.parametrize("has_script", [True, False])
def test_leaving_is_asked_for_and_confirmed_by_keyboard(
    visit: Visit, alice_user: User, make_bot: BotFactory, has_script: bool
) -> None:
    bot = tell(make_bot(), "in_call_recording")
    page = visit(f"/bots/{bot.public_id}/", alice_user, java_script_enabled=has_script)
    page.locator("summary", has_text="Leave now").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("What is recorded so far is kept")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".bot__sentence")).to_contain_text("It was asked to leave.")
    bot.refresh_from_db()
    assert bot.leave_requested_at is not None


def test_line_for_the_host_can_be_copied(
    visit: Visit, alice_user: User, make_bot: BotFactory
) -> None:
    bot = tell(make_bot(), "in_waiting_room")
    page = visit(
        f"/bots/{bot.public_id}/", alice_user, permissions=["clipboard-read", "clipboard-write"]
    )
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.evaluate("document.querySelector('live-stream').fetchPage()")  # as when news were missed
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert "let it in when it asks to join" in page.evaluate("navigator.clipboard.readText()")
