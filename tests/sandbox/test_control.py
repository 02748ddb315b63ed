"""The strings behind the stage: pages, accidents on purpose, and a world that is kept."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.sandbox_process import Sandbox, run_sandbox

MEET = "https://meet.google.com/abc-defg-hij"


@pytest.mark.parametrize("page", ["", "events", "accidents", "deliveries", "requests", "google"])
def test_each_page_is_plain_html(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str, page: str
) -> None:
    api.post("/v2/bots", json={"bot_name": "Earshot", "meeting_url": MEET})
    response = api.get(f"/sandbox/{page}")
    assert response.status_code == 200
    assert "<script" not in response.text
    assert "style=" not in response.text


def test_a_form_does_what_the_call_does(sandbox: Sandbox, api: httpx.Client) -> None:
    response = api.post(
        "/sandbox/do/next_story",
        data={"story": "never_admitted"},
        headers={"referer": f"{sandbox.url}/sandbox/"},
    )
    assert (response.status_code, response.headers["location"]) == (303, "/sandbox/")
    assert sandbox.state()["next_story"] == "never_admitted"
    sandbox.post("reset")
    assert sandbox.state()["next_story"] is None


def test_a_fault_comes_as_often_as_planned(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.post("faults", path="/v2/bots", method="GET", status=503, times=2)
    assert [api.get("/v2/bots").status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_can_speak_the_providers_words(sandbox: Sandbox, api: httpx.Client) -> None:
    code = "FST_ERR_INSUFFICIENT_TOKENS"
    sandbox.post("faults", path="/v2/bots", method="POST", status=402, code=code)
    refused = api.post("/v2/bots", json={"bot_name": "Earshot", "meeting_url": MEET})
    assert (refused.status_code, refused.json()["code"]) == (402, code)


def test_a_lost_answer_leaves_a_bot_behind(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.post("faults", path="/v2/bots", method="POST", status=504, performed=True)
    body = {"bot_name": "Earshot", "meeting_url": MEET, "extra": {"earshot_id": "bot_lost"}}
    assert api.post("/v2/bots", json=body).status_code == 504
    found = api.get("/v2/bots", params={"extra": "earshot_id:bot_lost"}).json()["data"]
    assert len(found) == 1


def test_accidents_have_names(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.post("reset")
    assert set(sandbox.state()["accidents"]) == {
        "rate_limit", "server_errors", "timeouts_after_success", "endpoint_disabled_for_a_day",
    }  # fmt: skip
    sandbox.post("accidents", name="rate_limit")
    body = {"bot_name": "Earshot", "meeting_url": MEET}
    refused = api.post("/v2/bots", json=body)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert refused.json()["code"] == "FST_ERR_TOO_MANY_REQUESTS"
    assert api.get("/v2/bots").status_code == 200  # only writes are limited
    sandbox.post("faults", clear=True)
    sandbox.post("accidents", name="server_errors")
    told = [api.get("/v2/bots").status_code for _ in range(7)]
    assert told == [500, 500, 500, 502, 502, 503, 200]
    sandbox.post("accidents", name="timeouts_after_success")
    assert [api.post("/v2/bots", json=body).status_code for _ in range(4)] == [504] * 3 + [201]
    assert len(api.get("/v2/bots").json()["data"]) == 4


def test_a_day_without_webhooks_ends_by_itself(sandbox: Sandbox) -> None:
    sandbox.post("reset")
    sandbox.post("accidents", name="endpoint_disabled_for_a_day")
    assert not sandbox.state()["webhook"]["enabled"]
    day = 24 * 3600 / sandbox.state()["speed"]
    sandbox.post("advance", seconds=day - 60)
    assert not sandbox.state()["webhook"]["enabled"]
    sandbox.post("advance", seconds=60)
    sandbox.wait_for(lambda: sandbox.state()["webhook"]["enabled"])
    sandbox.post("reset")


def test_an_accident_is_started_from_its_page(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.post("reset")
    page = {"referer": f"{sandbox.url}/sandbox/accidents"}
    started = api.post("/sandbox/do/accidents", data={"name": "rate_limit"}, headers=page)
    assert (started.status_code, started.headers["location"]) == (303, "/sandbox/accidents")
    assert "POST *" in api.get("/sandbox/accidents").text
    api.post("/sandbox/do/faults", data={"clear": "on"}, headers=page)
    assert "POST *" not in api.get("/sandbox/accidents").text
    api.post("/sandbox/do/weather", data={"lost": "0.1", "doubled": "", "reordered": ""})
    assert sandbox.state()["weather"]["lost"] == 0.1
    sandbox.post("reset")


def test_a_download_can_be_cut_off(sandbox: Sandbox, api: httpx.Client) -> None:
    made = sandbox.post("finished_bots", duration_seconds=20, silent=True)
    bot = api.get(f"/v2/bots/{made['bot_id']}").json()["data"]
    sandbox.post("faults", path="/media/", cut_after=1000)
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(bot["audio"], timeout=60)
    assert httpx.get(bot["audio"], timeout=60).status_code == 200


def test_a_failed_bot_of_the_past_keeps_its_reason(sandbox: Sandbox, api: httpx.Client) -> None:
    made = sandbox.post(
        "finished_bots", title="Kestrel Rail QBR", platform="zoom",
        error_code="BOT_NOT_ACCEPTED", ended_at="2026-11-02T10:00:00Z", silent=True,
    )  # fmt: skip
    bot = api.get(f"/v2/bots/{made['bot_id']}").json()["data"]
    assert (bot["status"], bot["error_code"], bot["video"]) == ("failed", "BOT_NOT_ACCEPTED", None)
    told = sandbox.post("finished_bots", story="transcription_fails", silent=True)
    bot = api.get(f"/v2/bots/{told['bot_id']}").json()["data"]
    assert (bot["error_code"], bot["transcription"]) == ("TRANSCRIPTION_FAILED", None)
    assert bot["video"] is not None


def test_a_stopped_world_goes_on_after_the_next_start(tmp_path: Path) -> None:
    kept = {"SANDBOX_STATE": str(tmp_path / "world.json"), "SANDBOX_SPEED": "1"}
    with run_sandbox(**kept) as sandbox:
        token = sandbox.refresh_token()
        url, headers = f"{sandbox.url}/v2/bots", sandbox.headers
        body = {"bot_name": "Earshot", "meeting_url": MEET}
        bot_id = httpx.post(url, json=body, headers=headers).json()["data"]["bot_id"]
    with run_sandbox(**kept) as sandbox:
        sandbox.post("speed", speed=100)
        assert sandbox.wait_for_bot(bot_id, "completed")
        fields = {
            "grant_type": "refresh_token",
            "refresh_token": token,
            "client_id": "sandbox-google-client",
            "client_secret": "sandbox-google-secret",
        }
        assert httpx.post(f"{sandbox.url}/google/token", data=fields).status_code == 200
