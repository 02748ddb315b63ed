"""Signed as Svix signs, repeated as Svix repeats."""

from __future__ import annotations

from random import Random

import httpx
import pytest
from svix.webhooks import Webhook, WebhookVerificationError

from sandbox.clock import HOUR, Clock
from sandbox.ids import Ids
from sandbox.jobs import Jobs
from sandbox.weather import Weather
from sandbox.webhooks import KEPT, SLOW_DOWN_SECONDS, Message, Post
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


def test_an_endpoint_that_fails_for_days_is_switched_off(
    sandbox: Sandbox, receiver: Receiver
) -> None:
    sandbox.post("reset")
    receiver.statuses = [500] * 7
    sandbox.point_webhooks_at(receiver.url)
    _finish_one(sandbox)
    sandbox.wait_for(lambda: receiver.received)
    assert sandbox.state()["webhook"]["enabled"]
    for _ in range(10):  # every jump lets what is due happen, such as the next attempt
        sandbox.post("advance", seconds=12 * HOUR / sandbox.state()["speed"])
    sandbox.wait_for(lambda: not sandbox.state()["webhook"]["enabled"])
    _finish_one(sandbox)
    assert _states(sandbox, receiver)[-1] == "dropped"
    receiver.statuses = []
    sandbox.post("webhook", enabled=True)
    assert sandbox.post("deliveries/recover") == {"resent": 2}
    sandbox.wait_for(lambda: _states(sandbox, receiver) == ["delivered"] * 2)
    sandbox.post("reset")


def test_an_endpoint_that_took_something_stays_on(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.post("reset")
    receiver.statuses = [500]
    sandbox.point_webhooks_at(receiver.url)
    _finish_one(sandbox)
    sandbox.wait_for(lambda: _states(sandbox, receiver) == ["delivered"])
    sandbox.post("advance", seconds=144 * HOUR / sandbox.state()["speed"])
    _finish_one(sandbox)
    sandbox.wait_for(lambda: _states(sandbox, receiver) == ["delivered"] * 2)
    sandbox.post("reset")


def test_a_wait_is_a_fifth_longer_or_shorter() -> None:
    message = Message("msg_1", "bot.failed", "{}", 0.0, attempts=[{}])
    waits = [message.wait_after(500, None, Random(seed)) or 0 for seed in range(50)]
    assert min(waits) < 4.5 < 5.5 < max(waits)
    assert all(4 <= wait <= 6 for wait in waits)
    assert message.wait_after(429, None, Random(1)) == SLOW_DOWN_SECONDS


def test_what_was_not_delivered_yet_is_never_forgotten() -> None:
    post = Post(Jobs(Clock()), Ids("x"), "http://127.0.0.1:9/", WEBHOOK_SECRET)
    for _ in range(KEPT + 50):
        post.send("bot.failed", {}, speed=None)
    assert len(post.messages) == len(post.dump()["messages"]) == KEPT + 50
    post.enabled = False
    for _ in range(KEPT):
        post.send("bot.failed", {}, speed=None)
    assert len(post.messages) < 2 * KEPT
    assert sum(not message.is_settled for message in post.messages.values()) == KEPT + 50


def test_bad_weather_strikes_the_share_it_was_told(sandbox: Sandbox, receiver: Receiver) -> None:
    weather = Weather(lost=0.1, doubled=0.2, reordered=0.3, seed="1")
    came = [weather.falls_on((0.0,)) for _ in range(1000)]
    assert weather.counts["sent"] == 1000
    assert 70 < weather.counts["lost"] == came.count(()) < 130
    assert 140 < weather.counts["doubled"] == sum(len(delays) == 2 for delays in came) < 220
    assert 220 < weather.counts["reordered"] == sum(any(d[:1]) for d in came) < 320
    again = Weather(lost=0.1, doubled=0.2, reordered=0.3, seed="1")
    assert [again.falls_on((0.0,)) for _ in range(1000)] == came


def test_what_the_weather_takes_nobody_sends_again(sandbox: Sandbox, receiver: Receiver) -> None:
    sandbox.post("reset")
    sandbox.point_webhooks_at(receiver.url)
    sandbox.post("weather", lost=1)
    _finish_one(sandbox)
    assert _states(sandbox, receiver) == ["lost"]
    assert sandbox.post("deliveries/recover") == {"resent": 0}
    sandbox.post("weather", lost=0, doubled=1)
    _finish_one(sandbox)
    sandbox.wait_for(lambda: len(receiver.received) == 2)
    assert len({message.headers["svix-id"] for message in receiver.received}) == 1
    assert sandbox.state()["weather"]["counts"]["doubled"] == 1
    sandbox.post("reset")


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
