"""Zoom as the sandbox plays it, and what the providers keep of it, as their descriptions say."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.conftest import Contract
from tests.sandbox_process import ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET, Sandbox

BACK = "https://earshot.example/oauth/zoom/callback/"
MAYA = "maya@northwind.example"
BASIC = (ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET)
LINK = "https://us02web.zoom.us/j/91234567890"


@pytest.fixture(autouse=True)
def fresh(sandbox: Sandbox) -> None:
    sandbox.post("reset")


@pytest.fixture
def zoom(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{sandbox.url}/zoom", timeout=30) as client:
        yield client


def code(zoom: httpx.Client, **wishes: str) -> str:
    asked = {"client_id": ZOOM_CLIENT_ID, "redirect_uri": BACK, "response_type": "code"}
    form = {**asked, "state": "s", "account": MAYA, "decision": "continue", **wishes}
    answer = zoom.post("/consent", data=form)
    (found,) = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
    return found


def trade(zoom: httpx.Client, **fields: str) -> httpx.Response:
    usual = {"grant_type": "authorization_code", "redirect_uri": BACK}
    return zoom.post("/oauth/token", data={**usual, **fields}, auth=BASIC)


def refresh(zoom: httpx.Client, token: str) -> httpx.Response:
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    return zoom.post("/oauth/token", data=fields, auth=BASIC)


def test_code_works_once_for_its_address_and_its_verifier(zoom: httpx.Client) -> None:
    first = code(zoom)
    assert trade(zoom, code=first).status_code == 200
    assert trade(zoom, code=first).json()["error"] == "invalid_grant"
    assert trade(zoom, code=code(zoom), redirect_uri="https://evil.example/").status_code == 400
    challenged = code(zoom, code_challenge="c", code_challenge_method="S256")
    assert trade(zoom, code=challenged, code_verifier="another").status_code == 400
    wrong = zoom.post("/oauth/token", data={"grant_type": "x"}, auth=("x", "y"))
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert zoom.get("/oauth/authorize", params={"client_id": "x"}).status_code == 400


def test_refresh_token_ends_with_its_use(zoom: httpx.Client) -> None:
    token = trade(zoom, code=code(zoom)).json()["refresh_token"]
    other = refresh(zoom, token).json()["refresh_token"]
    assert other != token
    assert refresh(zoom, token).status_code == 400
    assert refresh(zoom, other).status_code == 200


def test_token_opens_what_it_was_granted_for(sandbox: Sandbox, zoom: httpx.Client) -> None:
    def headers() -> dict[str, str]:
        access = trade(zoom, code=code(zoom)).json()["access_token"]
        return {"authorization": f"Bearer {access}"}

    own = headers()
    assert zoom.get("/v2/users/me", headers=own).json()["email"] == MAYA
    zak = zoom.get("/v2/users/me/token", params={"type": "zak", "ttl": "600"}, headers=own)
    assert zak.json()["token"].startswith("zak.")
    join = "/v2/meetings/91234567890/jointoken/local_recording"
    assert zoom.get(join, headers=own).status_code == 200
    assert zoom.get("/v2/users/me?access_token=x").status_code == 401
    sandbox.post("zoom/behaviour", hosts_nothing=True, fewer_scopes=True)
    assert zoom.get(join, headers=own).status_code == 404
    assert zoom.get("/v2/users/me/token?type=zak", headers=headers()).status_code == 400
    sandbox.post("zoom/behaviour", revoke=MAYA)
    assert zoom.get("/v2/users/me", headers=own).status_code == 401


def v2(zoom: httpx.Client, **fields: Any) -> dict[str, Any]:
    app = {"client_id": ZOOM_CLIENT_ID, "client_secret": ZOOM_CLIENT_SECRET, "redirect_uri": BACK}
    return {"name": "Maya", **app, "authorization_code": code(zoom), **fields}


def test_answers_of_v2_are_as_described(
    sandbox: Sandbox, zoom: httpx.Client, api: httpx.Client, contract: Contract
) -> None:
    made = api.post("/v2/zoom-credentials", json=v2(zoom))
    contract.check_response(made)
    one = f"/v2/zoom-credentials/{made.json()['data']['credential_id']}"
    contract.check_response(api.patch(one, json=v2(zoom, name="Again", extra={"a": "b"})))
    refused = api.post("/v2/zoom-credentials", json=v2(zoom, authorization_code="made-up"))
    assert refused.status_code == 400
    contract.check_response(refused)
    assert api.post("/v2/zoom-credentials", json=v2(zoom, name="")).status_code == 400
    sandbox.post("zoom/behaviour", revoke=MAYA)
    bot = {"bot_name": "Earshot", "meeting_url": LINK}
    named = {"zoom_config": {"credential_id": one.rpartition("/")[2]}}
    api.post("/v2/bots", json={**bot, **named})
    shown = api.get(one)
    contract.check_response(shown)
    assert shown.json()["data"]["state"] == "invalid"
    listed = api.get("/v2/zoom-credentials", params={"state": "active"})
    contract.check_response(listed)
    assert listed.json()["data"] == []
    contract.check_response(api.request("DELETE", one, json={}))
    gone = api.get(one)
    assert gone.status_code == 404
    contract.check_response(gone)


def test_answers_of_v1_are_as_described(
    zoom: httpx.Client, api: httpx.Client, contract_v1: Contract
) -> None:
    app = {"zoom_client_id": ZOOM_CLIENT_ID, "zoom_client_secret": ZOOM_CLIENT_SECRET}
    body = {**app, "redirect_uri": BACK, "authorization_code": code(zoom)}
    made = api.post("/zoom_oauth_connections/", json=body)
    contract_v1.check_response(made)
    one = f"/zoom_oauth_connections/{made.json()['uuid']}"
    contract_v1.check_response(api.get(one))
    contract_v1.check_response(api.get("/zoom_oauth_connections/"))
    assert api.post("/zoom_oauth_connections/", json=body).status_code == 400  # used up
    assert api.delete(one).status_code == 204
    assert api.get(one).status_code == 404
    assert httpx.get(made.request.url).status_code == 401


def test_bot_without_a_good_credential_is_not_let_in(
    sandbox: Sandbox, zoom: httpx.Client, api: httpx.Client
) -> None:
    made = api.post("/v2/zoom-credentials", json=v2(zoom)).json()["data"]["credential_id"]
    bot = {"bot_name": "Earshot", "meeting_url": LINK}

    def ends(**zoom_config: str) -> str | None:
        answer = api.post("/v2/bots", json={**bot, "zoom_config": zoom_config}).json()
        done = sandbox.wait_for_bot(answer["data"]["bot_id"], "completed", "failed")
        error: str | None = done["error_code"]
        return error

    assert ends(credential_id=made) is None
    assert ends(credential_id="00000000-0000-4000-8000-000000000000") == "ZOOM_OBF_TOKEN_ERROR"
    sandbox.post("zoom/behaviour", expire=MAYA)
    assert ends(credential_id=made) == "ZOOM_OBF_TOKEN_ERROR"
