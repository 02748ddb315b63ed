"""What every page tells the browser, so that a mistake elsewhere does little harm."""

import json
import os
import re
import secrets
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from accounts.models import User
from tests.asgi_server import ROOT
from tests.conftest import PASSWORD
from tests.security.conftest import ask

ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CLOSED = ("camera", "microphone", "geolocation", "payment", "usb", "display-capture")
ADMIN = {"admin": "/admin/", "users": "/admin/accounts/user/", "find": "/admin/find/?q=x"}


@pytest.mark.django_db
def test_every_page_is_served_with_all_of_them(
    asked: dict[str, str], alice: Client, alice_user: User, client: Client, admin_client: Client
) -> None:
    addresses = {**asked, "nowhere": "/nowhere/", "static": "/static/nowhere.css"}
    of_nobody = {name: url for name, url in addresses.items() if name.startswith(("acc", "no"))}
    wrong = []
    for browser, pages in ((alice, addresses), (client, of_nobody), (admin_client, ADMIN)):
        for name, answer, _ in ask(browser, pages):
            told = {key: answer.headers.get(key) for key in ALWAYS}
            policy = parts(answer.headers.get("Content-Security-Policy", ""))
            scripts = policy.get("script-src", "") + policy.get("style-src", "")
            permitted = answer.headers.get("Permissions-Policy", "")
            is_good = (
                told == ALWAYS
                and policy.get("default-src") == "'self'"
                and policy.get("frame-ancestors") == "'none'"
                and policy.get("form-action") == "'self'"
                and policy.get("object-src") == policy.get("base-uri") == "'none'"
                and scripts == "'self'" * 2
                and all(f"{feature}=()" in permitted for feature in CLOSED)
            )
            if not is_good:
                wrong.append(f"{name} ({answer.status_code}): {dict(answer.headers)}")
    assert not wrong, "\n".join(wrong)


def parts(policy: str) -> dict[str, str]:
    return {
        name: value
        for name, _, value in (part.strip().partition(" ") for part in policy.split(";"))
    }


@pytest.mark.django_db
def test_no_page_holds_what_the_policy_would_stop(asked: dict[str, str], alice: Client) -> None:
    """No script or style in the page itself, no handler in an attribute, nothing from elsewhere."""
    odd = re.compile(
        r"<script(?![^>]*\bsrc=\"/static/)(?![^>]*type=\"application/json\")"
        r"|<style|\son[a-z]+=|javascript:|\ssrc=\"(?:https?:)?//",
        re.I,
    )
    found = [
        f"{name}: {text[match.start() : match.start() + 80]}"
        for name, answer, text in ask(alice, asked)
        if answer.headers.get("Content-Type", "").startswith("text/html")
        for match in odd.finditer(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.django_db
def test_cookies_are_for_our_server_only(client: Client, alice_user: User) -> None:
    client.get("/account/login/")
    client.post("/account/login/", {"login": alice_user.email, "password": PASSWORD})
    for name in ("sessionid", "csrftoken"):
        cookie = client.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")


HTTPS = """
import django, json, sys
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING", stdout=sys.stderr)
plain = Client().get("/account/login/", headers={"host": "earshot.example"})
safe = Client().get("/account/login/", secure=True, headers={"host": "earshot.example"})
from django.conf import settings
print(json.dumps({
    "plain": [plain.status_code, plain.headers["Location"]],
    "hsts": safe.headers["Strict-Transport-Security"],
    "csrf": [bool(safe.cookies["csrftoken"][it]) for it in ("secure", "httponly")],
    "session": [settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY],
}))
"""


def test_behind_https_nothing_goes_in_the_clear() -> None:
    """As in production: `manage.py check --deploy` is content, too."""
    production = {
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PUBLIC_URL": "https://earshot.example",
        "ALLOWED_HOSTS": "earshot.example",
        "DATABASE_URL": "postgresql://nobody@localhost:1/nothing",
        "CELERY_BROKER_URL": "memory://",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STATIC_FROM_SOURCE": "1",
        "STAFF_NEED_SECOND_STEP": "1",
    }
    inherited = {key: it for key, it in os.environ.items() if key != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HTTPS],
        cwd=ROOT,
        env={**inherited, **production},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "plain": [301, "https://earshot.example/account/login/"],
        "hsts": "max-age=31536000; includeSubDomains; preload",
        "csrf": [True, True],
        "session": [True, True],
    }
