"""A bot that a person sends: written down first, sent once, whatever gets lost on the way."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from bots import sending, tasks, twins
from bots.models import Bot, Surplus
from bots.setup import BotDefaults
from tests.sandbox_process import API_KEY, Sandbox, run_sandbox
from upstream.errors import Retryable
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import BotState, TranscriptState

LINK = "https://meet.google.com/abc-defg-hij"
STAYING = ("scheduled", "queued", "joining_call", "in_waiting_room")
Order = Callable[..., Bot]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox, db: None) -> UpstreamAccount:
    sandbox.post("reset")
    return UpstreamAccount.objects.create(
        pk=4712,  # always the same, so that all tests share one connection
        name="Sandbox",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=sandbox.url,
        api_key=API_KEY,
    )


@pytest.fixture
def order(account: UpstreamAccount, workspace: Workspace, alice_user: User) -> Order:
    def ordered(order_id: str = "form-1", **wishes: Any) -> Bot:
        wanted = {"meeting_url": LINK, "starts_at": timezone.now(), **wishes}
        bot, _ = sending.order(workspace=workspace, by=alice_user, order_id=order_id, **wanted)
        return bot

    return ordered


def at_provider(sandbox: Sandbox, bot: Bot, kind: str = "bots") -> list[dict[str, Any]]:
    found = httpx.get(
        f"{sandbox.url}/v2/{kind}",
        params={"extra": f"earshot_id:{bot.public_id}"},
        headers=sandbox.headers,
    )
    return list(found.json()["data"])


def test_a_form_sent_in_twice_makes_one_bot(order: Order) -> None:
    first = order()
    later = order(starts_at=timezone.now() + timedelta(minutes=1))
    assert later == first
    assert Bot.objects.count() == 1


def test_a_second_person_gets_the_bot_that_is_there(order: Order) -> None:
    start = timezone.now() + timedelta(hours=1)
    assert order("form-1", starts_at=start) == order("form-2", starts_at=start)


def test_without_an_account_nothing_is_promised(workspace: Workspace, alice_user: User) -> None:
    with pytest.raises(sending.NoAccount):
        sending.order(
            workspace=workspace,
            by=alice_user,
            order_id="form-1",
            meeting_url=LINK,
            starts_at=timezone.now(),
        )
    assert not Bot.objects.exists()


def test_what_was_wished_reaches_the_provider(sandbox: Sandbox, order: Order) -> None:
    bot = order(
        starts_at=timezone.now() + timedelta(days=1),
        name="Note taker",
        view="gallery_view",
        entry_message="Hello",
        language="sv",
    )
    tasks.send(bot_id=bot.pk)
    bot.refresh_from_db()
    details = httpx.get(
        f"{sandbox.url}/v2/bots/scheduled/{bot.upstream_id}", headers=sandbox.headers
    )
    there = details.json()["data"]
    assert (there["bot_name"], there["recording_mode"]) == ("Note taker", "gallery_view")
    assert there["entry_message"] == "Hello"
    spoken = there["transcription_config"]["custom_params"]["language_config"]
    assert spoken == {"languages": ["sv"], "code_switching": False}


def test_what_the_workspace_set_is_what_its_bots_do(workspace: Workspace, order: Order) -> None:
    BotDefaults.objects.create(
        workspace=workspace, name="Northwind notes", view="audio_only", is_transcribed=False
    )
    bot = order()
    assert (bot.name, bot.view, bot.is_transcribed) == ("Northwind notes", "audio_only", False)
    assert bot.transcript_state == TranscriptState.NOT_REQUESTED


@pytest.mark.parametrize(("days", "kind"), [(0, "bots"), (2, "bots/scheduled")])
def test_a_create_call_whose_answer_got_lost_is_not_repeated(
    sandbox: Sandbox, order: Order, days: int, kind: str
) -> None:
    bot = order(starts_at=timezone.now() + timedelta(days=days))
    sandbox.post("faults", path=f"/v2/{kind}", method="POST", status=504, performed=True)
    with pytest.raises(Retryable):
        tasks.send(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.notice == sending.NOT_REACHED
    tasks.send(bot_id=bot.pk)
    bot.refresh_from_db()
    assert [found["bot_id"] for found in at_provider(sandbox, bot, kind)] == [bot.upstream_id]
    assert bot.notice == ""


@pytest.mark.parametrize(("days", "kind"), [(0, "bots"), (2, "bots/scheduled")])
def test_a_create_call_that_was_only_slow_leaves_one_bot(
    sandbox: Sandbox, order: Order, days: int, kind: str
) -> None:
    """Nobody answered, nothing was there, so it was asked for again; then the first came too."""
    bot = order(starts_at=timezone.now() + timedelta(days=days))
    sandbox.post("next_story", story="never_admitted")
    sandbox.post("faults", path=f"/v2/{kind}", method="POST", status=504, held=True)
    with pytest.raises(Retryable):
        tasks.send(bot_id=bot.pk)
    tasks.send(bot_id=bot.pk)
    ours = Bot.objects.get(pk=bot.pk).upstream_id
    assert twins.bots_asked_for_again() == [bot.pk]
    sandbox.post("faults", clear=True)
    both = sandbox.wait_for(lambda: len(found := at_provider(sandbox, bot, kind)) == 2 and found)
    (twin,) = {one["bot_id"] for one in both} - {ours}
    tasks.look_for_twins(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.upstream_id == ours
    if kind == "bots":
        assert bot.surplus == Surplus.LEAVING
        tasks.send_away(bot_id=bot.pk, upstream_id=twin)
        sandbox.wait_for_bot(twin, "failed")
    left = [one["bot_id"] for one in at_provider(sandbox, bot, kind) if one["status"] in STAYING]
    assert left == [ours]


def test_two_workers_at_once_ask_once(order: Order, sandbox: Sandbox) -> None:
    bot = order()
    assert bot.take_send_lease()
    tasks.send(bot_id=bot.pk)
    assert at_provider(sandbox, bot) == []
    bot.release_send_lease()
    tasks.send(bot_id=bot.pk)
    assert len(at_provider(sandbox, bot)) == 1


def test_a_worker_that_comes_a_moment_too_late_sends_no_second_bot(
    order: Order, sandbox: Sandbox
) -> None:
    bot = order()
    slow = Bot.objects.with_account().get(pk=bot.pk)  # read before the other was done
    tasks.send(bot_id=bot.pk)
    sending.send(slow)
    assert len(at_provider(sandbox, bot)) == 1


def test_a_bot_whose_task_got_lost_is_found(order: Order) -> None:
    forgotten, fresh, sent = (
        order("1"),
        order("2", meeting_url=f"{LINK}1"),
        order("3", meeting_url=f"{LINK}2"),
    )
    long_ago = timezone.now() - timedelta(minutes=2)
    Bot.objects.exclude(pk=fresh.pk).update(created_at=long_ago)
    sent.mark_booked("b-1")
    assert sending.unsent_bots() == [forgotten.pk]


def test_nobody_sends_a_bot_hours_after_its_meeting(order: Order) -> None:
    bot = order()
    hours_ago = timezone.now() - timedelta(hours=3)
    Bot.objects.update(created_at=hours_ago, starts_at=hours_ago)
    assert sending.unsent_bots() == []
    tasks.reconcile()
    tasks.look(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.state == BotState.FAILED


def test_a_bot_still_worth_sending_is_not_given_up(order: Order) -> None:
    bot = order()
    Bot.objects.update(starts_at=timezone.now() - timedelta(minutes=30))
    assert bot not in Bot.objects.silent(timezone.now())


def test_a_claim_for_an_event_is_not_sent_as_if_by_hand(order: Order) -> None:
    bot = order()
    Bot.objects.update(is_by_hand=False, created_at=timezone.now() - timedelta(minutes=5))
    assert sending.unsent_bots() == []
    assert bot not in Bot.objects.unsent()


@pytest.mark.parametrize("is_there", [True, False])
def test_what_was_never_sent_can_be_called_off(
    sandbox: Sandbox, order: Order, is_there: bool
) -> None:
    bot = order(starts_at=timezone.now() + timedelta(days=2))
    sandbox.post("faults", path="/v2/bots/scheduled", method="POST", status=504, performed=is_there)
    with pytest.raises(Retryable):
        tasks.send(bot_id=bot.pk)
    assert bot.can_leave
    assert bot.ask_to_leave()
    tasks.leave(bot_id=bot.pk)
    bot.refresh_from_db()
    assert bot.state == BotState.CANCELLED
    assert [one["status"] for one in at_provider(sandbox, bot, "bots/scheduled")] == (
        ["cancelled"] if is_there else []
    )
