"""Connecting Zoom: the same for each recording service, whoever keeps the permission."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import AuditEntry, User, Workspace
from dashboard import farewell, own_data
from tests.providers.world import World
from tests.zoom.conftest import CALLBACK, JONAS, MAYA, Go, decide, depart, query_of
from upstream.models import ProviderName, UpstreamAccount
from upstream.registry import capabilities_of
from zoom import tasks
from zoom.models import Health, ZoomAccount, ZoomConsent

pytestmark = pytest.mark.django_db
ONE_SERVICE = pytest.mark.parametrize("any_world", [ProviderName.MEETINGBAAS_V2], indirect=True)
PAGE = "/settings/zoom/"


def text_of(client: Client, path: str = PAGE) -> str:
    return " ".join(client.get(path).content.decode().split())


def at_service(world: World) -> list[str]:
    return [one.user_id for one in world.provider.list_zoom()]


def test_connects_and_says_who_keeps_the_permission(world: World, go: Go, alice: Client) -> None:
    assert "No Zoom account is connected" in text_of(alice)
    answer = go(alice)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    account = ZoomAccount.objects.get()
    keeps = capabilities_of(world.account).keeps_zoom_tokens
    assert (bool(account.credential_id), bool(account.refresh_token)) == (keeps, not keeps)
    assert at_service(world) == ([account.zoom_user_id] if keeps else [])
    page = text_of(alice)
    assert "Bots can join Zoom meetings on its behalf." in page
    assert ("The recording service" if keeps else "Earshot, encrypted") in page
    assert AuditEntry.objects.get(action="zoom.connect").target == account.public_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_token, access_token, address_key FROM zoom_zoomaccount")
        (stored,) = cursor.fetchall()
    kept = (account.refresh_token, account.access_token, account.address_key)
    assert not any(plain and plain in cipher for plain, cipher in zip(kept, stored, strict=True))


def test_zoom_is_asked_with_a_challenge_only_where_we_trade_the_code(
    world: World, alice: Client
) -> None:
    asked = query_of(depart(alice))
    keeps = capabilities_of(world.account).keeps_zoom_tokens
    assert ("code_challenge" in asked) is not keeps
    assert asked["redirect_uri"].endswith(CALLBACK)
    assert len(asked["state"]) >= 43  # 256 bits
    consent = ZoomConsent.objects.get()
    assert asked["state"] not in (consent.state_digest, consent.session_digest)


@ONE_SERVICE
@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        ("access_denied", 403, "You did not allow access"),
        ("invalid_client", 503, "not set up correctly"),
        ("server_error", 503, "cannot be reached"),
        ("brand_new_error", 400, "a reason we do not know yet"),
    ],
)
def test_each_refusal_has_its_sentence(
    world: World, alice: Client, error: str, status: int, sentence: str
) -> None:
    answer = {"error": error, "error_description": "secret-id", "state": ""}
    answer["state"] = query_of(depart(alice))["state"]
    page = alice.get(CALLBACK, answer)
    assert (page.status_code, sentence in page.content.decode()) == (status, True)
    assert b"secret-id" not in page.content
    assert alice.get(CALLBACK, answer).status_code == 400  # used up
    assert not ZoomAccount.objects.exists()


def test_no_on_the_page_of_zoom_connects_nothing(world: World, go: Go, alice: Client) -> None:
    page = go(alice, decision="cancel")
    assert page.status_code == 403
    assert "You did not allow access" in page.content.decode()
    assert (ZoomAccount.objects.count(), at_service(world)) == (0, [])


@ONE_SERVICE
def test_state_that_is_forged_late_or_anothers_is_refused(
    world: World, alice: Client, alice_user: User, mallory: Client
) -> None:
    assert alice.get(CALLBACK).status_code == 400
    assert alice.get(CALLBACK, {"code": "c", "state": "x" * 43}).status_code == 400
    assert alice.get(CALLBACK, {"code": "c", "state": "x" * 4000}).status_code == 400
    other_browser = Client()
    other_browser.force_login(alice_user)
    for client in (other_browser, mallory):
        page = client.get(CALLBACK, decide(depart(alice)))
        assert (page.status_code, b"This link cannot be used" in page.content) == (400, True)
    back = decide(depart(alice))
    ZoomConsent.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert alice.get(CALLBACK, back).status_code == 400
    assert (ZoomAccount.objects.count(), at_service(world)) == (0, [])


def test_reloading_the_way_back_is_refused(world: World, alice: Client) -> None:
    back = decide(depart(alice))
    assert alice.get(CALLBACK, back).status_code == 302
    assert alice.get(CALLBACK, back).status_code == 400
    assert ZoomAccount.objects.count() == 1


def test_code_that_zoom_does_not_take_is_told(world: World, alice: Client) -> None:
    back = decide(depart(alice)) | {"code": "made-up"}
    page = alice.get(CALLBACK, back)
    assert (page.status_code, "too old" in page.content.decode()) == (400, True)


@pytest.mark.parametrize("any_world", [ProviderName.RECALL], indirect=True)
def test_app_that_asks_for_too_little_and_one_zoom_refuses_are_ours_to_mend(
    world: World, go: Go, alice: Client
) -> None:
    world.sandbox.post("zoom/behaviour", fewer_scopes=True)
    assert "The permission is not enough" in go(alice).content.decode()
    world.sandbox.post("zoom/behaviour", reset=True, client_secret="another")
    assert "not set up correctly" in go(alice).content.decode()
    world.sandbox.post("zoom/behaviour", token_error=503)
    page = go(alice)
    assert (page.status_code, b"Zoom cannot be reached" in page.content) == (503, True)
    assert not ZoomAccount.objects.exists()


@ONE_SERVICE
def test_service_that_refuses_or_is_away_is_told(world: World, alice: Client) -> None:
    for status, sentence in ((403, "did not take it"), (503, "cannot be reached")):
        path = "/v2/zoom-credentials"
        world.sandbox.post("faults", method="POST", path=path, status=status)
        page = alice.get(CALLBACK, decide(depart(alice)))
        assert (page.status_code, sentence in page.content.decode()) == (503, True)
    assert not ZoomAccount.objects.exists()


def test_reconnecting_renews_the_same_row(
    world: World, go: Go, connected: ZoomAccount, alice: Client
) -> None:
    ZoomAccount.objects.update(health=Health.OVER, said="gone")
    before = (connected.credential_id, connected.refresh_token)
    assert go(alice, connected).status_code == 302
    account = ZoomAccount.objects.get()
    assert (account.pk, account.health, account.said) == (connected.pk, Health.GOOD, "")
    assert (account.credential_id, account.refresh_token) != before
    assert account.address_key == connected.address_key  # bots that wait have it
    keeps = capabilities_of(world.account).keeps_zoom_tokens
    assert at_service(world) == ([account.zoom_user_id] if keeps else [])
    assert AuditEntry.objects.filter(action="zoom.reconnect").exists()


def test_reconnecting_as_somebody_else_changes_nothing(
    world: World, go: Go, connected: ZoomAccount, alice: Client
) -> None:
    page = go(alice, connected, account=JONAS)
    assert (page.status_code, b"different Zoom account" in page.content) == (409, True)
    account = ZoomAccount.objects.get()
    assert (account.zoom_user_id, account.updated_at) == (
        connected.zoom_user_id,
        connected.updated_at,
    )
    keeps = capabilities_of(world.account).keeps_zoom_tokens
    assert at_service(world) == ([account.zoom_user_id] if keeps else [])


def test_colleagues_account_is_not_taken_over(
    world: World, go: Go, connected: ZoomAccount, bob: Client, alice: Client
) -> None:
    page = go(bob)
    assert (page.status_code, "Alice has connected it" in page.content.decode()) == (409, True)
    assert ZoomAccount.objects.get().user == connected.user
    assert go(bob, account=JONAS).status_code == 302
    assert ZoomAccount.objects.count() == 2


def test_disconnecting_says_what_happens_and_gives_it_back(
    world: World, connected: ZoomAccount, alice: Client
) -> None:
    path = f"{PAGE}{connected.public_id}/disconnection/"
    assert "No bot that is booked comes on its behalf." in text_of(alice, path)
    with world.outside.work():
        assert alice.post(path)["Location"] == PAGE
    connected.refresh_from_db()
    assert (connected.credential_id, connected.refresh_token, at_service(world)) == ("", "", [])
    assert "No Zoom account is connected" in text_of(alice)
    assert alice.post(path).status_code == 404
    assert AuditEntry.objects.filter(action="zoom.disconnect").exists()


def test_what_could_not_be_given_back_is_tried_again(
    world: World, connected: ZoomAccount, alice: Client
) -> None:
    alice.post(f"{PAGE}{connected.public_id}/disconnection/")  # and the queue lost it
    assert ZoomAccount.objects.left_behind().exists()
    assert not ZoomAccount.objects.connected().exists()
    with world.outside.work():
        tasks.reconcile()
    assert not ZoomAccount.objects.left_behind().exists()
    assert at_service(world) == []


def test_others_look_and_do_not_touch(
    world: World, connected: ZoomAccount, bob: Client, mallory: Client
) -> None:
    page = text_of(bob)
    assert MAYA in page or "Zoom account of Alice" in page
    assert "Only Alice and those who run the workspace" in page
    assert "Reconnect" not in page
    for client in (bob, mallory):
        for verb in ("check", "disconnection"):
            assert client.post(f"{PAGE}{connected.public_id}/{verb}/").status_code == 404
        assert client.get(f"{PAGE}{connected.public_id}/reconnect/").status_code == 404
    assert MAYA not in text_of(mallory)


@ONE_SERVICE
def test_page_says_why_nothing_can_be_connected(
    world: World, alice: Client, settings: Settings
) -> None:
    settings.ZOOM_CLIENT_ID = ""
    page = text_of(alice)
    assert "This Earshot has no Zoom app yet" in page
    assert f'href="{PAGE}connect/"' not in page
    assert alice.get(f"{PAGE}connect/").status_code == 503
    UpstreamAccount.objects.update(is_active=False)
    assert "No recording service is set up yet" in text_of(alice)


@ONE_SERVICE
def test_page_costs_the_same_for_one_account_and_for_thirty(
    world: World,
    alice: Client,
    alice_user: User,
    workspace: Workspace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def add(number: int) -> None:
        ZoomAccount.objects.create(
            workspace=workspace,
            user=alice_user,
            account=world.account,
            zoom_user_id=f"z{number}",
            credential_id=f"c{number}",
        )

    add(0)
    alice.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        alice.get(PAGE)
    for number in range(1, 30):
        add(number)
    with django_assert_num_queries(len(one)):
        alice.get(PAGE)


def test_whoever_goes_takes_the_permission_along(
    world: World, connected: ZoomAccount, alice_user: User
) -> None:
    assert str(connected.email or "good") in str(own_data.PARTS["zoom_accounts"](alice_user))
    with world.outside.work():
        assert farewell.close(alice_user)
    connected.refresh_from_db()
    assert (connected.credential_id, connected.refresh_token, at_service(world)) == ("", "", [])
