"""What is different at Microsoft: tenants, short scopes, missing addresses, administrators."""

import logging
import re
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import AuditEntry
from calendars.models import Calendar, Connection, Consent
from calendars.oauth_platforms import platforms
from tests.calendars.conftest import Trip, decide, depart, query_of
from tests.calendars.world import Outside
from tests.sandbox_process import Sandbox
from upstream.models import UpstreamAccount

pytestmark = pytest.mark.django_db
CALLBACK = "/oauth/microsoft/callback/"
NORTHWIND_ID = "6f1d2c3b-8a47-4b0e-9d15-2f7c0a9e4b11"


@pytest.fixture
def microsoft(alice: Client, account: UpstreamAccount) -> Trip:
    return depart(alice, "microsoft")


def test_what_microsoft_is_asked(microsoft: Trip) -> None:
    asked = microsoft.asked
    assert urlsplit(microsoft.address).path == "/microsoft/common/oauth2/v2.0/authorize"
    assert asked["redirect_uri"].endswith(CALLBACK)
    assert set(asked["scope"].split()) == {
        "openid", "profile", "email", "offline_access", "User.Read", "Calendars.Read",
    }  # fmt: skip
    assert (asked["response_mode"], asked["prompt"]) == ("query", "select_account")
    assert asked["code_challenge_method"] == "S256"
    assert "access_type" not in asked


def test_connecting_ends_at_the_choice_of_calendars(alice: Client, microsoft: Trip) -> None:
    back = alice.get(microsoft.decide())
    connection = Connection.objects.get()
    assert back["Location"] == f"/calendars/accounts/{connection.public_id}/"
    assert (connection.platform, connection.email) == ("microsoft", "jonas@northwind.example")
    assert "calendars.READ" in connection.scopes.split()
    page = alice.get(back["Location"]).content.decode()
    for name in ("Calendar", "Product team", "Birthdays"):
        assert f"<strong>{name}</strong>" in page
    assert AuditEntry.objects.get().action == "connection.connect"


@pytest.mark.parametrize(
    ("granted", "is_enough"),
    [
        ("calendars.READ email User.Read", True),
        ("https://graph.microsoft.com/Calendars.Read", True),
        ("CALENDARS.READWRITE openid", True),
        ("openid profile User.Read", False),
        ("Calendars.Read.Shared", False),
        ("", False),
    ],
)
def test_scopes_are_read_whatever_their_case_and_prefix(
    settings: Settings, granted: str, is_enough: bool
) -> None:
    assert platforms()["microsoft"].allows_reading(granted) is is_enough


@pytest.mark.parametrize(
    ("claims", "profile", "email"),
    [
        ({"email": "a@x.example", "preferred_username": "b@x.example"}, {}, "a@x.example"),
        ({"preferred_username": "b@x.example"}, {"mail": "c@x.example"}, "b@x.example"),
        ({"preferred_username": "+46701"}, {"mail": "c@x.example"}, "c@x.example"),
        ({}, {"mail": None, "userPrincipalName": "d@x.example"}, "d@x.example"),
        ({"email": f"{'long' * 80}@x.example"}, {"mail": "c@x.example"}, "c@x.example"),
    ],
)
def test_the_address_is_looked_for_in_four_places(
    claims: dict[str, str], profile: dict[str, str], email: str
) -> None:
    identity = platforms()["microsoft"].identity({"sub": "s", **claims}, profile)
    assert identity is not None
    assert identity.email == email


def test_nobody_without_a_subject() -> None:
    assert platforms()["microsoft"].identity({"email": "a@x.example"}, {}) is None


def test_a_missing_email_claim_is_filled_from_the_directory(
    alice: Client, microsoft: Trip, sandbox: Sandbox
) -> None:
    sandbox.post("microsoft/behaviour", no_email_claim=True)
    assert alice.get(microsoft.decide()).status_code == 302
    assert Connection.objects.get().email == "jonas@northwind.example"


def test_a_personal_account_is_known_by_its_principal_name(alice: Client, microsoft: Trip) -> None:
    assert alice.get(microsoft.decide(account="sam.ortega@mail.example")).status_code == 302
    assert Connection.objects.get().email == "sam.ortega@mail.example"


def test_an_account_without_any_address_is_not_connected(
    alice: Client, microsoft: Trip, sandbox: Sandbox
) -> None:
    sandbox.post("microsoft/behaviour", no_address=True)
    page = alice.get(microsoft.decide())
    assert page.status_code == 403
    assert "Microsoft did not say whose calendar this is" in page.content.decode()
    assert not Connection.objects.exists()


def test_the_calendar_permission_not_given(
    alice: Client, microsoft: Trip, sandbox: Sandbox
) -> None:
    sandbox.post("microsoft/behaviour", no_calendar_scope=True)
    page = alice.get(microsoft.decide())
    assert page.status_code == 403
    assert "Microsoft did not give Earshot the permission" in page.content.decode()
    assert "Start again with Microsoft" in page.content.decode()
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("number", "status", "sentence"),
    [
        (65001, 403, "requires an administrator to approve"),
        (65004, 403, "You did not allow access"),
        (90094, 403, "requires an administrator to approve"),
        (90095, 403, "requires an administrator to approve"),
        (50105, 403, "has not given you access"),
        (50076, 403, "wants you to sign in once more"),
        (50079, 403, "wants you to sign in once more"),
        (53003, 403, "security rules stopped the sign-in"),
        (650052, 403, "has no calendar at Microsoft"),
        (50020, 403, "Accounts of this organisation are not allowed"),
        (50194, 503, "not set up correctly for Microsoft"),
        (700016, 503, "not set up correctly for Microsoft"),
    ],
)
def test_each_number_on_the_way_back_has_its_sentence(
    alice: Client, microsoft: Trip, sandbox: Sandbox, number: int, status: int, sentence: str
) -> None:
    sandbox.post("microsoft/behaviour", redirect_code=number)
    page = alice.get(microsoft.decide())
    assert page.status_code == status
    assert sentence in page.content.decode()
    assert b"AADSTS" not in page.content
    assert b"Trace ID" not in page.content
    assert not Connection.objects.exists()
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    ("number", "status", "sentence"),
    [
        (54005, 400, "Microsoft no longer accepts this permission"),
        (70008, 400, "Microsoft no longer accepts this permission"),
        (50076, 403, "wants you to sign in once more"),
        (65001, 403, "requires an administrator to approve"),
        (7000222, 503, "not set up correctly for Microsoft"),
        (7000215, 503, "not set up correctly for Microsoft"),
    ],
)
def test_each_number_of_the_token_endpoint_has_its_sentence(
    alice: Client,
    microsoft: Trip,
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
    number: int,
    status: int,
    sentence: str,
) -> None:
    sandbox.post("microsoft/behaviour", token_code=number)
    page = alice.get(microsoft.decide())
    assert page.status_code == status
    assert sentence in page.content.decode()
    assert b"AADSTS" not in page.content
    assert not Connection.objects.exists()
    is_alarm = any(record.levelno == logging.ERROR for record in caplog.records)
    assert is_alarm is (status == 503)


def test_the_administrators_link_lets_the_organisation_in(
    alice: Client, client: Client, microsoft: Trip
) -> None:
    ben = {"account": "ben@kestrelrail.example"}
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(microsoft.address))
    form = {**microsoft.asked, **ben, "decision": "continue", "tenant": "common"}
    stopped = httpx.post(f"{origin}/microsoft/consent", data=form).text
    (back,) = re.findall(r'href="([^"]*callback[^"]*)"', stopped)

    page = alice.get(unescape(back))
    assert page.status_code == 403
    link = page.context["approval_link"]
    assert urlsplit(link).path == "/microsoft/organizations/v2.0/adminconsent"
    asked = query_of(link)
    assert asked["scope"].split() == [
        "https://graph.microsoft.com/User.Read",
        "https://graph.microsoft.com/Calendars.Read",
    ]
    assert link in unescape(page.content.decode())

    choice = httpx.get(link).text
    (kestrel,) = re.findall(r'<option value="([^"]*)">kestrelrail', choice)
    answer = {**asked, "tenant": "organizations", "organisation": kestrel, "decision": "continue"}
    home = httpx.post(f"{origin}/microsoft/adminconsent", data=answer).headers["location"]
    thanks = client.get(home)  # the administrator has no account here
    assert thanks.status_code == 200
    assert b"Earshot is approved" in thanks.content

    again = depart(alice, "microsoft")
    assert alice.get(again.decide(**ben)).status_code == 302
    assert Connection.objects.get().email == "ben@kestrelrail.example"


@pytest.mark.parametrize(
    ("answer", "status", "sentence"),
    [
        ({"error": "permission_denied"}, 403, "was not approved"),
        ({}, 403, "was not approved"),
        ({"admin_consent": "True", "state": "forged"}, 400, "not one of ours"),
        ({"admin_consent": "True", "state": "\x00"}, 400, "not one of ours"),
    ],
)
def test_other_ways_back_from_the_administrator(
    alice: Client,
    client: Client,
    microsoft: Trip,
    answer: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    denied = {"error": "consent_required", "state": microsoft.asked["state"]}
    link = alice.get(CALLBACK, denied).context["approval_link"]
    page = client.get("/oauth/microsoft/approval/", {"state": query_of(link)["state"], **answer})
    assert page.status_code == status
    assert sentence in page.content.decode()


def test_one_organisations_tenant_is_used_everywhere(
    alice: Client, account: UpstreamAccount, settings: Settings, outside: Outside
) -> None:
    settings.MICROSOFT_TENANT = NORTHWIND_ID
    outside.sandbox.post("microsoft/behaviour", single_tenant=True)
    trip = depart(alice, "microsoft")
    assert urlsplit(trip.address).path == f"/microsoft/{NORTHWIND_ID}/oauth2/v2.0/authorize"
    back = alice.get(trip.decide())
    with outside.work():
        answer = alice.post(back["Location"], {"calendars": ["AAMkAG-jonas-calendar"]})
    assert answer.status_code == 302
    calendar = outside.wait_until_read(Calendar.objects.get())
    assert calendar.upstream_id
    link = platforms()["microsoft"].admin_consent_link("s")
    assert urlsplit(link).path == f"/microsoft/{NORTHWIND_ID}/v2.0/adminconsent"


def test_an_account_without_a_mailbox(alice: Client, microsoft: Trip) -> None:
    back = alice.get(microsoft.decide(account="karin@northwind.example"))
    page = alice.get(back["Location"])
    assert page.status_code == 503
    assert "the account has no mailbox or no licence for one" in page.content.decode()
    assert not Calendar.objects.exists()


def test_reconnecting_with_a_different_account_changes_nothing(
    alice: Client, microsoft: Trip
) -> None:
    alice.get(microsoft.decide())
    before = Connection.objects.get()
    page = alice.get(f"/calendars/accounts/{before.public_id}/reconnect/")
    assert query_of(page["Location"])["login_hint"] == "jonas@northwind.example"
    answer = alice.get(decide(page["Location"], account="elin@northwind.example"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "You signed in as elin@northwind.example" in text
    assert f"/calendars/accounts/{before.public_id}/reconnect/" in text
    assert Connection.objects.get().refresh_token == before.refresh_token
