"""Every answer and every webhook of the sandbox is what the provider's own description says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Contract, Receiver, google_calendar
from tests.sandbox_process import Sandbox

MEET = "https://meet.google.com/abc-defg-hij"
CONFIG: dict[str, Any] = {
    "bot_name": "Earshot",
    "transcription_enabled": True,
    "transcription_config": {
        "provider": "gladia",
        "custom_params": {"summarization": True, "chapterization": True},
    },
    "extra": {"earshot_id": "bot_1"},
}
WEBHOOKS = {
    "bot.status_change": "BotWebhookStatusChange",
    "bot.completed": "BotWebhookCompleted",
    "bot.failed": "BotWebhookFailed",
    "bot.chat_message": "BotWebhookChatMessage",
    "calendar.connection_created": "CalendarWebhookConnectionCreated",
    "calendar.connection_updated": "CalendarWebhookConnectionUpdated",
    "calendar.connection_deleted": "CalendarWebhookConnectionDeleted",
    "calendar.events_synced": "CalendarWebhookEventsSynced",
    "calendar.event_created": "CalendarWebhookEventCreated",
    "calendar.event_updated": "CalendarWebhookEventUpdated",
    "calendar.event_cancelled": "CalendarWebhookEventCancelled",
}


def test_the_contract_does_refuse(contract: Contract) -> None:
    chat = {"event": "bot.chat_message", "data": {"bot_id": "1"}, "extra": None}
    with pytest.raises(AssertionError, match="is not a 'uuid'"):
        contract.check_schema("BotWebhookChatMessage", chat)


@pytest.fixture
def finished_bot(sandbox: Sandbox, api: httpx.Client) -> str:
    bot_id = api.post("/v2/bots", json={**CONFIG, "meeting_url": MEET}).json()["data"]["bot_id"]
    sandbox.wait_for_bot(bot_id, "completed")
    return str(bot_id)


def test_bot_answers_are_as_described(
    sandbox: Sandbox, api: httpx.Client, contract: Contract, finished_bot: str
) -> None:
    one = f"/v2/bots/{finished_bot}"
    contract.check_response(api.post("/v2/bots", json={**CONFIG, "meeting_url": MEET}))
    for path in ("/v2/bots", one, f"{one}/status", f"{one}/screenshots"):
        contract.check_response(api.get(path))
    contract.check_response(api.post(f"{one}/resend-webhook", json={}))
    contract.check_response(api.patch(f"{one}/update-config", json={"extra": {"more": 1}}))
    contract.check_response(
        api.post(f"{one}/retry-callback", json={"url": "http://127.0.0.1:9/callback"})
    )
    contract.check_response(api.request("DELETE", f"{one}/delete-data", json={}))
    contract.check_response(api.get(one))


def test_bot_refusals_are_as_described(
    api: httpx.Client, contract: Contract, finished_bot: str
) -> None:
    one = f"/v2/bots/{finished_bot}"
    refused = [
        (400, api.post("/v2/bots", json={"bot_name": ""})),
        (409, api.post(f"{one}/leave", json={})),
        (409, api.post(f"{one}/pause-recording", json={})),
        (409, api.post(f"{one}/resume-recording", json={})),
        (409, api.post(f"{one}/send-chat-message", json={"message": "Hello"})),
        (404, api.get("/v2/bots/00000000-0000-4000-8000-000000000000")),
    ]
    for status, response in refused:
        assert response.status_code == status
        contract.check_response(response)


def test_scheduled_answers_are_as_described(
    sandbox: Sandbox, api: httpx.Client, contract: Contract
) -> None:
    body = {
        **CONFIG,
        "meeting_url": MEET,
        "join_at": _in_days(sandbox, 20),
        "callback_enabled": True,
        "callback_config": {"url": "https://earshot.example/hook", "secret": "hush"},
    }
    created = api.post("/v2/bots/scheduled", json=body)
    contract.check_response(created)
    one = f"/v2/bots/scheduled/{created.json()['data']['bot_id']}"
    contract.check_response(api.get("/v2/bots/scheduled"))
    contract.check_response(api.get(one))
    contract.check_response(api.patch(one, json={**body, "join_at": _in_days(sandbox, 21)}))
    contract.check_response(api.request("DELETE", one, json={}))
    contract.check_response(api.get(one))
    contract.check_response(api.request("DELETE", one, json={}))  # 409: already cancelled


def test_calendar_answers_are_as_described(
    sandbox: Sandbox, api: httpx.Client, contract: Contract, calendar_id: str
) -> None:
    body = google_calendar(sandbox)
    one = f"/v2/calendars/{calendar_id}"
    raw = {key: value for key, value in body.items() if key != "raw_calendar_id"}
    contract.check_response(api.post("/v2/calendars/list-raw", json=raw))
    contract.check_response(
        api.post(
            "/v2/calendars",
            json={**body, "raw_calendar_id": "c_product@group.calendar.northwind.example"},
        )
    )
    contract.check_response(api.post("/v2/calendars", json=body))  # 409: connected already
    for path in ("/v2/calendars", one, f"{one}/events", f"{one}/series"):
        contract.check_response(api.get(path))
    for event in api.get(f"{one}/events", params={"limit": 250}).json()["data"]:
        contract.check_response(api.get(f"{one}/events/{event['event_id']}"))
    contract.check_response(api.patch(one, json=raw))
    contract.check_response(api.post(f"{one}/sync", json={}))
    contract.check_response(api.post(f"{one}/resubscribe", json={}))
    contract.check_response(api.request("DELETE", one, json={}))
    contract.check_response(api.get(one))


def test_calendar_bot_answers_are_as_described(
    sandbox: Sandbox, api: httpx.Client, contract: Contract, calendar_id: str
) -> None:
    path = f"/v2/calendars/{calendar_id}/bots"
    event = next(
        row
        for row in api.get(f"/v2/calendars/{calendar_id}/events").json()["data"]
        if row["meeting_url"] and row["status"] == "confirmed" and row["event_type"] == "recurring"
    )
    one = {
        "series_id": event["series_id"],
        "event_id": event["event_id"],
        "all_occurrences": False,
    }
    contract.check_response(api.post(path, json={**one, **CONFIG}))
    contract.check_response(api.post(path, json={**one, **CONFIG}))  # already scheduled
    contract.check_response(api.patch(path, json={**one, "bot_name": "Other"}))
    contract.check_response(api.request("DELETE", path, json=one))
    series = {"series_id": event["series_id"], "all_occurrences": True}
    contract.check_response(api.post(path, json={**series, **CONFIG}))
    contract.check_response(api.request("DELETE", path, json=series))


def test_every_webhook_is_as_described(
    sandbox: Sandbox, api: httpx.Client, contract: Contract, receiver: Receiver
) -> None:
    sandbox.post("reset")
    sandbox.point_webhooks_at(receiver.url)
    calendar_id = _connect(sandbox, api)
    _stir_the_calendar(sandbox)
    for story in sandbox.state()["stories"]:
        url = f"https://us02web.zoom.us/j/123?story={story}"
        api.post("/v2/bots", json={**CONFIG, "meeting_url": url})
    sandbox.wait_for(
        lambda: all(bot["status"] in ("completed", "failed") for bot in sandbox.state()["bots"]),
        seconds=90,
        every=0.5,
    )
    api.request("DELETE", f"/v2/calendars/{calendar_id}", json={})
    sandbox.wait_for(
        lambda: {body["event"] for body in receiver.bodies()} == set(WEBHOOKS), seconds=90
    )
    for raw in {message.raw for message in receiver.received}:
        body = json.loads(raw)
        contract.check_schema(WEBHOOKS[body["event"]], _as_described(body))


def test_callbacks_are_as_described(
    sandbox: Sandbox, api: httpx.Client, contract: Contract, receiver: Receiver
) -> None:
    callback = {"url": receiver.url, "secret": "hush", "method": "PUT"}
    body = {**CONFIG, "meeting_url": MEET, "callback_enabled": True, "callback_config": callback}
    api.post("/v2/bots", json=body)
    refused = f"{MEET}?story=host_refuses"
    api.post("/v2/bots", json={**body, "meeting_url": refused})
    sandbox.wait_for(lambda: len(receiver.received) >= 2)
    for message in receiver.received:
        assert (message.method, message.headers["x-mb-secret"]) == ("PUT", "hush")
    contract.check_schema("CallbackCompleted", receiver.bodies("bot.completed")[0])
    contract.check_schema("CallbackFailed", receiver.bodies("bot.failed")[0])


def test_artifacts_are_as_described(
    api: httpx.Client, contract: Contract, finished_bot: str
) -> None:
    details = api.get(f"/v2/bots/{finished_bot}").json()["data"]
    contract.check_schema("OutputTranscription", httpx.get(details["transcription"]).json())
    contract.check_schema("RawTranscription", httpx.get(details["raw_transcription"]).json())
    for line in httpx.get(details["diarization"]).iter_lines():
        contract.check_schema("DiarizationSegment", json.loads(line))


def _as_described(body: Any) -> Any:
    """Without what is newer than the description: which attempt a `retrying` begins."""
    status = body["data"].get("status")
    if not isinstance(status, dict) or status["code"] != "retrying":
        return body
    assert 1 < status["attempt"] <= status["max"]
    known = {key: value for key, value in status.items() if key not in ("attempt", "max")}
    return {**body, "data": {**body["data"], "status": known}}


def _connect(sandbox: Sandbox, api: httpx.Client) -> str:
    created = api.post("/v2/calendars", json=google_calendar(sandbox)).json()["data"]
    calendar_id = str(created["calendar_id"])
    sandbox.wait_for(lambda: api.get(f"/v2/calendars/{calendar_id}").json()["data"]["synced_at"])
    raw = google_calendar(sandbox)
    del raw["raw_calendar_id"]
    api.patch(f"/v2/calendars/{calendar_id}", json=raw)
    return calendar_id


def _stir_the_calendar(sandbox: Sandbox) -> None:
    created = sandbox.post("events", title="Pricing workshop", link="zoom")
    sandbox.wait_for(lambda: _event(sandbox, "Pricing workshop"))
    sandbox.post(f"events/{created['google_id']}/move", minutes=30)
    sandbox.wait_for(lambda: sandbox.deliveries("calendar.event_updated"))
    sandbox.post(f"events/{created['google_id']}/cancel")
    sandbox.wait_for(lambda: sandbox.deliveries("calendar.event_cancelled"))


def _event(sandbox: Sandbox, title: str) -> Any:
    events = sandbox.state()["calendars"][0]["events"]
    return next((event for event in events if event["title"] == title), None)


def _in_days(sandbox: Sandbox, days: int) -> str:
    later = datetime.fromisoformat(sandbox.state()["now"]) + timedelta(days=days)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")
