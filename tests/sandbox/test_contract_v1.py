"""Every answer and every webhook of the simulated v1 is what its own description says.

The description has no schemas for webhooks, only examples in its prose: those are the shapes.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Contract, Receiver
from tests.sandbox_process import API_KEY, GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, Sandbox

MEET = "https://meet.google.com/abc-defg-hij"
ZOOM = "https://us02web.zoom.us/j/91234567890"
BOT = {"bot_name": "Earshot", "speech_to_text": "Default", "extra": {"earshot_id": "bot_1"}}
STATUS_FIELDS = {"code", "created_at", "start_time", "error_message", "error_type"}


@pytest.fixture(autouse=True)
def fresh(sandbox: Sandbox) -> None:
    sandbox.post("reset")


def send(api: httpx.Client, **wishes: Any) -> str:
    body = {**BOT, "meeting_url": MEET, "deduplication_key": str(wishes), **wishes}
    return str(api.post("/bots/", json=body).json()["bot_id"])


def grant(sandbox: Sandbox) -> dict[str, str]:
    return {
        "platform": "Google",
        "oauth_client_id": GOOGLE_CLIENT_ID,
        "oauth_client_secret": GOOGLE_CLIENT_SECRET,
        "oauth_refresh_token": sandbox.refresh_token(),
    }


def connect(sandbox: Sandbox, api: httpx.Client) -> str:
    made = api.post(
        "/calendars/", json={**grant(sandbox), "raw_calendar_id": "maya@northwind.example"}
    )
    api.post("/calendars/resync_all")
    return str(made.json()["calendar"]["uuid"])


def tomorrow(sandbox: Sandbox, hours: float = 24) -> int:
    now = datetime.fromisoformat(sandbox.state()["now"])
    return int((now + timedelta(hours=hours)).timestamp())


def test_bot_answers_are_as_described(
    sandbox: Sandbox, api: httpx.Client, contract_v1: Contract
) -> None:
    created = api.post("/bots/", json={**BOT, "meeting_url": MEET})
    contract_v1.check_response(created)
    bot_id = created.json()["bot_id"]
    waiting = send(api, start_time=tomorrow(sandbox))
    sandbox.wait_for_bot(bot_id, "completed")
    for one in (bot_id, waiting):
        contract_v1.check_response(api.get("/bots/meeting_data", params={"bot_id": one}))
    contract_v1.check_response(api.get("/bots/bots_with_metadata"))
    contract_v1.check_response(api.get(f"/bots/{bot_id}/screenshots"))
    contract_v1.check_response(api.delete(f"/bots/{waiting}"))
    contract_v1.check_response(api.post(f"/bots/{bot_id}/delete_data"))
    gone = api.get("/bots/meeting_data", params={"bot_id": bot_id})
    contract_v1.check_response(gone)
    assert (gone.json()["mp4"], gone.json()["audio"]) == ("", "")


def test_calendar_answers_are_as_described(
    sandbox: Sandbox, api: httpx.Client, contract_v1: Contract
) -> None:
    contract_v1.check_response(api.post("/calendars/raw", json=grant(sandbox)))
    calendar_id = connect(sandbox, api)
    one = f"/calendars/{calendar_id}"
    for path in ("/calendars/", one):
        contract_v1.check_response(api.get(path))
    contract_v1.check_response(api.post("/calendars/resync_all"))
    listed = api.get("/calendar_events/", params={"calendar_id": calendar_id, "status": "all"})
    contract_v1.check_response(listed)
    events = [row for row in listed.json()["data"] if row["meeting_url"] and not row["deleted"]]
    series = next(row for row in reversed(events) if row["is_recurring"])
    path = f"/calendar_events/{series['uuid']}"
    booked = api.post(f"{path}/bot", json=BOT)
    contract_v1.check_response(booked)
    assert booked.json()[0]["bot_param"]["extra"] == BOT["extra"]
    contract_v1.check_response(api.get(path))
    contract_v1.check_response(api.patch(f"{path}/bot", json={**BOT, "enter_message": "Hello"}))
    every = {"all_occurrences": "true"}
    contract_v1.check_response(api.delete(f"{path}/bot", params=every))
    contract_v1.check_response(api.delete(f"{path}/bot"))
    contract_v1.check_response(api.patch(one, json=grant(sandbox)))
    sandbox.post("google/behaviour", revoke="maya@northwind.example")
    told = api.post("/calendars/resync_all")
    contract_v1.check_response(told)
    assert told.json()["errors"][0][0] == calendar_id
    sandbox.post("google/behaviour", reset=True)
    assert api.delete(one).content == b""


def test_every_webhook_is_as_described(
    sandbox: Sandbox, api: httpx.Client, contract_v1: Contract, receiver: Receiver
) -> None:
    examples = _examples(contract_v1)
    assert set(examples) == {
        "complete", "failed", "calendar.sync_events", "transcription_complete",
    }  # fmt: skip
    sandbox.point_webhooks_at(receiver.url)
    connect(sandbox, api)
    for story in sandbox.state()["stories"]:
        send(api, meeting_url=f"{ZOOM}?story={story}")
    send(api, meeting_url=MEET)
    ended = ("completed", "failed")
    sandbox.wait_for(lambda: all(b["status"] in ended for b in sandbox.state()["bots"]), 60)
    wanted = {*examples, "bot.status_change"}
    sandbox.wait_for(lambda: {body["event"] for body in receiver.bodies()} == wanted)
    for message in receiver.received:
        assert message.headers["x-meeting-baas-api-key"] == API_KEY
        assert not any(name.startswith(("svix", "webhook-")) for name in message.headers)
    for body in receiver.bodies():
        assert set(body) == {"event", "data"}
        if body["event"] == "bot.status_change":
            assert set(body["data"]) == {"bot_id", "status"}
            assert set(body["data"]["status"]) <= STATUS_FIELDS
        else:
            _same_shape(body["data"], examples[body["event"]]["data"], body["event"])
    texts = [body["data"]["transcript"] for body in receiver.bodies("complete")]
    assert any(texts)
    assert not all(texts)


def test_bot_with_an_address_of_its_own_tells_that(
    sandbox: Sandbox, api: httpx.Client, receiver: Receiver
) -> None:
    sandbox.point_webhooks_at(f"{receiver.url}account")
    bot_id = send(api, webhook_url=f"{receiver.url}own", meeting_url=f"{MEET}?story=host_refuses")
    sandbox.wait_for(lambda: receiver.bodies("failed"))
    ours = [one for one in receiver.received if one.body["data"].get("bot_id") == bot_id]
    assert {one.path for one in ours} == {"/hooks/own"}
    assert receiver.bodies("failed")[0]["data"]["error"] == "access_denied"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"meeting_url": MEET}),
        (400, {**BOT, "meeting_url": "https://example.com/x"}),
        (400, {**BOT, "meeting_url": MEET, "enter_message": "of an event"}),
        (400, {**BOT, "meeting_url": MEET, "start_time": 1893456000000}),
        (400, {**BOT, "meeting_url": MEET, "automatic_leave": {"waiting_room_timeout": 5}}),
        (400, {**BOT, "meeting_url": MEET, "speech_to_text": "Whisper"}),
    ],
)
def test_wrong_bodies_are_refused_without_an_envelope(
    api: httpx.Client, status: int, body: dict[str, Any]
) -> None:
    answer = api.post("/bots/", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}


def test_wrong_keys_times_twins_and_slashes_are_refused(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    assert httpx.get(f"{sandbox.url}/calendars/").status_code == 401
    zoned = {"created_after": "2026-05-01T12:00:00Z"}
    assert api.get("/bots/bots_with_metadata", params=zoned).status_code == 400
    assert api.get("/bots/bots_with_metadata", params={"limit": 51}).status_code == 400
    assert api.post("/bots", json={**BOT, "meeting_url": MEET}).status_code in (307, 401, 404)
    first = api.post("/bots/", json={**BOT, "meeting_url": MEET, "deduplication_key": "a"})
    again = api.post("/bots/", json={**BOT, "meeting_url": MEET, "deduplication_key": "a"})
    other = api.post("/bots/", json={**BOT, "meeting_url": MEET, "deduplication_key": "b"})
    assert [one.status_code for one in (first, again, other)] == [200, 409, 200]
    assert api.get("/v2/bots").json()["data"] == []  # another provider's


def test_update_of_a_calendar_takes_its_bookings_away(sandbox: Sandbox, api: httpx.Client) -> None:
    calendar_id = connect(sandbox, api)
    rows = api.get("/calendar_events/", params={"calendar_id": calendar_id}).json()["data"]
    event = next(row for row in reversed(rows) if row["meeting_url"] and not row["deleted"])
    path = f"/calendar_events/{event['uuid']}"
    api.post(f"{path}/bot", json=BOT)
    assert api.get(path).json()["bot_param"]
    api.patch(f"/calendars/{calendar_id}", json=grant(sandbox))
    assert api.get(path).json()["bot_param"] is None


def test_filter_by_extra_looks_at_each_page_alone(sandbox: Sandbox, api: httpx.Client) -> None:
    for number in range(3):
        send(api, start_time=tomorrow(sandbox), extra={"n": str(number)})
    wanted: dict[str, Any] = {"limit": 1, "filter_by_extra": "n:0"}
    first = api.get("/bots/bots_with_metadata", params=wanted).json()
    assert (first["bots"], first["next_cursor"]) == ([], "1")
    last = api.get("/bots/bots_with_metadata", params={**wanted, "cursor": "2"}).json()
    assert (len(last["bots"]), last["next_cursor"]) == (1, None)


def _examples(contract: Contract) -> dict[str, Any]:
    """The JSON in the prose about webhooks, by the name of the event."""
    prose = contract.document["paths"]["/bots/webhooks"]["get"]["description"]
    found = re.findall(r"```json\n(.*?)```", prose.replace('\\"', '"'), re.DOTALL)
    messages = [json.loads(text) for text in found]
    return {message["event"]: message for message in messages if "event" in message}


def _same_shape(value: Any, example: Any, place: str) -> None:
    """Nothing that the example does not have, and of the same kind; null where there is none."""
    if value is None:
        return
    if isinstance(example, dict):
        assert isinstance(value, dict), place
        if place.endswith("extra"):
            return
        assert set(value) <= set(example), (place, set(value) - set(example))
        for key, item in value.items():
            _same_shape(item, example[key], f"{place}.{key}")
    elif isinstance(example, list):
        assert isinstance(value, list), place
        for item in value:
            _same_shape(item, example[0], f"{place}[]")
    else:
        kinds = (int, float) if isinstance(example, int | float) else type(example)
        assert isinstance(value, kinds), place
