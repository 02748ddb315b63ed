"""What the provider would refuse, the sandbox refuses, with the same words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Contract, google_calendar
from tests.sandbox_process import Sandbox, run_sandbox

MEET = "https://meet.google.com/abc-defg-hij"
BOT: dict[str, Any] = {"bot_name": "Earshot", "meeting_url": MEET}


@pytest.mark.parametrize("key", [None, "wrong"])
def test_without_the_key_nothing_is_answered(sandbox: Sandbox, key: str | None) -> None:
    headers = {"x-meeting-baas-api-key": key} if key else {"x-spoke-api-key": "sandbox-key"}
    response = httpx.get(f"{sandbox.url}/v2/bots", headers=headers)
    assert (response.status_code, response.json()["success"]) == (401, False)


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        ({"content-type": "application/json"}, b"", 400, "FST_ERR_CTP_EMPTY_JSON_BODY"),
        ({"content-type": "text/plain"}, b"x", 415, "FST_ERR_CTP_INVALID_MEDIA_TYPE"),
        ({"content-type": "application/json"}, b"{", 400, "FST_ERR_CTP_INVALID_JSON_BODY"),
    ],
)
def test_bodies_are_read_as_fastify_reads_them(
    api: httpx.Client, headers: dict[str, str], content: bytes, status: int, code: str
) -> None:
    response = api.post("/v2/bots", headers=headers, content=content)
    assert (response.status_code, response.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "wrong",
    [
        {"bot_name": ""},
        {"bot_name": "x" * 256},
        {"meeting_url": "https://example.com/room"},
        {"meeting_url": "not a link"},
        {"recording_mode": "portrait"},
        {"entry_message": "x" * 501},
        {"timeout_config": {"waiting_room_timeout": 119}},
        {"timeout_config": {"silence_timeout": 1801}},
        {"timeout_config": {"grace_period": True}},
        {"extra": "text"},
        {"transcription_enabled": "yes"},
        {"transcription_config": {"provider": "whisper"}},
        {"callback_enabled": True},
        {"callback_enabled": True, "callback_config": {"secret": "hush"}},
        {"bot_image": ["https://example.com/a.png"] * 6},
        {"streaming_config": {"audio_frequency": 8000}},
    ],
)
def test_a_wrong_value_is_refused(
    api: httpx.Client, contract: Contract, wrong: dict[str, Any]
) -> None:
    response = api.post("/v2/bots", json={**BOT, **wrong})
    assert response.status_code == 400
    contract.check_response(response)


def test_an_unknown_key_is_let_through(api: httpx.Client) -> None:
    response = api.post("/v2/bots", json={**BOT, "ignored_participant_names": ["Sam"]})
    assert response.status_code == 201


@pytest.mark.parametrize(
    "join_at",
    [
        "2026-12-24T10:00:00+00:00",
        "2026-12-24 10:00:00Z",
        "2026-12-24T10:00:00",
        "2020-01-01T10:00Z",
    ],
)
def test_join_at_needs_a_z_and_a_future(api: httpx.Client, join_at: str) -> None:
    response = api.post("/v2/bots/scheduled", json={**BOT, "join_at": join_at})
    assert response.status_code == 400


def test_a_second_bot_within_five_minutes_can_be_refused(api: httpx.Client) -> None:
    body = {**BOT, "meeting_url": f"{MEET}?twin=1", "allow_multiple_bots": False}
    assert api.post("/v2/bots", json=body).status_code == 201
    again = api.post("/v2/bots", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "FST_ERR_BOT_ALREADY_EXISTS")


def test_a_scheduled_bot_is_locked_four_minutes_before(sandbox: Sandbox, api: httpx.Client) -> None:
    soon = _in(sandbox, minutes=3)
    bot_id = api.post("/v2/bots/scheduled", json={**BOT, "join_at": soon}).json()["data"]["bot_id"]
    path = f"/v2/bots/scheduled/{bot_id}"
    assert api.patch(path, json={**BOT, "join_at": _in(sandbox, minutes=30)}).status_code == 409
    assert api.request("DELETE", path, json={}).status_code == 200


def test_patching_a_scheduled_bot_brings_defaults_back(sandbox: Sandbox, api: httpx.Client) -> None:
    body = {**BOT, "recording_mode": "audio_only", "join_at": _in(sandbox, minutes=60)}
    bot_id = api.post("/v2/bots/scheduled", json=body).json()["data"]["bot_id"]
    path = f"/v2/bots/scheduled/{bot_id}"
    api.patch(path, json={"bot_name": "Renamed"})
    details = api.get(path).json()["data"]
    assert (details["bot_name"], details["recording_mode"]) == ("Renamed", "speaker_view")


def test_calendar_bots_need_their_selector(api: httpx.Client, calendar_id: str) -> None:
    path = f"/v2/calendars/{calendar_id}/bots"
    event = api.get(f"/v2/calendars/{calendar_id}/events").json()["data"][0]
    selector = {"series_id": event["series_id"], "all_occurrences": False}
    full = {**selector, "event_id": event["event_id"], "bot_name": "Earshot"}
    refused: list[dict[str, Any]] = [
        {**selector, "bot_name": "Earshot"},
        {key: value for key, value in full.items() if key != "series_id"},
        {**full, "meeting_url": MEET},
    ]
    assert [api.post(path, json=body).status_code for body in refused] == [400, 400, 400]


def test_an_event_without_a_link_is_an_error_among_the_items(
    api: httpx.Client, calendar_id: str
) -> None:
    events = api.get(f"/v2/calendars/{calendar_id}/events", params={"limit": 250}).json()["data"]
    event = next(event for event in events if event["meeting_url"] is None)
    body = {
        "series_id": event["series_id"],
        "event_id": event["event_id"],
        "all_occurrences": False,
        "bot_name": "Earshot",
    }
    response = api.post(f"/v2/calendars/{calendar_id}/bots", json=body)
    assert response.status_code == 201
    assert response.json()["success"] is True
    assert response.json()["errors"][0]["code"] == "NO_MEETING_URL"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"oauth_refresh_token": "stolen"}, 401),
        ({"oauth_client_secret": "wrong"}, 401),
        ({"oauth_client_id": ""}, 400),
        ({"calendar_platform": "outlook"}, 400),
    ],
)
def test_calendars_are_read_only_with_what_google_gave(
    sandbox: Sandbox, api: httpx.Client, change: dict[str, str], status: int
) -> None:
    response = api.post("/v2/calendars/list-raw", json={**google_calendar(sandbox), **change})
    assert response.status_code == status


def test_a_token_without_the_calendar_scope_is_forbidden(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    token = sandbox.refresh_token(scopes=["openid"])
    body = {**google_calendar(sandbox), "oauth_refresh_token": token}
    assert api.post("/v2/calendars/list-raw", json=body).status_code == 403


def test_pages_go_forward_and_back_without_gaps(api: httpx.Client, calendar_id: str) -> None:
    path = f"/v2/calendars/{calendar_id}/events"
    whole = [row["event_id"] for row in api.get(path, params={"limit": 250}).json()["data"]]
    seen, cursor, last = [], None, None
    while True:
        query = {"limit": 20, "cursor": cursor} if cursor else {"limit": 20}
        last = api.get(path, params=query).json()
        seen += [row["event_id"] for row in last["data"]]
        cursor = last["cursor"]
        if cursor is None:
            break
    assert seen == whole
    before = api.get(path, params={"limit": 20, "cursor": last["prev_cursor"]}).json()
    assert last["prev_cursor"].startswith("-")
    end = len(whole) - len(last["data"])
    assert [row["event_id"] for row in before["data"]] == whole[end - 20 : end]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 251}, {"cursor": "?"}, {"status": "x"}])
def test_a_wrong_query_is_refused(api: httpx.Client, query: dict[str, str]) -> None:
    assert api.get("/v2/bots", params=query).status_code == 400


def test_bots_are_found_by_our_own_id(api: httpx.Client) -> None:
    extra = {"earshot_id": "bot_find_me", "n": 1}
    bot_id = api.post("/v2/bots", json={**BOT, "extra": extra}).json()["data"]["bot_id"]
    found = api.get("/v2/bots", params={"extra": "earshot_id:bot_find_me"}).json()["data"]
    assert [bot["bot_id"] for bot in found] == [bot_id]
    assert api.get("/v2/bots", params={"extra": "earshot_id:bot_other"}).json()["data"] == []


@pytest.fixture(scope="module")
def slow_lane() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_RATE_LIMIT="3") as running:
        yield running


def test_too_many_writes_are_told_to_wait(slow_lane: Sandbox, contract: Contract) -> None:
    with httpx.Client(base_url=slow_lane.url, headers=slow_lane.headers) as client:
        answers = [client.post("/v2/bots", json=BOT) for _ in range(4)]
        last = answers[-1]
        assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
        assert answers[0].headers["x-ratelimit-remaining"] == "2"
        assert last.headers["retry-after"] == str(last.json()["retryAfter"])
        contract.check_response(last)
        assert client.get("/v2/bots").status_code == 200


def test_secrets_do_not_show_in_the_log_of_requests(sandbox: Sandbox, api: httpx.Client) -> None:
    body = google_calendar(sandbox)
    api.post("/v2/calendars/list-raw", json=body)
    log = str(sandbox.get("requests"))
    assert "list-raw" in log
    assert body["oauth_refresh_token"] not in log
    assert body["oauth_client_secret"] not in log


def _in(sandbox: Sandbox, *, minutes: float) -> str:
    later = datetime.fromisoformat(sandbox.state()["now"]) + timedelta(minutes=minutes)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")
