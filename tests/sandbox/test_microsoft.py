"""Microsoft's side of connecting a calendar, as a browser and a server walk through it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox_process import MICROSOFT_CLIENT_ID, MICROSOFT_CLIENT_SECRET, Sandbox

REDIRECT = "http://localhost:8000/oauth/microsoft/callback/"
VERIFIER = "v" * 43
ASKED = {
    "client_id": MICROSOFT_CLIENT_ID,
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "response_mode": "query",
    "scope": "openid profile email offline_access User.Read Calendars.Read",
    "state": 'a"b',
    "prompt": "select_account",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .rstrip(b"=")
    .decode(),
    "code_challenge_method": "S256",
}


@pytest.fixture
def microsoft(sandbox: Sandbox) -> Iterator[httpx.Client]:
    sandbox.post("microsoft/behaviour", reset=True)
    with httpx.Client(base_url=f"{sandbox.url}/microsoft", timeout=30) as client:
        yield client


def test_the_whole_way_ends_with_a_refresh_token_and_an_identity(microsoft: httpx.Client) -> None:
    answer = _consent(microsoft)
    assert answer["state"] == ASKED["state"]
    tokens = _redeem(microsoft, answer["code"]).json()
    assert "calendars.READ" in tokens["scope"].split()
    assert "offline_access" not in tokens["scope"]
    assert tokens["refresh_token"]
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    person = microsoft.get("/oidc/userinfo", headers=bearer).json()
    assert person["email"] == "jonas@northwind.example"
    assert "email_verified" not in person
    profile = microsoft.get("/v1.0/me", headers=bearer).json()
    assert profile["userPrincipalName"] == "jonas@northwind.example"


def test_each_refresh_brings_another_token_and_leaves_the_old_one(microsoft: httpx.Client) -> None:
    first = _redeem(microsoft, _consent(microsoft)["code"]).json()["refresh_token"]
    second = _refresh(microsoft, first).json()["refresh_token"]
    assert second != first
    assert _refresh(microsoft, first).status_code == 200
    assert _refresh(microsoft, second).status_code == 200


def test_tokens_end_by_revocation_and_by_lying_idle(
    microsoft: httpx.Client, sandbox: Sandbox
) -> None:
    token = sandbox.microsoft_grant()["refresh_token"]
    sandbox.post("microsoft/behaviour", expire="jonas@northwind.example")
    assert _refresh(microsoft, token).json()["error_codes"] == [700082]
    token = sandbox.microsoft_grant()["refresh_token"]
    sandbox.post("microsoft/behaviour", revoke="jonas@northwind.example")
    answer = _refresh(microsoft, token).json()
    assert (answer["error"], answer["error_codes"]) == ("invalid_grant", [50173])
    assert answer["error_description"].startswith("AADSTS50173: ")


def test_a_code_works_once(microsoft: httpx.Client) -> None:
    code = _consent(microsoft)["code"]
    assert _redeem(microsoft, code).status_code == 200
    assert _redeem(microsoft, code).json()["error_codes"] == [54005]


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"code_verifier": "w" * 43}, 501481),
        ({"redirect_uri": REDIRECT.rstrip("/")}, 50011),
        ({"client_secret": "wrong"}, 7000215),
        ({"client_id": "other"}, 700016),
        ({"grant_type": "password"}, 70003),
        ({"code": "invented"}, 54005),
    ],
)
def test_a_wrong_field_is_refused(
    microsoft: httpx.Client, change: dict[str, str], number: int
) -> None:
    response = _redeem(microsoft, _consent(microsoft)["code"], **change)
    assert response.status_code in (400, 401)
    assert response.json()["error_codes"] == [number]


def test_a_token_belongs_to_the_tenant_it_was_asked_at(
    microsoft: httpx.Client, sandbox: Sandbox
) -> None:
    token = sandbox.microsoft_grant(tenant="northwind.example")["refresh_token"]
    assert _refresh(microsoft, token).json()["error_codes"] == [70000]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "other"},
        {"redirect_uri": "http://evil.example/cb"},
        {"response_type": "token"},
        {"scope": ""},
        {"prompt": "select_account consent"},
        {"code_challenge_method": "plain"},
    ],
)
def test_a_wrong_request_is_shown_not_redirected(
    microsoft: httpx.Client, wrong: dict[str, str]
) -> None:
    response = microsoft.get("/common/oauth2/v2.0/authorize", params={**ASKED, **wrong})
    assert response.status_code == 400
    assert "location" not in response.headers
    assert microsoft.get("/nobody/oauth2/v2.0/authorize", params=ASKED).status_code == 400


def test_an_unknown_scope_is_redirected(microsoft: httpx.Client) -> None:
    asked = {**ASKED, "scope": "openid Mail.Everything"}
    response = microsoft.get("/common/oauth2/v2.0/authorize", params=asked)
    assert _answer(response)["error"] == "invalid_scope"


@pytest.mark.parametrize(
    ("tenant", "account"),
    [
        ("organizations", "sam.ortega@mail.example"),
        ("consumers", "jonas@northwind.example"),
        ("northwind.example", "ben@kestrelrail.example"),
    ],
)
def test_the_tenant_decides_who_may_sign_in(
    microsoft: httpx.Client, tenant: str, account: str
) -> None:
    response = _decide(microsoft, tenant, account=account)
    assert response.status_code == 400
    assert "AADSTS50020" in response.text


def test_cancel_is_access_denied(microsoft: httpx.Client) -> None:
    answer = _consent(microsoft, decision="cancel")
    assert (answer["error"], answer["error_subcode"]) == ("access_denied", "cancel")
    assert "AADSTS65004" in answer["error_description"]


def test_an_organisation_may_want_its_administrator(
    microsoft: httpx.Client, sandbox: Sandbox
) -> None:
    ben = {"account": "ben@kestrelrail.example"}
    page = _decide(microsoft, "common", **ben)
    assert "Need admin approval" in page.text
    assert "AADSTS90094" in page.text
    query = {
        "client_id": MICROSOFT_CLIENT_ID,
        "redirect_uri": REDIRECT,
        "scope": "https://graph.microsoft.com/Calendars.Read",
        "state": "s",
    }
    assert microsoft.get("/common/v2.0/adminconsent", params=query).status_code == 400
    page = microsoft.get("/organizations/v2.0/adminconsent", params=query)
    (kestrel,) = re.findall(r'<option value="([^"]*)">kestrelrail', page.text)
    form = {**query, "tenant": "organizations", "organisation": kestrel}
    answer = _answer(microsoft.post("/adminconsent", data={**form, "decision": "cancel"}))
    assert answer["error"] == "permission_denied"
    answer = _answer(microsoft.post("/adminconsent", data={**form, "decision": "continue"}))
    assert (answer["admin_consent"], answer["tenant"]) == ("True", kestrel)
    assert _answer(_decide(microsoft, "common", **ben))["code"]


def test_switches_make_it_fail_on_purpose(sandbox: Sandbox, microsoft: httpx.Client) -> None:
    sandbox.post("microsoft/behaviour", reset=True, redirect_code=53003)
    assert "AADSTS53003" in _consent(microsoft)["error_description"]
    sandbox.post("microsoft/behaviour", reset=True, no_refresh_token=True, no_calendar_scope=True)
    tokens = _redeem(microsoft, _consent(microsoft)["code"]).json()
    assert "refresh_token" not in tokens
    assert "calendars" not in tokens["scope"].lower()
    sandbox.post("microsoft/behaviour", reset=True, no_email_claim=True)
    tokens = _redeem(microsoft, _consent(microsoft)["code"]).json()
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    assert "email" not in microsoft.get("/oidc/userinfo", headers=bearer).json()
    sandbox.post("microsoft/behaviour", reset=True, token_error=503, token_error_times=1)
    code = _consent(microsoft)["code"]
    assert [_redeem(microsoft, code).status_code for _ in range(2)] == [503, 200]
    sandbox.post("microsoft/behaviour", reset=True, single_tenant=True)
    assert microsoft.get("/common/oauth2/v2.0/authorize", params=ASKED).status_code == 400
    assert microsoft.get("/northwind.example/oauth2/v2.0/authorize", params=ASKED).is_success


def test_the_provider_reads_a_mailbox_and_keeps_a_token_of_its_own(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    body = _body(sandbox)
    rows = api.post("/v2/calendars/list-raw", json=body).json()["data"]
    assert [row["name"] for row in rows] == ["Calendar", "Product team", "Birthdays"]
    made = api.post("/v2/calendars", json={**body, "raw_calendar_id": rows[0]["id"]})
    assert made.status_code == 201
    path = f"/v2/calendars/{made.json()['data']['calendar_id']}"
    sandbox.wait_for(lambda: api.get(path).json()["data"]["synced_at"])
    events = api.get(f"{path}/events").json()["data"]
    details = api.get(f"{path}/events/{events[0]['event_id']}").json()["data"]
    assert details["calendar_platform"] == "microsoft"
    assert details["raw_payload"]["iCalUId"]
    sandbox.post("microsoft/behaviour", untick="jonas@northwind.example")
    sandbox.wait_for(lambda: api.get(path).json()["data"]["status"] == "permission_denied")
    sandbox.post("microsoft/behaviour", revoke="jonas@northwind.example")
    assert api.post(f"{path}/sync", json={}).status_code == 401


def test_the_provider_refuses_another_tenant_and_an_account_without_a_mailbox(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    body = {**_body(sandbox), "oauth_tenant_id": "northwind.example"}
    assert api.post("/v2/calendars/list-raw", json=body).status_code == 401
    refused = api.post("/v2/calendars/list-raw", json=_body(sandbox, "karin@northwind.example"))
    assert refused.status_code == 403


def _body(sandbox: Sandbox, account: str = "jonas@northwind.example") -> dict[str, str]:
    return {
        "calendar_platform": "microsoft",
        "oauth_client_id": MICROSOFT_CLIENT_ID,
        "oauth_client_secret": MICROSOFT_CLIENT_SECRET,
        "oauth_refresh_token": sandbox.microsoft_grant(account)["refresh_token"],
    }


def _decide(microsoft: httpx.Client, tenant: str = "common", **choices: Any) -> httpx.Response:
    """Fill in the page as it is drawn, and follow nothing."""
    page = microsoft.get(f"/{tenant}/oauth2/v2.0/authorize", params=ASKED)
    assert page.status_code == 200
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    form = {
        **{name: value.replace("&quot;", '"') for name, value in hidden.items()},
        "account": "jonas@northwind.example",
        "decision": "continue",
        **choices,
    }
    return microsoft.post("/consent", data=form)


def _consent(microsoft: httpx.Client, **choices: Any) -> dict[str, str]:
    return _answer(_decide(microsoft, **choices))


def _answer(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 303, response.text
    assert response.headers["location"].startswith(REDIRECT)
    query = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def _redeem(microsoft: httpx.Client, code: str, /, **change: str) -> httpx.Response:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    return _token(microsoft, **{**fields, **change})


def _refresh(microsoft: httpx.Client, token: str) -> httpx.Response:
    return _token(microsoft, grant_type="refresh_token", refresh_token=token)


def _token(microsoft: httpx.Client, **fields: str) -> httpx.Response:
    client = {"client_id": MICROSOFT_CLIENT_ID, "client_secret": MICROSOFT_CLIENT_SECRET}
    return microsoft.post("/common/oauth2/v2.0/token", data={**client, **fields})
