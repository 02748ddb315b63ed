"""What Earshot asks of a bot, and what it finds by asking, over real HTTP with the sandbox."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from accounts.models import User
from bots import actions, lifecycle, reconciliation, tasks
from bots.models import Bot, Outcome
from tests.bots.conftest import BotFactory
from tests.bots.stories import at, failed, status
from tests.sandbox_process import API_KEY, Sandbox, run_sandbox
from upstream.errors import Retryable
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import BotState

UNTIL_RECORDING = ("in_call_recording",)
Ask = Callable[..., Bot]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_SPEED="30", SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox, db: None) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        pk=4711,  # always the same, so that all tests share one connection
        name="Sandbox",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=sandbox.url,
        api_key=API_KEY,
    )


@pytest.fixture
def ask(sandbox: Sandbox, make_bot: BotFactory) -> Ask:
    """A bot asked for by hand: claimed, and unknown to the provider until it is sent."""

    def claimed(story: str = "happy_path", **fields: Any) -> Bot:
        sandbox.post("next_story", story=story)
        starts_at = fields.pop("starts_at", timezone.now())
        unsent = {"is_by_hand": True, "booked_at": None, "upstream_id": ""}
        return make_bot(starts_at=starts_at, **unsent, **fields)

    return claimed


def at_provider(sandbox: Sandbox, bot: Bot) -> list[dict[str, Any]]:
    found = httpx.get(
        f"{sandbox.url}/v2/bots",
        params={"extra": f"earshot_id:{bot.public_id}"},
        headers=sandbox.headers,
    )
    return list(found.json()["data"])


def test_sending_makes_one_bot_however_often_it_runs(sandbox: Sandbox, ask: Ask) -> None:
    bot = ask()
    tasks.send(bot_id=bot.pk)
    tasks.send(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.state == BotState.QUEUED
    assert [found["bot_id"] for found in at_provider(sandbox, bot)] == [bot.upstream_id]


def test_create_call_whose_answer_got_lost_is_looked_up(sandbox: Sandbox, ask: Ask) -> None:
    bot = ask()
    actions.send_bot(bot)
    first_id = bot.upstream_id
    Bot.objects.filter(pk=bot.pk).update(upstream_id="", booked_at=None)
    again = Bot.objects.with_account().get(pk=bot.pk)
    actions.send_bot(again)
    assert again.upstream_id == first_id
    assert len(at_provider(sandbox, bot)) == 1


def test_bot_for_later_is_scheduled_and_called_off(sandbox: Sandbox, ask: Ask) -> None:
    bot = ask(starts_at=timezone.now() + timedelta(days=2))
    tasks.send(bot_id=bot.pk)
    bot.refresh_from_db()
    assert (bot.state, bool(bot.booked_at)) == (BotState.SCHEDULED, True)
    assert bot.ask_to_leave()
    tasks.leave(bot_id=bot.pk)
    bot.refresh_from_db()
    assert (bot.state, bot.outcome) == (BotState.CANCELLED, Outcome.NOT_NEEDED)


def test_refused_bot_says_why(ask: Ask) -> None:
    bot = ask(meeting_url="https://example.com/not-a-meeting")
    tasks.send(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.state == BotState.FAILED
    assert bot.reason
    assert bot.reason_message


def test_provider_out_of_reach_is_tried_again(ask: Ask, account: UpstreamAccount) -> None:
    UpstreamAccount.objects.filter(pk=account.pk).update(base_url="http://127.0.0.1:9")
    bot = ask()
    with pytest.raises(Retryable):
        actions.send_bot(Bot.objects.with_account().get(pk=bot.pk))
    bot.refresh_from_db()
    assert bot.state == BotState.SCHEDULED
    assert bot.send_tried_at is not None


@pytest.mark.parametrize("wish", [tasks.pause, tasks.resume])
def test_a_wish_that_never_got_through_says_so(
    wish: Any, ask: Ask, account: UpstreamAccount
) -> None:
    bot = ask()
    Bot.objects.filter(pk=bot.pk).update(upstream_id="b", state=BotState.RECORDING)
    UpstreamAccount.objects.filter(pk=account.pk).update(base_url="http://127.0.0.1:9")
    wish.apply(kwargs={"bot_id": bot.pk})
    bot.refresh_from_db()
    assert "could not be reached" in bot.notice


def test_a_refused_key_is_not_told_as_a_bot_that_left(ask: Ask, account: UpstreamAccount) -> None:
    bot = ask()
    Bot.objects.filter(pk=bot.pk).update(upstream_id="b", state=BotState.RECORDING)
    UpstreamAccount.objects.filter(pk=account.pk).update(api_key="not the key")
    tasks.leave(bot_id=bot.pk)
    bot.refresh_from_db()
    assert "does not accept our key" in bot.notice


def test_recording_is_paused_resumed_spoken_into_and_left(
    sandbox: Sandbox, ask: Ask, alice_user: User
) -> None:
    bot = recording(sandbox, ask())
    tasks.pause(bot_id=bot.pk)
    sandbox.wait_for_bot(bot.upstream_id, "recording_paused")
    tasks.resume(bot_id=bot.pk)
    sandbox.wait_for_bot(bot.upstream_id, "recording_resumed", "in_call_recording")
    said = {"text": "Hello", "sent_by_id": alice_user.pk, "message_id": "own-1"}
    tasks.say(bot_id=bot.pk, **said)  # type: ignore[arg-type]
    assert bot.chat_messages.get().text == "Hello"
    bot.ask_to_leave()
    tasks.leave(bot_id=bot.pk)
    sandbox.wait_for_bot(bot.upstream_id, "completed")
    reconciliation.look(bot)
    assert (bot.state, bot.outcome) == (BotState.DONE, Outcome.RECORDED)


def test_wish_that_cannot_come_true_is_told_on_the_page(sandbox: Sandbox, ask: Ask) -> None:
    bot = recording(sandbox, ask())
    tasks.resume(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.notice == "It could not go on: it is not paused right now."


def test_leaving_before_the_recording_calls_it_off(sandbox: Sandbox, ask: Ask) -> None:
    bot = ask("waiting_room_then_admitted")
    actions.send_bot(bot)
    sandbox.wait_for_bot(bot.upstream_id, "in_waiting_room")
    lifecycle.apply(bot, status(20, "in_waiting_room", bot_id=bot.upstream_id))
    bot.ask_to_leave()
    tasks.leave(bot_id=bot.pk)
    sandbox.wait_for_bot(bot.upstream_id, "failed")
    reconciliation.look(bot)
    assert (bot.state, bot.outcome) == (BotState.CANCELLED, Outcome.NOT_NEEDED)


@pytest.mark.parametrize(
    ("story", "end", "outcome"),
    [
        ("lost_final_webhook", BotState.DONE, Outcome.RECORDED),
        ("host_refuses", BotState.FAILED, Outcome.REFUSED),
        ("transcription_fails", BotState.DONE, Outcome.RECORDED),
    ],
)
def test_end_that_nobody_told_is_found(
    sandbox: Sandbox, ask: Ask, story: str, end: BotState, outcome: Outcome
) -> None:
    bot = ask(story)
    actions.send_bot(bot)
    sandbox.post(f"bots/{bot.upstream_id}/story", call_seconds=20)
    sandbox.wait_for_bot(bot.upstream_id, "completed", "failed")
    tasks.look(bot_id=bot.pk)
    bot.refresh_from_db()
    assert (bot.state, bot.outcome) == (end, outcome)


def test_calendar_bot_whose_id_never_came_is_found_by_ours(sandbox: Sandbox, ask: Ask) -> None:
    bot = ask()
    actions.send_bot(bot)
    upstream_id = bot.upstream_id
    sandbox.wait_for_bot(upstream_id, *UNTIL_RECORDING)
    Bot.objects.filter(pk=bot.pk).update(upstream_id="")
    tasks.look(bot_id=bot.pk)
    bot.refresh_from_db()
    assert (bot.state, bot.upstream_id) == (BotState.RECORDING, upstream_id)


def test_look_without_news_adds_no_step(sandbox: Sandbox, ask: Ask) -> None:
    bot = recording(sandbox, ask())
    steps = bot.changes.count()
    tasks.look(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.changes.count() == steps
    assert bot.heard_at is not None


def test_bot_the_provider_does_not_know_has_failed(make_bot: BotFactory) -> None:
    bot = make_bot(upstream_id="0b0e5c0e-0000-4000-8000-000000000000")
    tasks.look(bot_id=bot.pk)
    bot.refresh_from_db()
    assert (bot.state, bot.reason) == (BotState.FAILED, "not_found_upstream")


def test_transcript_failure_without_media_is_a_failure(
    sandbox: Sandbox, make_bot: BotFactory
) -> None:
    bot = make_bot(upstream_id="0b0e5c0e-0000-4000-8000-000000000001")
    lifecycle.apply(bot, failed(60, "TRANSCRIPTION_FAILED"))
    tasks.look(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.state == BotState.FAILED


def test_end_announced_long_ago_counts_without_confirmation(sandbox: Sandbox, ask: Ask) -> None:
    bot = recording(sandbox, ask())
    lifecycle.apply(bot, status(60, "bot_rejected", bot_id=bot.upstream_id))
    Bot.objects.filter(pk=bot.pk).update(heard_at=at(60))
    tasks.look(bot_id=bot.pk)
    bot.refresh_from_db()
    assert (bot.state, bot.reason) == (BotState.FAILED, "bot_rejected")


def recording(sandbox: Sandbox, bot: Bot) -> Bot:
    """Sent, and told by a webhook to be recording."""
    actions.send_bot(bot)
    sandbox.post(f"bots/{bot.upstream_id}/story", call_seconds=3600)
    sandbox.wait_for_bot(bot.upstream_id, *UNTIL_RECORDING)
    lifecycle.apply(bot, status(40, "in_call_recording", bot_id=bot.upstream_id))
    return bot
