"""Where a person is signed in: each browser is listed, and each can be signed out."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts import devices, sign_ins
from accounts.models import SignIn, User, Workspace
from tests.accounts.conftest import link_in_last_mail
from tests.conftest import PASSWORD
from tests.everything import make_sign_in
from tests.frame import FRAME

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


def browser(user: User, agent: str) -> Client:
    client = Client(headers={"user-agent": agent})
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def test_each_browser_is_listed(alice_user: User) -> None:
    here, phone = browser(alice_user, FIREFOX), browser(alice_user, SAFARI)
    shown = here.get("/account/sessions/").context["sessions"]
    assert [(one["device"], one["is_here"]) for one in shown] == [
        ("Firefox on Windows", True),
        ("Safari on iPhone", False),
    ]
    assert shown[0]["row"].ip_address == "127.0.0.1"
    assert is_signed_in(phone)


def test_one_is_signed_out(alice_user: User, workspace: Workspace) -> None:
    here, phone = browser(alice_user, FIREFOX), browser(alice_user, SAFARI)
    other = alice_user.sign_ins.get(user_agent=SAFARI)

    said = here.post(f"/account/sessions/{other.public_id}/end/", follow=True).content.decode()

    assert "Safari on iPhone is signed out." in said
    assert not is_signed_in(phone)
    assert is_signed_in(here)
    entry = workspace.audit_entries.get(action="sign_in.end")
    assert entry.before == {"browser": "Safari on iPhone"}


def test_all_others_are_signed_out(alice_user: User, bob_user: User, workspace: Workspace) -> None:
    here, phone = browser(alice_user, FIREFOX), browser(alice_user, SAFARI)
    bob = browser(bob_user, SAFARI)

    here.post("/account/sessions/end/")

    assert [is_signed_in(one) for one in (here, phone, bob)] == [True, False, True]
    assert workspace.audit_entries.get(action="sign_in.end").before == {"browsers": 1}
    assert alice_user.sign_ins.get().user_agent == FIREFOX


def test_a_browser_of_somebody_else_is_not_there(alice: Client, bob_user: User) -> None:
    row = make_sign_in(bob_user)
    assert alice.post(f"/account/sessions/{row.public_id}/end/").status_code == 404
    assert SignIn.objects.filter(pk=row.pk).exists()


def test_signing_out_by_oneself_leaves_the_list(alice_user: User) -> None:
    here = browser(alice_user, FIREFOX)
    here.post("/account/logout/")
    assert not alice_user.sign_ins.exists()


def test_the_one_in_use_is_signed_out_by_its_own_page(alice_user: User) -> None:
    here = browser(alice_user, FIREFOX)
    row = alice_user.sign_ins.get()
    answer = here.post(f"/account/sessions/{row.public_id}/end/")
    assert answer["Location"] == "/account/logout/"
    assert is_signed_in(here)


def test_a_new_password_signs_out_the_others(alice_user: User) -> None:
    here, phone = browser(alice_user, FIREFOX), browser(alice_user, SAFARI)
    here.post("/account/reauthenticate/", {"password": PASSWORD})
    change = {"oldpassword": PASSWORD, "password1": "a new secret", "password2": "a new secret"}
    here.post("/account/password/change/", change)

    assert [is_signed_in(one) for one in (here, phone)] == [True, False]
    assert [one["is_here"] for one in here.get("/account/sessions/").context["sessions"]] == [True]


def test_a_reset_password_signs_out_all(alice_user: User, client: Client) -> None:
    phone = browser(alice_user, SAFARI)
    client.post("/account/password/reset/", {"email": alice_user.email})
    assert mail.outbox[-1].to == [alice_user.email]
    where = client.get(link_in_last_mail(), follow=True).redirect_chain[-1][0]
    client.post(where, {"password1": "a new secret", "password2": "a new secret"})

    assert not is_signed_in(phone)
    assert not alice_user.sign_ins.exists()


def test_a_session_from_before_the_list_is_added(alice: Client, alice_user: User) -> None:
    alice_user.sign_ins.all().delete()
    session = alice.session
    del session[sign_ins.SESSION_KEY], session[sign_ins.SEEN_KEY]
    session.save()

    shown = alice.get("/account/sessions/").context["sessions"]
    assert [one["is_here"] for one in shown] == [True]


def test_use_is_noted_every_ten_minutes(alice: Client, alice_user: User) -> None:
    then = timezone.now() - timedelta(minutes=11)
    alice_user.sign_ins.update(seen_at=then)
    alice.get("/settings/")
    assert alice_user.sign_ins.get().seen_at == then  # the session says that it was just noted

    session = alice.session
    session[sign_ins.SEEN_KEY] = then.isoformat()
    session.save()
    alice.get("/settings/")
    assert alice_user.sign_ins.get().seen_at > then


def test_what_expired_is_neither_shown_nor_kept(alice: Client, alice_user: User) -> None:
    old = make_sign_in(alice_user)
    Session.objects.filter(session_key=old.session_key).update(expire_date=timezone.now())
    assert len(alice.get("/account/sessions/").context["sessions"]) == 1

    browser(alice_user, FIREFOX)
    assert not SignIn.objects.filter(pk=old.pk).exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_same_for_any_number(
    alice: Client, alice_user: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count - 1):
        make_sign_in(alice_user, number)
    with django_assert_num_queries(FRAME + 1):
        page = alice.get("/account/sessions/")
    assert len(page.context["sessions"]) == count


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge on Linux"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120.0 Safari/537.36", "Chrome on Android"),
        ("curl/8.5", "A browser that does not say what it is"),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert devices.describe(agent) == words
