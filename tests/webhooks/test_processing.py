"""From a stored delivery to its effect: once, in the end, and visible to support when it fails."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Workspace
from bots.models import Bot
from tests.webhooks.signing import make_account, status_change
from upstream.models import UpstreamAccount
from upstream.states import BotState
from webhooks import processing
from webhooks.models import MOST_ATTEMPTS, Delivery, DeliveryState, retry_after
from webhooks.tasks import process, sweep

START = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
JOINING = status_change("up-1", "joining_call", "2026-03-04T15:00:00Z")
RECORDING = status_change("up-1", "in_call_recording", "2026-03-04T15:02:00Z")


@pytest.fixture
def account(db: None) -> UpstreamAccount:
    return make_account()


@pytest.fixture
def bot(account: UpstreamAccount, workspace: Workspace) -> Bot:
    return Bot.objects.create(
        workspace=workspace,
        account=account,
        upstream_id="up-1",
        name="Earshot",
        title="Weekly sync",
        meeting_url="https://meet.google.com/abc-defg-hij",
        meeting_key="meet:abc@1500",
        starts_at=START,
    )


def arrived(account: UpstreamAccount, payload: Any, *, minutes_ago: int = 0) -> Delivery:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return Delivery.objects.create(
        account=account,
        message_id=f"msg_{Delivery.objects.count()}",
        body=body,
        received_at=timezone.now() - timedelta(minutes=minutes_ago),
    )


def after(delivery: Delivery) -> Delivery:
    delivery.refresh_from_db()
    return delivery


def test_a_status_reaches_its_bot(account: UpstreamAccount, bot: Bot) -> None:
    delivery = arrived(account, JOINING)
    process()
    bot.refresh_from_db()
    assert bot.state == BotState.JOINING
    done = after(delivery)
    assert (done.state, done.event) == (DeliveryState.PROCESSED, "bot.status_change")
    assert done.effect == f"{bot.public_id} is now joining."
    assert done.processed_at is not None


def test_the_same_story_twice_has_one_effect(account: UpstreamAccount, bot: Bot) -> None:
    for payload in (RECORDING, JOINING, RECORDING, JOINING):
        arrived(account, payload)
    process()
    bot.refresh_from_db()
    assert (bot.state, bot.changes.count()) == (BotState.RECORDING, 2)
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.PROCESSED}


def test_a_bot_is_found_by_our_own_id(account: UpstreamAccount, bot: Bot) -> None:
    payload = status_change("not-told-yet", "joining_call", "2026-03-04T15:00:00Z")
    arrived(account, {**payload, "extra": {"earshot_id": bot.public_id}})
    process()
    bot.refresh_from_db()
    assert bot.state == BotState.JOINING


def test_a_bot_of_another_account_is_not_touched(bot: Bot, other_workspace: Workspace) -> None:
    theirs = make_account(name="Their own", workspace=other_workspace)
    payload = {**JOINING, "extra": {"earshot_id": bot.public_id}}
    delivery = arrived(theirs, payload)
    process()
    bot.refresh_from_db()
    assert bot.state == BotState.SCHEDULED
    assert (after(delivery).state, delivery.effect) == (DeliveryState.IGNORED, "No bot of ours.")


def test_an_unknown_event_is_kept_and_ignored(account: UpstreamAccount) -> None:
    delivery = arrived(account, {"event": "bot.danced", "data": {}})
    process()
    done = after(delivery)
    assert (done.state, done.event) == (DeliveryState.IGNORED, "bot.danced")
    assert done.effect


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"event": '])
def test_of_what_is_not_json_staff_see_how_long_it_was(
    account: UpstreamAccount, body: bytes
) -> None:
    delivery = arrived(account, body)
    process()
    assert after(delivery).state == DeliveryState.MALFORMED
    assert delivery.effect.startswith("Not JSON")
    assert bytes(delivery.body).startswith(f"Not JSON ({len(body):,} bytes)".encode())
    processing.replay(delivery)
    assert after(delivery).state == DeliveryState.MALFORMED


@pytest.mark.parametrize("payload", [[], "text", 7, None, {"event": 7}, {"event": "\x00" * 200}])
def test_json_that_is_no_event_is_ignored(account: UpstreamAccount, payload: object) -> None:
    delivery = arrived(account, payload)
    process()
    assert after(delivery).state == DeliveryState.IGNORED


@pytest.fixture
def broken_table(bot: Bot) -> Iterator[None]:
    """The database refuses steps of bots, until `repair`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'disk of cheese'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON bots_statuschange EXECUTE FUNCTION refuse()"
        )
    yield
    repair()


def repair() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS refuse ON bots_statuschange")
        cursor.execute("DROP FUNCTION IF EXISTS refuse()")


def test_a_failure_is_kept_with_its_error_and_hinders_nobody(
    account: UpstreamAccount, bot: Bot, broken_table: None
) -> None:
    failing = arrived(account, JOINING, minutes_ago=1)
    other = arrived(account, {"event": "bot.danced", "data": {}})
    process()
    assert (after(failing).state, failing.attempts) == (DeliveryState.PENDING, 1)
    assert "disk of cheese" in failing.error
    assert failing.next_try_at > timezone.now() + timedelta(seconds=5)
    assert after(other).state == DeliveryState.IGNORED


def test_the_sweep_tries_again_when_it_is_time(
    account: UpstreamAccount, bot: Bot, broken_table: None
) -> None:
    delivery = arrived(account, JOINING)
    sweep()
    repair()
    sweep()
    assert after(delivery).state == DeliveryState.PENDING  # not its time yet
    Delivery.objects.update(next_try_at=timezone.now())
    sweep()
    assert (after(delivery).state, delivery.error) == (DeliveryState.PROCESSED, "")


def test_after_the_last_attempt_staff_decide(
    account: UpstreamAccount, bot: Bot, broken_table: None
) -> None:
    delivery = arrived(account, JOINING)
    for _ in range(MOST_ATTEMPTS):
        Delivery.objects.update(next_try_at=timezone.now())
        sweep()
    assert (after(delivery).state, delivery.attempts) == (DeliveryState.FAILED, MOST_ATTEMPTS)
    repair()
    processing.replay(delivery)
    bot.refresh_from_db()
    assert after(delivery).state == DeliveryState.PROCESSED
    assert bot.state == BotState.JOINING


def test_a_replay_changes_nothing(account: UpstreamAccount, bot: Bot) -> None:
    delivery = arrived(account, JOINING)
    process()
    processing.replay(delivery)
    assert bot.changes.count() == 1
    assert after(delivery).effect == f"{bot.public_id} knew that already."


def test_retries_grow_apart_and_end_within_the_hour() -> None:
    waits = [retry_after(attempt).total_seconds() for attempt in range(1, MOST_ATTEMPTS)]
    assert waits == sorted(waits)
    assert waits[0] == 10
    assert sum(waits) < 3600


def test_work_is_done_in_the_order_of_arrival(account: UpstreamAccount, bot: Bot) -> None:
    late = arrived(account, RECORDING, minutes_ago=1)
    early = arrived(account, JOINING, minutes_ago=5)
    assert [delivery.pk for delivery in Delivery.objects.claim(limit=5)] == [early.pk, late.pk]
    assert Delivery.objects.claim(limit=5) == []  # taken


def test_a_delivery_that_kills_every_worker_is_shown_to_staff(
    account: UpstreamAccount, bot: Bot
) -> None:
    deadly = arrived(account, JOINING)
    for _ in range(MOST_ATTEMPTS):
        assert [taken.pk for taken in Delivery.objects.claim(limit=5)] == [deadly.pk]
        Delivery.objects.update(next_try_at=timezone.now())  # its worker was never heard of again
    assert after(deadly).state == DeliveryState.PENDING
    sweep()
    assert (after(deadly).state, deadly.attempts) == (DeliveryState.FAILED, MOST_ATTEMPTS)
    assert "died" in deadly.error
    processing.replay(deadly)
    assert after(deadly).state == DeliveryState.PROCESSED


def test_one_that_kills_its_worker_takes_nobody_with_it(account: UpstreamAccount, bot: Bot) -> None:
    deadly = arrived(account, JOINING, minutes_ago=2)
    others = [arrived(account, RECORDING, minutes_ago=1) for _ in range(3)]
    for _ in range(MOST_ATTEMPTS):
        taken = Delivery.objects.claim(limit=20)
        assert taken[0].pk == deadly.pk  # and here its worker dies, before it comes to the others
        Delivery.objects.update(next_try_at=timezone.now())
    sweep()
    assert after(deadly).state == DeliveryState.FAILED
    assert {after(other).state for other in others} == {DeliveryState.PROCESSED}


def test_a_failure_told_late_does_not_undo_what_another_worker_did(
    account: UpstreamAccount, bot: Bot
) -> None:
    delivery = arrived(account, JOINING)
    late = Delivery.objects.get(pk=delivery.pk)
    process()
    late.note_failure("the connection was lost")
    assert (after(delivery).state, delivery.error) == (DeliveryState.PROCESSED, "")
