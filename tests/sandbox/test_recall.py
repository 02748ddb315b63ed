"""The simulated Recall.ai is as strict as the real one, and says what happens in its own words."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.sandbox_process import API_KEY, Sandbox, run_sandbox

MEETING = "https://us02web.zoom.us/j/8112233445"
PNG = {"kind": "jpeg", "b64_data": "iVBORw0KGgo="}
BODY = {"meeting_url": MEETING, "metadata": {"earshot_id": "bot_1"}}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_SPEED="40", SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture(scope="module")
def http(sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Token {API_KEY}"}
    with httpx.Client(base_url=sandbox.url, headers=headers, timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"meeting_url": None}, "meeting_url"),
        ({"bot_name": "x" * 101}, "bot_name"),
        ({"metadata": {"earshot_id": 7}}, "metadata.earshot_id"),
        ({"join_at": "tomorrow"}, "join_at"),
        ({"recording_config": {"video_mixed_layout": "mosaic"}}, None),
        ({"recording_config": {"transcript": {"provider": {"a": {}, "b": {}}}}}, None),
        ({"automatic_leave": {"waiting_room_timeout": "long"}}, None),
        ({"automatic_video_output": {"in_call_recording": {"kind": "png", "b64_data": "x"}}}, None),
        ({"automatic_video_output": {"in_call_recording": {"kind": "jpeg"}}}, None),
        ({"automatic_video_output": {"in_call_recording": PNG}}, None),
        ({"zoom": {"zak_url": "no address"}}, None),
    ],
)
def test_wrong_value_is_refused_by_its_field(
    http: httpx.Client, change: dict[str, Any], field: str | None
) -> None:
    answer = http.post("/api/v1/bot/", json={**BODY, **change})
    assert answer.status_code == 400
    (named,) = answer.json()
    assert named == field or named.startswith(next(iter(change)))


def test_path_ends_in_a_slash_and_a_read_has_no_body(http: httpx.Client) -> None:
    assert http.get("/api/v1/bot").status_code == 404
    answer = http.request("GET", "/api/v1/bot/", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "request_blocked")
    assert http.get("/api/v1/bot/", headers={"authorization": "Token no"}).status_code == 401


def test_same_idempotency_key_brings_the_same_answer(http: httpx.Client) -> None:
    first, second = ({"idempotency-key": str(uuid.uuid4())} for _ in range(2))
    made = [http.post("/api/v1/bot/", json=BODY, headers=first).json()["id"] for _ in range(2)]
    assert made[0] == made[1]
    other = http.post("/api/v1/bot/", json=BODY, headers=second).json()["id"]
    assert other != made[0]


def test_meeting_url_goes_as_a_text_and_comes_as_an_object(http: httpx.Client) -> None:
    bot = http.post("/api/v1/bot/", json=BODY).json()
    assert bot["meeting_url"]["platform"] == "zoom"
    assert bot["metadata"] == {"earshot_id": "bot_1"}


def test_story_is_told_in_recalls_words_and_signed(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.post("webhook", url=f"{sandbox.url}/sandbox/nowhere")
    endpoint = {
        "type": "webhook",
        "url": f"{sandbox.url}/sandbox/nowhere?token=t",
        "events": ["transcript.data", "transcript.partial_data"],
    }
    recording = {
        "transcript": {"provider": {"recallai_streaming": {}}},
        "realtime_endpoints": [endpoint],
    }
    wish = {**BODY, "recording_config": recording}
    bot_id = http.post("/api/v1/bot/", json=wish).json()["id"]
    sandbox.wait_for_bot(bot_id, "in_call_recording")

    def told() -> list[Any]:
        messages = sandbox.get("deliveries")["deliveries"]
        return [one for one in messages if bot_id in str(one["body"])]

    sandbox.wait_for(lambda: [one for one in told() if one["event"] == "transcript.data"])
    assert http.post(f"/api/v1/bot/{bot_id}/leave_call/").status_code == 200
    sandbox.wait_for_bot(bot_id, "completed")
    steps = [one for one in told() if not one["event"].startswith("transcript.")]
    assert [one["event"] for one in steps] == [
        "bot.ready",
        "bot.joining_call",
        "bot.in_waiting_room",
        "bot.in_call_not_recording",
        "bot.in_call_recording",
        "recording.processing",
        "bot.call_ended",
        "recording.done",
        "bot.done",
    ]
    ended = next(one for one in steps if one["event"] == "bot.call_ended")
    assert ended["body"]["data"]["data"]["sub_code"] == "bot_received_leave_call"
    partial = next(one for one in told() if one["event"] == "transcript.partial_data")
    whole = next(one for one in told() if one["event"] == "transcript.data")
    halves = [[w["text"] for w in one["body"]["data"]["data"]["words"]] for one in (partial, whole)]
    assert halves[0] == halves[1][: len(halves[0])]
    assert partial["url"].endswith("?token=t")
    assert [one["event"] for one in told() if one["event"].startswith("transcript.")][-1] == (
        "transcript.done"
    )
