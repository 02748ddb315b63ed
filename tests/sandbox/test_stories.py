"""Each story as Earshot hears it: the codes, their order in time, and the end."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Receiver
from tests.sandbox_process import Sandbox

MEET = "https://meet.google.com/abc-defg-hij"
HAPPY = [
    "queued",
    "joining_call",
    "in_waiting_room",
    "in_call_not_recording",
    "in_call_recording",
    "call_ended",
    "recording_succeeded",
    "transcribing",
]


@pytest.fixture
def hearing(sandbox: Sandbox, receiver: Receiver) -> Receiver:
    sandbox.point_webhooks_at(receiver.url)
    return receiver


def test_happy_path_is_heard_step_by_step(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "happy_path")
    sandbox.wait_for(lambda: _final(hearing, bot_id))
    assert _codes(hearing, bot_id) == HAPPY
    final = _final(hearing, bot_id)
    assert final["event"] == "bot.completed"
    assert 170 <= final["data"]["duration_seconds"] <= 180
    assert final["data"]["speakers"]
    assert final["extra"] == {"earshot_id": "bot_happy_path"}


def test_never_admitted_ends_without_a_recording(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "never_admitted")
    sandbox.wait_for(lambda: _final(hearing, bot_id))
    assert _codes(hearing, bot_id)[-2:] == ["waiting_room_timeout", "recording_failed"]
    assert _final(hearing, bot_id)["data"]["error_code"] == "TIMEOUT_WAITING_TO_START"
    details = api.get(f"/v2/bots/{bot_id}").json()["data"]
    assert (details["status"], details["video"], details["participants"]) == ("failed", None, [])


def test_waiting_room_then_admitted_waits_and_records(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "waiting_room_then_admitted")
    sandbox.wait_for(lambda: _final(hearing, bot_id))
    assert _final(hearing, bot_id)["event"] == "bot.completed"


def test_duplicates_come_out_of_order_but_their_times_tell(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "duplicate_and_out_of_order_webhooks", speed=20)
    sandbox.wait_for(lambda: len(_about(hearing, bot_id)) >= 2 * len(HAPPY) + 3, seconds=25)
    arrived = [
        body["data"]["status"]["code"]
        for body in _about(hearing, bot_id)
        if body["event"] == "bot.status_change"
    ]
    assert arrived != sorted(arrived, key=HAPPY.index)
    assert _codes(hearing, bot_id) == HAPPY
    ids = [
        message.headers["svix-id"]
        for message in hearing.received
        if message.body["data"].get("bot_id") == bot_id
    ]
    # Every message twice, the final one three times, and the chat message once.
    assert len(set(ids)) == len(HAPPY) + 2


def test_a_lost_final_webhook_shows_only_on_asking(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "lost_final_webhook")
    sandbox.wait_for_bot(bot_id, "completed")
    assert _final(hearing, bot_id) is None
    assert api.get(f"/v2/bots/{bot_id}").json()["data"]["video"] is not None
    assert sandbox.post(f"bots/{bot_id}/story") == {"bot_id": bot_id}
    api.post(f"/v2/bots/{bot_id}/resend-webhook", json={})
    sandbox.wait_for(lambda: _final(hearing, bot_id))


@pytest.mark.parametrize(
    ("story", "error_code"),
    [
        ("host_refuses", "BOT_NOT_ACCEPTED"),
        ("nobody_joins", "NO_ATTENDEES"),
        ("meeting_not_found", "INVALID_MEETING_URL"),
        ("transcription_fails", "TRANSCRIPTION_FAILED"),
        ("host_never_starts", "WAITING_FOR_HOST_TIMEOUT"),
        ("crashes_while_recording", "BOT_CRASHED"),
    ],
)
def test_failures_say_their_code(
    sandbox: Sandbox, api: httpx.Client, story: str, error_code: str
) -> None:
    bot_id = _send(api, story)
    assert sandbox.wait_for_bot(bot_id, "failed")["error_code"] == error_code


def test_a_crash_in_the_middle_keeps_nothing(sandbox: Sandbox, api: httpx.Client) -> None:
    bot_id = _send(api, "crashes_while_recording")
    assert sandbox.wait_for_bot(bot_id, "failed")["recorded_seconds"] > 30
    details = api.get(f"/v2/bots/{bot_id}").json()["data"]
    assert [details[file] for file in ("video", "audio", "transcription")] == [None] * 3
    assert details["exited_at"]


def test_a_bot_that_fails_to_join_counts_its_attempts(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "retrying")
    sandbox.wait_for(lambda: _final(hearing, bot_id))
    codes = _codes(hearing, bot_id)
    assert codes.count("joining_call") == 3
    assert codes[-5:] == HAPPY[-5:]
    attempts = [
        (body["data"]["status"]["attempt"], body["data"]["status"]["max"])
        for body in _about(hearing, bot_id)
        if body["data"].get("status", {}).get("code") == "retrying"
    ]
    assert sorted(attempts) == [(2, 3), (3, 3)]


def test_a_busy_provider_says_that_it_sets_out_late(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "pickup_delayed")
    sandbox.wait_for(lambda: _final(hearing, bot_id))
    assert _codes(hearing, bot_id) == ["queued", "pickup_delayed", *HAPPY[1:]]


def test_late_webhooks_come_when_the_bot_is_further(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "late_webhooks")
    sandbox.wait_for_bot(bot_id, "completed")
    assert _final(hearing, bot_id) is None
    final = sandbox.wait_for(lambda: _final(hearing, bot_id))
    assert _codes(hearing, bot_id) == HAPPY
    assert final["event"] == "bot.completed"


def test_a_burst_is_everything_five_times_at_once(
    sandbox: Sandbox, api: httpx.Client, hearing: Receiver
) -> None:
    bot_id = _send(api, "webhook_burst")
    chat = 20 + 1  # and the usual word about the sound
    expected = 5 * (len(HAPPY) + chat + 1) - 4
    sandbox.wait_for(lambda: len(_about(hearing, bot_id)) >= expected)
    assert len({body["data"]["text"] for body in hearing.bodies("bot.chat_message")}) == chat


def test_leaving_before_recording_records_nothing(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.post("next_story", story="never_admitted")
    bot_id = _send(api, None, speed=5)
    sandbox.wait_for_bot(bot_id, "in_waiting_room")
    assert api.post(f"/v2/bots/{bot_id}/leave", json={}).status_code == 200
    ended = sandbox.wait_for_bot(bot_id, "failed")
    assert ended["error_code"] == "EXITING_MEETING_BEFORE_RECORD"
    assert api.post(f"/v2/bots/{bot_id}/leave", json={}).status_code == 409


def test_leaving_while_recording_delivers_what_was_captured(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    bot_id = _send(api, "happy_path", speed=20)
    sandbox.wait_for_bot(bot_id, "in_call_recording")
    api.post(f"/v2/bots/{bot_id}/leave", json={})
    assert 0 < sandbox.wait_for_bot(bot_id, "completed")["recorded_seconds"] < 120


def test_a_pause_is_missing_from_the_recording(sandbox: Sandbox, api: httpx.Client) -> None:
    bot_id = _send(api, "happy_path", speed=20)
    sandbox.wait_for_bot(bot_id, "in_call_recording")
    assert api.post(f"/v2/bots/{bot_id}/resume-recording", json={}).status_code == 409
    assert api.post(f"/v2/bots/{bot_id}/pause-recording", json={}).status_code == 200
    words = {"message": "We go on in a minute"}
    assert api.post(f"/v2/bots/{bot_id}/send-chat-message", json=words).status_code == 200
    sandbox.post("speed", speed=100)
    sandbox.wait_for_bot(bot_id, "completed", seconds=20)
    details = api.get(f"/v2/bots/{bot_id}").json()["data"]
    assert details["duration_seconds"] < 100
    chat = httpx.get(details["chat_messages"]).json()
    assert chat[-1]["text"] == "We go on in a minute"


def _send(api: httpx.Client, story: str | None, speed: float | None = None) -> str:
    url = f"{MEET}?story={story}" if story else MEET
    config: dict[str, Any] = {
        "bot_name": "Earshot",
        "meeting_url": url,
        "transcription_enabled": True,
        "transcription_config": {"provider": "gladia"},
        "extra": {"earshot_id": f"bot_{story}"},
    }
    bot_id = str(api.post("/v2/bots", json=config).json()["data"]["bot_id"])
    if speed:
        api.post(f"/sandbox/api/bots/{bot_id}/story", json={"speed": speed})
    return bot_id


def _about(hearing: Receiver, bot_id: str) -> list[Any]:
    return [body for body in hearing.bodies() if body["data"].get("bot_id") == bot_id]


def _final(hearing: Receiver, bot_id: str) -> Any:
    last = ("bot.completed", "bot.failed")
    return next((body for body in _about(hearing, bot_id) if body["event"] in last), None)


def _codes(hearing: Receiver, bot_id: str) -> list[str]:
    """The codes in the order of their own times, each once."""
    changes = [
        (body["data"]["status"]["created_at"], body["data"]["status"]["code"])
        for body in _about(hearing, bot_id)
        if body["event"] == "bot.status_change"
    ]
    return [code for _, code in sorted(set(changes))]
