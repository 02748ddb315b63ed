"""Signing in with Google and Microsoft, against the sandbox's authorization servers.

The browser's part is played here: out by our link, through the consent page, back to our callback.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts import invitations
from accounts.models import User, Workspace
from accounts.roles import Role
from tests.accounts.conftest import link_in_last_mail
from tests.conftest import PASSWORD, make_member
from tests.frame import FRAME
from tests.letters.delivering import deliver
from tests.sandbox_process import (
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET,
    MICROSOFT_CLIENT_ID,
    MICROSOFT_CLIENT_SECRET,
    Sandbox,
    run_sandbox,
)

pytestmark = pytest.mark.django_db

MAYA, JONAS, SAM = "maya@northwind.example", "jonas@northwind.example", "sam.ortega@mail.example"


@pytest.fixture(scope="module")
def sandbox_process() -> Iterator[Sandbox]:
    with run_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def sandbox(sandbox_process: Sandbox, settings: Settings) -> Sandbox:
    sandbox_process.post("reset")
    url = sandbox_process.url
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = (
        GOOGLE_CLIENT_ID,
        GOOGLE_CLIENT_SECRET,
    )
    settings.GOOGLE_AUTHORIZE_URL = f"{url}/google/authorize"
    settings.GOOGLE_TOKEN_URL = f"{url}/google/token"
    settings.GOOGLE_USERINFO_URL = f"{url}/google/userinfo"
    settings.MICROSOFT_CLIENT_ID = MICROSOFT_CLIENT_ID
    settings.MICROSOFT_CLIENT_SECRET = MICROSOFT_CLIENT_SECRET
    settings.MICROSOFT_AUTHORIZE_URL = f"{url}/microsoft/{{tenant}}/oauth2/v2.0/authorize"
    settings.MICROSOFT_TOKEN_URL = f"{url}/microsoft/{{tenant}}/oauth2/v2.0/token"
    settings.MICROSOFT_USERINFO_URL = f"{url}/microsoft/oidc/userinfo"
    return sandbox_process


def come_back(
    client: Client, platform: str, account: str, decision: str = "continue", **query: str
) -> HttpResponse:
    """Press our link, choose `account` on the consent page, and follow the way back."""
    back = way_back(client, platform, account, decision, **query)
    answer: HttpResponse = client.get(back)  # type: ignore[assignment]
    return answer


def way_back(
    client: Client, platform: str, account: str, decision: str = "continue", **query: str
) -> str:
    """As far as the address that the consent page leads to."""
    out = client.get(f"/account/{platform}/login/", query)["Location"]
    asked = dict(parse_qsl(urlsplit(out).query))
    tenant = {"tenant": "common"} if platform == "microsoft" else {}
    consent = httpx.post(
        f"{out.split(f'/{platform}/')[0]}/{platform}/consent",
        data={**asked, **tenant, "account": account, "decision": decision},
    )
    back = urlsplit(consent.headers["location"])
    assert back.path == f"/account/{platform}/login/callback/"
    return f"{back.path}?{back.query}"


def signed_in_as(client: Client) -> str:
    page = client.get("/settings/")
    return str(page.context["user"].email) if page.status_code == 200 else ""


@pytest.mark.parametrize("platform", ["google", "microsoft"])
def test_only_who_somebody_is_is_asked(client: Client, platform: str) -> None:
    wish = {"scope": "https://graph.microsoft.com/Calendars.Read", "auth_params": "prompt=none"}
    out = client.get(f"/account/{platform}/login/", wish)["Location"]

    asked = dict(parse_qsl(urlsplit(out).query))
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert asked["prompt"] == "select_account"
    assert asked["code_challenge_method"] == "S256"


def test_google_brings_a_new_person_in(client: Client) -> None:
    answer = come_back(client, "google", MAYA)

    assert answer["Location"] == "/"
    maya = User.objects.get(email=MAYA)
    assert (maya.name, maya.has_usable_password()) == ("Maya Lindqvist", False)
    assert maya.workspaces.get().name == "Maya's workspace"
    assert EmailAddress.objects.get(user=maya).verified
    assert signed_in_as(client) == MAYA
    assert not SocialToken.objects.exists()


def test_google_leads_a_known_person_to_their_account(client: Client, workspace: Workspace) -> None:
    maya = make_member(MAYA, workspace, Role.MEMBER)

    come_back(client, "google", MAYA)

    assert signed_in_as(client) == MAYA
    assert SocialAccount.objects.get().user == maya
    maya.refresh_from_db()
    assert maya.check_password(PASSWORD)  # both ways in stay
    connected = workspace.audit_entries.get(action="identity.connect")
    assert connected.after == {"with": "Google", "account": MAYA}


def test_an_address_that_google_does_not_keep_proves_nothing(
    client: Client, workspace: Workspace
) -> None:
    """Sam's Google account has an address of somebody else's domain."""
    make_member(SAM, workspace, Role.MEMBER)

    answer = come_back(client, "google", SAM)

    assert answer["Location"] == "/account/confirm-email/"
    assert signed_in_as(client) == ""
    assert mail.outbox[-1].subject == "You already have an Earshot account"
    assert not SocialAccount.objects.exists()


def test_an_account_made_with_somebody_elses_address_is_taken_from_its_maker(
    client: Client,
) -> None:
    """Who waits with a password for the owner of the address to come does not get in."""
    wait = {"name": "", "email": MAYA, "password1": "waiting for maya", "time_zone": ""}
    Client().post("/account/signup/", wait)

    come_back(client, "google", MAYA)

    assert not User.objects.get(email=MAYA).has_usable_password()


def test_so_is_one_made_with_somebody_elses_microsoft_account(client: Client) -> None:
    come_back(Client(), "microsoft", JONAS)

    come_back(client, "google", JONAS)

    assert [one.provider for one in SocialAccount.objects.all()] == ["google"]


def test_microsoft_says_nothing_of_proof(client: Client) -> None:
    answer = come_back(client, "microsoft", JONAS)
    assert answer["Location"] == "/account/confirm-email/"
    assert signed_in_as(client) == ""

    client.post(link_in_last_mail())
    assert signed_in_as(client) == JONAS

    again = Client()
    come_back(again, "microsoft", JONAS)
    assert signed_in_as(again) == JONAS


@pytest.mark.parametrize(("platform", "account"), [("google", MAYA), ("microsoft", JONAS)])
def test_somebody_invited_comes_into_the_workspace(
    client: Client, alice_user: User, workspace: Workspace, platform: str, account: str
) -> None:
    invitations.invite(workspace, [account], Role.VIEWER, by=alice_user)
    deliver()
    link = link_in_last_mail()
    page = client.get(f"/account/signup/?next={link}")
    assert f"/account/{platform}/login/?process=login&amp;next=" in page.content.decode()
    client.get(link)

    answer = come_back(client, platform, account, next=link)

    assert (answer["Location"], client.get(link)["Location"]) == (link, "/")
    place = User.objects.get(email=account).memberships.get()
    assert (place.workspace, place.role) == (workspace, Role.VIEWER)
    assert len(mail.outbox) == 1  # the address is proven: they had its mail


def test_microsoft_never_opens_an_account_by_its_address(
    client: Client, workspace: Workspace
) -> None:
    make_member(JONAS, workspace, Role.MEMBER)

    answer = come_back(client, "microsoft", JONAS)

    assert answer["Location"] == "/account/confirm-email/"
    assert signed_in_as(client) == ""
    assert not SocialAccount.objects.exists()


def test_without_an_address_one_is_asked_for(client: Client, sandbox: Sandbox) -> None:
    sandbox.post("microsoft/behaviour", no_email_claim=True)
    answer = come_back(client, "microsoft", JONAS)
    assert answer["Location"] == "/account/connected/signup/"
    page = client.get(answer["Location"]).content.decode()
    assert "Microsoft did not tell an address" in page

    told = {"name": "Jonas", "email": JONAS, "time_zone": "Europe/Stockholm"}
    assert client.post(answer["Location"], told)["Location"] == "/account/confirm-email/"
    client.post(link_in_last_mail())
    jonas = User.objects.get(email=JONAS)
    assert (jonas.name, jonas.time_zone) == ("Jonas", "Europe/Stockholm")
    assert jonas.workspaces.count() == 1


def test_who_cancels_is_told_that_nothing_happened(client: Client) -> None:
    answer = come_back(client, "google", MAYA, decision="cancel")
    assert "You did not sign in" in client.get(answer["Location"]).content.decode()
    assert not User.objects.exists()


def test_a_callback_that_was_not_asked_for_changes_nothing(client: Client) -> None:
    answer = client.get("/account/google/login/callback/?code=abc&state=stolen")
    assert answer.status_code == 401
    assert "Signing in did not work" in answer.content.decode()


def test_a_way_back_is_walked_once_and_by_who_began_it(client: Client) -> None:
    back = way_back(client, "google", MAYA)
    assert Client().get(back).status_code == 401, "another browser"
    assert not User.objects.exists()
    assert client.get(back).status_code == 302
    person = User.objects.get()
    client.post("/account/logout/")
    again = client.get(back)
    assert (again.status_code, signed_in_as(client)) == (401, ""), "a second time"
    assert Client().get(back).status_code == 401
    assert User.objects.get() == person


def test_what_one_platform_gave_is_not_taken_by_the_other(client: Client) -> None:
    """Mix-up: a code and a state of Google, handed to Microsoft's way back, and the reverse."""
    for platform, other, who in (("google", "microsoft", MAYA), ("microsoft", "google", JONAS)):
        back = way_back(client, platform, who)
        assert client.get(back.replace(platform, other)).status_code == 401
    assert not User.objects.exists()
    assert signed_in_as(client) == ""


def test_a_server_that_fails_is_told_plainly(client: Client, sandbox: Sandbox) -> None:
    sandbox.post("google/behaviour", token_error=503)
    answer = come_back(client, "google", MAYA)
    assert answer.status_code == 401
    assert "Signing in did not work" in answer.content.decode()


def test_a_deployment_without_google_offers_none(client: Client, settings: Settings) -> None:
    settings.GOOGLE_CLIENT_ID = ""
    page = client.get("/account/login/").content.decode()
    assert "Sign in with Google" not in page
    assert "Sign in with Microsoft" in page
    assert client.get("/account/google/login/").status_code == 404


def test_connecting_and_disconnecting(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    alice.post("/account/reauthenticate/", {"password": PASSWORD})
    come_back(alice, "microsoft", JONAS, process="connect")
    page = alice.get("/account/connected/")
    assert "Microsoft is connected" in page.content.decode()
    assert mail.outbox[-1].subject == "Your Earshot account was connected with Microsoft"

    account = SocialAccount.objects.get(user=alice_user)
    said = alice.post("/account/connected/", {"account": account.pk}, follow=True)
    assert "It no longer signs you in" in said.content.decode()
    assert not SocialAccount.objects.exists()
    actions = workspace.audit_entries.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["identity.connect", "identity.disconnect"]


def test_connecting_asks_for_the_password_and_goes_on(alice: Client) -> None:
    answer = come_back(alice, "google", MAYA, process="connect")
    assert answer["Location"] == "/account/reauthenticate/"
    assert not SocialAccount.objects.exists()

    alice.post(answer["Location"], {"password": PASSWORD})
    assert SocialAccount.objects.get().provider == "google"


def test_the_only_way_in_is_not_disconnected(client: Client) -> None:
    come_back(client, "google", MAYA)
    account = SocialAccount.objects.get()
    page = client.post("/account/connected/", {"account": account.pk})
    assert "It is the only way you sign in" in page.content.decode()
    assert SocialAccount.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_same_for_any_number(
    alice: Client, alice_user: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        said = {"email": f"alice{number}@northwind.example"}
        SocialAccount.objects.create(
            user=alice_user, provider="google", uid=f"uid-{number}", extra_data=said
        )
    with django_assert_num_queries(FRAME + 1):
        page = alice.get("/account/connected/")
    assert page.content.decode().count("Disconnect<") == count


def test_an_account_is_connected_once(alice: Client, client: Client) -> None:
    come_back(client, "google", MAYA)
    alice.post("/account/reauthenticate/", {"password": PASSWORD})

    come_back(alice, "google", MAYA, process="connect")

    page = alice.get("/account/connected/").content.decode()
    assert "This Google account belongs to another Earshot account." in page
    assert SocialAccount.objects.get().user.email == MAYA
