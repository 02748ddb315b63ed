"""Google's side of connecting a calendar, as a browser and a server walk through it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox_process import GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET, Sandbox

REDIRECT = "http://localhost:8000/calendars/google/callback/"
CALENDAR = "https://www.googleapis.com/auth/calendar.readonly"
VERIFIER = "v" * 43
ASKED = {
    "client_id": GOOGLE_CLIENT_ID,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": f"openid email {CALENDAR}",
    "state": 'a"b',
    "access_type": "offline",
    "prompt": "consent",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .rstrip(b"=")
    .decode(),
    "code_challenge_method": "S256",
}


@pytest.fixture
def google(sandbox: Sandbox) -> Iterator[httpx.Client]:
    sandbox.post("google/behaviour", reset=True)
    with httpx.Client(base_url=f"{sandbox.url}/google", timeout=30) as client:
        yield client


def test_the_whole_way_ends_with_a_refresh_token_and_an_identity(google: httpx.Client) -> None:
    answer = _consent(google)
    assert answer["state"] == ASKED["state"]
    tokens = _redeem(google, answer["code"]).json()
    assert CALENDAR in tokens["scope"].split()
    assert tokens["refresh_token"]
    assert tokens["id_token"].count(".") == 2
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    person = google.get("/userinfo", headers=bearer).json()
    assert (person["email"], person["email_verified"]) == ("maya@northwind.example", True)
    renewed = _token(google, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert renewed.status_code == 200
    assert "refresh_token" not in renewed.json()


def test_a_code_works_once(google: httpx.Client) -> None:
    code = _consent(google)["code"]
    assert _redeem(google, code).status_code == 200
    assert _redeem(google, code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"redirect_uri": REDIRECT.rstrip("/")}, "redirect_uri_mismatch"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"code": "invented"}, "invalid_grant"),
    ],
)
def test_a_wrong_field_is_refused(google: httpx.Client, change: dict[str, str], error: str) -> None:
    response = _redeem(google, _consent(google)["code"], **change)
    assert response.status_code in (400, 401)
    assert response.json()["error"] == error


def test_cancel_is_access_denied(google: httpx.Client) -> None:
    assert _consent(google, decision="cancel")["error"] == "access_denied"


def test_an_unticked_box_is_a_missing_scope(google: httpx.Client) -> None:
    answer = _consent(google, granted=[])
    assert CALENDAR not in answer["scope"]
    assert CALENDAR not in _redeem(google, answer["code"]).json()["scope"]


@pytest.mark.parametrize("weaker", [{"prompt": "select_account"}, {"access_type": "online"}])
def test_without_offline_and_consent_there_is_no_refresh_token(
    google: httpx.Client, weaker: dict[str, str]
) -> None:
    tokens = _redeem(google, _consent(google, asked={**ASKED, **weaker})["code"]).json()
    assert "refresh_token" not in tokens


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other"},
        {"redirect_uri": "http://evil.example/cb"},
        {"response_type": "token"},
        {"scope": ""},
        {"code_challenge_method": "plain"},
    ],
)
def test_a_wrong_request_is_shown_not_redirected(
    google: httpx.Client, wrong: dict[str, str]
) -> None:
    response = google.get("/authorize", params={**ASKED, **wrong})
    assert response.status_code == 400
    assert "location" not in response.headers


def test_the_consent_page_carries_hostile_text_as_text(google: httpx.Client) -> None:
    hostile = {**ASKED, "state": '"><script>alert(1)</script>'}
    page = google.get("/authorize", params=hostile).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_revoking_ends_everything_the_account_allowed(google: httpx.Client) -> None:
    first = _redeem(google, _consent(google)["code"]).json()["refresh_token"]
    second = _redeem(google, _consent(google)["code"]).json()["refresh_token"]
    assert google.post("/revoke", data={"token": first}).status_code == 200
    again = google.post("/revoke", data={"token": first})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")
    refused = _token(google, grant_type="refresh_token", refresh_token=second)
    assert refused.json()["error"] == "invalid_grant"


def test_switches_make_it_fail_on_purpose(sandbox: Sandbox, google: httpx.Client) -> None:
    sandbox.post("google/behaviour", deny=True)
    assert _consent(google)["error"] == "access_denied"
    sandbox.post("google/behaviour", reset=True, no_refresh_token=True)
    assert "refresh_token" not in _redeem(google, _consent(google)["code"]).json()
    sandbox.post("google/behaviour", reset=True, token_error=503, token_error_times=1)
    code = _consent(google)["code"]
    assert [_redeem(google, code).status_code for _ in range(2)] == [503, 200]
    sandbox.post("google/behaviour", reset=True, admin_policy_enforced=True)
    response = google.get("/authorize", params=ASKED)
    assert _answer(response)["error"] == "admin_policy_enforced"


def test_a_revoked_account_turns_its_calendar_away(
    sandbox: Sandbox, api: httpx.Client, calendar_id: str
) -> None:
    sandbox.post("google/behaviour", revoke="maya@northwind.example")
    path = f"/v2/calendars/{calendar_id}"
    sandbox.wait_for(lambda: api.get(path).json()["data"]["status"] == "revoked")
    assert api.post(f"{path}/sync", json={}).status_code == 401


def _consent(google: httpx.Client, asked: dict[str, str] = ASKED, **choices: Any) -> dict[str, str]:
    """Fill in the page as it is drawn, and follow nothing."""
    page = google.get("/authorize", params=asked)
    assert page.status_code == 200
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    form = {
        **{name: value.replace("&quot;", '"') for name, value in hidden.items()},
        "account": "maya@northwind.example",
        "decision": "continue",
        "granted": re.findall(r'name="granted" value="([^"]*)"', page.text),
        **choices,
    }
    return _answer(google.post("/consent", data=form))


def _answer(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303
    assert response.headers["location"].startswith(REDIRECT)
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def _redeem(google: httpx.Client, code: str, /, **change: str) -> httpx.Response:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    return _token(google, **{**fields, **change})


def _token(google: httpx.Client, **fields: str) -> httpx.Response:
    client = {"client_id": GOOGLE_CLIENT_ID, "client_secret": GOOGLE_CLIENT_SECRET}
    return google.post("/token", data={**client, **fields})
