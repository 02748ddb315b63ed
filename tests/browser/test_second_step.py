"""Signing in with a code, with a passkey and by a recovery code; and out of another browser.

A passkey belongs to a name: under an address of figures a browser makes none, so Earshot is opened
as localhost here.
"""

import re

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.accounts.codes import code_of
from tests.asgi_server import AsgiServer
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def alice(alice_user: User) -> User:
    """alice, with a password that the server can read; its hash is quick, for tests."""
    alice_user.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1000)
    alice_user.save()
    return alice_user


@pytest.fixture
def home(asgi_server: AsgiServer) -> str:
    return asgi_server.url.replace("127.0.0.1", "localhost")


def give_password(page: Page, home: str, user: User) -> None:
    page.goto(f"{home}/account/login/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page, home: str) -> None:
    page.goto(f"{home}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Will this meeting be recorded?")).to_be_visible()


def judge(page: Page, name: str) -> None:
    for _ in each_look(page, name):
        assert_accessible(page)


def test_code_passkey_and_recovery(visit: Visit, alice: User, home: str) -> None:
    page = visit(f"{home}/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    give_password(page, home, alice)
    expect(page.get_by_role("heading", name="Northwind")).to_be_visible()

    page.goto(f"{home}/account/second-step/")
    page.get_by_role("link", name="Set up an app").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Set up an app")).to_be_visible()
    judge(page, "second-step-app")
    secret = page.locator("code").inner_text()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = page.locator("#recovery-codes code").all_inner_texts()
    assert len(recovery) == 10

    page.goto(f"{home}/account/second-step/webauthn/add/")
    page.get_by_label("Name").fill("phone")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_text("1 set up")).to_be_visible()
    page.get_by_role("link", name="See passkeys").click()
    expect(page.get_by_text("Instead of the password")).to_be_visible()
    judge(page, "passkeys")

    sign_out(page, home)
    page.goto(f"{home}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Northwind")).to_be_visible()

    sign_out(page, home)
    give_password(page, home, alice)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    judge(page, "sign-in-second-step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Northwind")).to_be_visible()

    other = visit(f"{home}/", java_script_enabled=False)
    give_password(other, home, alice)
    other.get_by_label("Code").fill(recovery[0])
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("heading", name="Northwind")).to_be_visible()

    page.goto(f"{home}/account/sessions/")
    expect(page.get_by_role("listitem").filter(has_text="last used")).to_have_count(2)
    judge(page, "sessions")
    page.get_by_role("main").get_by_role("button", name=re.compile("^Sign out .* on")).click()
    expect(page.get_by_text("You are signed in nowhere else.")).to_be_visible()
    page.goto(f"{home}/settings/data/deletion/")
    expect(page.get_by_role("button", name="Delete my account")).to_be_visible()
    judge(page, "farewell")
    other.goto(f"{home}/settings/")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
