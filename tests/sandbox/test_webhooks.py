"""Signed as Svix signs, repeated as Svix repeats."""

from __future__ import annotations

import httpx
import pytest
from svix.webhooks import Webhook, WebhookVerificationError

from tests.sandbox.conftest import Receiver
from tests.sandbox_process import WEBHOOK_SECRET, Sandbox


def _finish_one(sandbox: Sandbox) -> str:
    return str(sandbox.post("finished_bots", title="Northwind weekly")["bot_id"])


def test_the_signature_holds_for_these_bytes_only(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.point_webhooks_at(receiver.url)
    _finish_one(sandbox)
    sandbox.wait_for(lambda: receiver.received)
    message = receiver.received[0]
    Webhook(WEBHOOK_SECRET).verify(message.raw, message.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(WEBHOOK_SECRET).verify(message.raw + b" ", message.headers)


def test_a_refused_message_comes_again_under_its_id(sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.statuses = [500, 302, 204]
    sandbox.point_webhooks_at(receiver.url)
    _finish_one(sandbox)
    sandbox.wait_for(lambda: len(receiver.received) == 3)
    assert len({message.headers["svix-id"] for message in receiver.received}) == 1
    delivery = sandbox.wait_for(
        lambda: next(row for row in sandbox.deliveries() if row["url"] == receiver.url)
    )
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 302, 204]
    assert delivery["state"] == "delivered"


def test_after_seven_attempts_it_is_given_up(sandbox: Sandbox, receiver: Receiver) -> None:
    receiver.statuses = [500] * 7
    sandbox.point_webhooks_at(receiver.url)
    sandbox.post("speed", speed=50_000)
    _finish_one(sandbox)
    sandbox.wait_for(lambda: _states(sandbox, receiver) == ["failed"])
    sandbox.post("speed", speed=100)
    assert len(receiver.received) == 7


def test_without_an_endpoint_messages_are_dropped(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.post("webhook", url=receiver.url, enabled=False)
    _finish_one(sandbox)
    assert _states(sandbox, receiver) == ["dropped"]
    sandbox.point_webhooks_at(receiver.url)
    sandbox.post("deliveries/resend", id=_rows(sandbox, receiver)[0]["id"])
    sandbox.wait_for(lambda: _states(sandbox, receiver) == ["delivered"])


def test_resending_through_the_api_makes_a_new_message(
    sandbox: Sandbox, api: httpx.Client, receiver: Receiver
) -> None:
    sandbox.point_webhooks_at(receiver.url)
    bot_id = _finish_one(sandbox)
    api.post(f"/v2/bots/{bot_id}/resend-webhook", json={})
    sandbox.wait_for(lambda: len(receiver.received) == 2)
    assert len({message.headers["svix-id"] for message in receiver.received}) == 2


def test_a_silent_bot_tells_nobody(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.point_webhooks_at(receiver.url)
    sandbox.post("finished_bots", silent=True)
    assert _rows(sandbox, receiver) == []


def _rows(sandbox: Sandbox, receiver: Receiver) -> list[dict[str, object]]:
    return [row for row in sandbox.deliveries() if row["url"] == receiver.url]


def _states(sandbox: Sandbox, receiver: Receiver) -> list[object]:
    return [row["state"] for row in _rows(sandbox, receiver)]
