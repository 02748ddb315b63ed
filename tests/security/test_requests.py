"""Requests that others make a browser send, or that a person would not: they lead nowhere."""

import re
from urllib.parse import quote, urlsplit

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.conftest import PASSWORD
from tests.security.conftest import ask
from tests.webhooks.signing import make_account

EVIL = "evil.example"
ELSEWHERE = (
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"/\\{EVIL}/",
    f"\\\\{EVIL}/",
    f"///{EVIL}/",
    f"\t//{EVIL}/",
    f"https:{EVIL}",
    f"http:///{EVIL}",
    f"https://earshot.example@{EVIL}/",
    "javascript:alert(1)",
)
NAMES = ("next", "back", "to", "url", "return", "redirect", "from", "page", "address")
# Signed, or known by nobody but the reader of one mail (RFC 8058 sends no token).
WITHOUT_TOKEN = {"webhooks:receive", "letters:refusal"}


@pytest.mark.django_db
def test_no_post_counts_that_another_site_made_a_browser_send(
    asked: dict[str, str], alice_user: User
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice_user)
    without_token = {name: answer.status_code for name, answer, _ in ask(browser, asked, ["post"])}
    taken = {name for name, status in without_token.items() if status != 403}
    assert taken == {f"POST {name}" for name in WITHOUT_TOKEN}

    page = browser.get("/settings/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    form = {"csrfmiddlewaretoken": found[1], "name": "Alice", "time_zone": "Europe/Oslo"}
    assert browser.post("/settings/", form).status_code == 302
    from_elsewhere = browser.post("/settings/", form, headers={"origin": f"https://{EVIL}"})
    assert from_elsewhere.status_code == 403


@pytest.mark.django_db
def test_no_address_leads_to_another_site(asked: dict[str, str], alice: Client) -> None:
    strays = []
    for away in ELSEWHERE[1:2]:
        data = dict.fromkeys(NAMES, away)
        for name, answer, _ in ask(alice, asked, ["get", "post"], data, HTTP_REFERER=ELSEWHERE[0]):
            if leads_away(answer.headers.get("Location", "")):
                strays.append(f"{name} with {away}: {answer.headers['Location']}")
            if leads_away(answer.headers.get("HX-Redirect", "")):
                strays.append(f"{name} with {away}: {answer.headers['HX-Redirect']}")
    assert not strays, "\n".join(strays)


@pytest.mark.django_db
@pytest.mark.parametrize("away", ELSEWHERE)
def test_signing_in_and_out_leads_to_another_page_of_ours(
    away: str, client: Client, alice_user: User, alice: Client
) -> None:
    form = {"login": alice_user.email, "password": PASSWORD, "next": away}
    signed_in = client.post(f"/account/login/?next={quote(away)}", form)
    assert signed_in.status_code == 302
    assert not leads_away(signed_in.headers["Location"])
    signed_out = alice.post("/account/logout/", {"next": away})
    assert not leads_away(signed_out.headers["Location"])


def leads_away(location: str) -> bool:
    as_browsers_read = re.sub(r"[\t\r\n]", "", location).replace("\\", "/").lstrip()
    parts = urlsplit(as_browsers_read)
    return (
        EVIL in (parts.hostname or "")
        or as_browsers_read.startswith(("///", "javascript:"))
        or (parts.scheme and EVIL in parts.path.split("/")[0]) is True
        or (bool(parts.scheme) and not parts.netloc)
    )


def test_leading_away_is_recognised() -> None:
    assert all(leads_away(away) for away in ELSEWHERE)
    assert not any(leads_away(here) for here in ("", "/", "/a?next=//evil.example", "http://x/a"))


@pytest.mark.django_db
def test_another_host_is_not_served(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["earshot.example"]
    path = "/account/login/"
    assert client.get(path, headers={"host": "earshot.example"}).status_code == 200
    for host in (
        EVIL,
        f"earshot.example.{EVIL}",
        f"earshot.example:80@{EVIL}",
        "earshot.example/x",
    ):
        assert client.get(path, headers={"host": host}).status_code == 400, host
    there = {"host": "earshot.example", "x-forwarded-host": EVIL}
    assert EVIL not in client.get(path, headers=there).content.decode()


@pytest.mark.django_db
def test_no_mail_leads_where_the_request_said_it_came_from(
    client: Client, alice_user: User, settings: Settings
) -> None:
    """Also where the server answers to any name, as behind a proxy that checks it."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_URL = "https://earshot.example"
    reset = client.post(
        "/account/password/reset/", {"email": alice_user.email}, headers={"host": EVIL}
    )
    assert reset.status_code == 302
    client.post(
        "/account/signup/",
        {"email": "new@northwind.example", "name": "New", "password1": "a new staple 42"},
        headers={"host": EVIL},
    )
    assert [letter.to[0] for letter in mail.outbox] == [alice_user.email, "new@northwind.example"]
    for letter in mail.outbox:
        assert "https://earshot.example/account/" in letter.body
        assert EVIL not in str(letter.message())


@pytest.mark.django_db
def test_no_path_leads_out_of_its_folder(asked: dict[str, str], alice: Client) -> None:
    climbs = (
        *("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd"),
        *("....//....//etc/passwd", "/etc/passwd", "..\\..\\etc\\passwd", "%00", "x%00.mp4"),
    )
    media = asked["recordings:media"]
    roots = ("/static/", media.removesuffix("video/"), asked["recordings:recording"], "/shared/")
    assert alice.get(media).status_code == 200
    for root in roots:
        for climb in climbs:
            answer = alice.get(root + climb)
            assert answer.status_code in (301, 302, 400, 404), root + climb
            assert b"root:" not in answer.getvalue()


@pytest.mark.django_db
def test_the_wrong_senders_are_refused_by_each_account(client: Client) -> None:
    """An id in the address is no proof, whatever the method or the type of what is sent."""
    account = make_account()
    address = f"/webhooks/{account.public_id}/"
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x", ""):
        assert client.generic("POST", address, b"{}", kind).status_code == 401
    assert client.get(address).status_code == 405
