"""Every way the trip to a platform can end, each on a page with one sentence and a way on."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User, Workspace
from calendars.models import Calendar, Connection, Consent
from tests.calendars.conftest import Trip, decide, query_of
from tests.calendars.world import Outside
from tests.sandbox_process import Sandbox
from upstream.models import UpstreamAccount

pytestmark = pytest.mark.django_db
CALLBACK = "/oauth/google/callback/"


def token_calls(sandbox: Sandbox) -> int:
    requests = sandbox.get("requests")["requests"]
    return sum(str(entry["path"]).endswith("/token") for entry in requests)


def test_what_google_is_asked(consent_page: str) -> None:
    asked = query_of(consent_page)
    assert asked["redirect_uri"].endswith(CALLBACK)
    assert asked["scope"].split()[:2] == ["openid", "email"]
    assert (asked["access_type"], asked["prompt"]) == ("offline", "select_account consent")
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 43  # 256 bits
    assert "include_granted_scopes" not in asked
    consent = Consent.objects.get()
    assert asked["state"] not in (consent.state_digest, consent.session_digest)


@pytest.mark.parametrize("change", ["missing", "unknown"])
def test_a_state_nobody_gave_is_refused(
    alice: Client, trip: Trip, sandbox: Sandbox, change: str
) -> None:
    before = token_calls(sandbox)
    answer = query_of(trip.decide())
    answer.pop("state")
    if change == "unknown":
        answer["state"] = "x" * 43
    page = alice.get(trip.callback, answer)
    assert page.status_code == 400
    assert b"Start again" in page.content
    assert token_calls(sandbox) == before
    assert not Connection.objects.exists()


def test_a_state_of_another_session_is_refused(
    alice_user: User, trip: Trip, sandbox: Sandbox
) -> None:
    elsewhere = Client()
    elsewhere.force_login(alice_user)
    before = token_calls(sandbox)
    assert elsewhere.get(trip.decide()).status_code == 400
    assert token_calls(sandbox) == before


def test_a_strangers_browser_is_refused(mallory: Client, trip: Trip) -> None:
    assert mallory.get(trip.decide()).status_code == 400
    assert not Connection.objects.exists()


def test_an_expired_state_is_refused(alice: Client, trip: Trip, sandbox: Sandbox) -> None:
    Consent.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    before = token_calls(sandbox)
    assert alice.get(trip.decide()).status_code == 400
    assert token_calls(sandbox) == before


def test_a_reload_of_the_callback_is_refused(alice: Client, trip: Trip) -> None:
    back = trip.decide()
    assert alice.get(back).status_code == 302
    assert alice.get(back).status_code == 400
    assert Connection.objects.count() == 1


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        ("access_denied", 403, "You did not allow access"),
        ("admin_policy_enforced", 403, "Your organisation does not allow"),
        ("org_internal", 403, "another organisation"),
        ("redirect_uri_mismatch", 503, "not set up correctly"),
        ("invalid_client", 503, "not set up correctly"),
        ("server_error", 503, "cannot be reached"),
        ("temporarily_unavailable", 503, "cannot be reached"),
        ("brand_new_error", 400, "a reason we do not know yet"),
    ],
)
def test_each_refusal_has_its_sentence(
    alice: Client, trip: Trip, error: str, status: int, sentence: str
) -> None:
    answer = {
        "error": error,
        "error_description": "AADSTS secret-id",
        "state": trip.asked["state"],
    }
    page = alice.get(trip.callback, answer)
    assert page.status_code == status
    assert sentence in page.content.decode()
    assert b"secret-id" not in page.content
    assert not Consent.objects.exists()
    assert not Connection.objects.exists()
    assert alice.get(trip.callback, answer).status_code == 400


def test_cancelling_on_the_consent_page(alice: Client, trip: Trip) -> None:
    page = alice.get(trip.decide(decision="cancel"))
    assert page.status_code == 403
    assert "You did not allow access" in page.content.decode()


def test_the_calendar_box_left_unticked(alice: Client, consent_page: str) -> None:
    page = alice.get(decide(consent_page, granted=""))
    assert page.status_code == 403
    assert "The calendar permission is missing" in page.content.decode()
    assert "/calendars/connect/google/" in page.content.decode()
    assert not Connection.objects.exists()


def test_no_refresh_token(alice: Client, trip: Trip, sandbox: Sandbox) -> None:
    sandbox.post(f"{trip.platform}/behaviour", no_refresh_token=True)
    page = alice.get(trip.decide())
    assert page.status_code == 403
    assert "no lasting permission" in page.content.decode()
    assert not Connection.objects.exists()


def test_token_endpoint_down(alice: Client, trip: Trip, sandbox: Sandbox) -> None:
    sandbox.post(f"{trip.platform}/behaviour", token_error=503)
    page = alice.get(trip.decide())
    assert page.status_code == 503
    assert "cannot be reached" in page.content.decode()


def test_token_endpoint_gone(alice: Client, trip: Trip, settings: Settings) -> None:
    back = trip.decide()
    setattr(settings, f"{trip.platform.upper()}_TOKEN_URL", "http://127.0.0.1:9/token")
    assert alice.get(back).status_code == 503


def test_wrong_client_secret_is_told_to_staff(
    alice: Client, trip: Trip, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.post(f"{trip.platform}/behaviour", client_secret="rotated")
    page = alice.get(trip.decide())
    assert page.status_code == 503
    assert f"not set up correctly for {trip.label}" in page.content.decode()
    ours = [record for record in caplog.records if record.name.startswith("calendars")]
    (told,) = [record for record in ours if record.levelname == "ERROR"]
    assert f"{trip.platform} does not accept Earshot's own credentials" in told.getMessage()


def test_a_code_that_is_no_good(alice: Client, trip: Trip) -> None:
    answer = {**query_of(trip.decide()), "code": "4/forged"}
    page = alice.get(trip.callback, answer)
    assert page.status_code == 400
    assert "no longer accepts this permission" in page.content.decode()


@pytest.mark.parametrize("platform", ["google", "microsoft"])
def test_a_platform_not_set_up_here(alice: Client, settings: Settings, platform: str) -> None:
    setattr(settings, f"{platform.upper()}_CLIENT_ID", "")
    assert alice.get(f"/calendars/connect/{platform}/").status_code == 503


def test_each_page_names_its_own_platform(alice: Client, trip: Trip) -> None:
    page = alice.get(trip.decide(decision="cancel")).content.decode()
    other = {"Google": "Microsoft", "Microsoft": "Google"}[trip.label]
    assert trip.label in page
    assert other not in page


def test_a_state_of_the_other_platform_is_refused(alice: Client, trip: Trip) -> None:
    other = {"google": "microsoft", "microsoft": "google"}[trip.platform]
    back = query_of(trip.decide())
    assert alice.get(f"/oauth/{other}/callback/", back).status_code == 400
    assert not Connection.objects.exists()


def test_an_unknown_platform_is_no_page(alice: Client) -> None:
    assert alice.get("/calendars/connect/fax/").status_code == 404
    assert alice.get("/oauth/fax/callback/").status_code == 404


def test_reconnecting_keeps_the_calendar_and_renews_the_permission(
    alice: Client, calendar: Calendar, outside: Outside
) -> None:
    old = calendar.connection.refresh_token
    page = alice.get(f"/calendars/accounts/{calendar.connection.public_id}/reconnect/")
    assert query_of(page["Location"])["login_hint"] == "maya@northwind.example"
    with outside.work():
        assert alice.get(decide(page["Location"])).status_code == 302
    again = Calendar.objects.get()
    assert again.upstream_id == calendar.upstream_id
    assert again.connection.refresh_token != old


def test_reconnecting_with_a_different_account_changes_nothing(
    alice: Client, connection: Connection, account: UpstreamAccount
) -> None:
    page = alice.get(f"/calendars/accounts/{connection.public_id}/reconnect/")
    back = decide(page["Location"], account="jonas@northwind.example")
    answer = alice.get(back)
    assert answer.status_code == 409
    assert "different account" in answer.content.decode()
    again = Connection.objects.get()
    assert again.refresh_token == connection.refresh_token


def test_somebody_elses_account_is_named(
    alice: Client, workspace: Workspace, consent_page: str
) -> None:
    other = User.objects.create_user("bo@northwind.example", "x", name="Bo")
    Connection.objects.create(
        workspace=workspace,
        user=other,
        platform="google",
        subject="104817264500112233401",
        email="maya@northwind.example",
        refresh_token="theirs",
    )
    answer = alice.get(decide(consent_page))
    assert answer.status_code == 409
    assert "Bo has connected it" in answer.content.decode()
    assert Connection.objects.get().refresh_token == "theirs"


def test_nothing_secret_is_logged_or_stored_in_clear(
    alice: Client, trip: Trip, caplog: pytest.LogCaptureFixture
) -> None:
    back = query_of(trip.decide())
    with caplog.at_level(logging.DEBUG):
        assert alice.get(trip.callback, back).status_code == 302
    token = Connection.objects.get().refresh_token
    with database.cursor() as cursor:
        cursor.execute("SELECT refresh_token FROM calendars_connection")
        (stored,) = cursor.fetchone()
    assert token
    assert token not in stored
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert trip.callback in logged
    for secret in (token, back["code"], back["state"]):
        assert secret not in logged


def test_the_callback_survives_odd_input(alice: Client) -> None:
    odd = urlencode({"state": "\x00" * 300, "code": "c" * 9000})
    assert alice.get(f"{CALLBACK}?{odd}").status_code == 400
