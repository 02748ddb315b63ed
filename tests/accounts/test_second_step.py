"""The second step: codes of an app, recovery codes, and the pages that only open with one."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts import second_step
from accounts.models import User, Workspace
from tests.accounts.codes import code_of
from tests.conftest import PASSWORD, give_second_step
from tests.frame import FRAME

pytestmark = pytest.mark.django_db


@pytest.fixture
def sure_alice(alice: Client) -> Client:
    """alice, who gave her password just now."""
    alice.post("/account/reauthenticate/", {"password": PASSWORD})
    return alice


@pytest.fixture
def secret(sure_alice: Client) -> str:
    """The key of the app that alice has set up."""
    shown: str = sure_alice.get("/account/second-step/totp/activate/").context["form"].secret
    sure_alice.post("/account/second-step/totp/activate/", {"code": code_of(shown)})
    return shown


@pytest.fixture
def recovery_codes(sure_alice: Client, secret: str) -> list[str]:
    page = sure_alice.get("/account/second-step/recovery-codes/")
    codes: list[str] = page.context["unused_codes"]
    return codes


def give_password(user: User) -> tuple[Client, str]:
    """Sign in with the password, and say where that leads."""
    client = Client()
    answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client, answer["Location"]


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def test_an_app_is_asked_for_after_the_password(alice_user: User, secret: str) -> None:
    client, where = give_password(alice_user)
    assert where == "/account/second-step/authenticate/"
    assert not is_signed_in(client)

    # The app shows the next code; the last one was used when it was set up.
    answer = client.post(where, {"code": code_of(secret, at=time.time() + 30)})
    assert answer["Location"] == "/"
    assert is_signed_in(client)


@pytest.mark.django_db(transaction=True)  # it is told once it is committed
def test_setting_up_is_told_by_mail_kept_in_the_trail_and_counts_as_given(
    sure_alice: Client, secret: str, alice_user: User, workspace: Workspace
) -> None:
    assert asked(sure_alice, alice_user) is None
    told = {message.subject for message in mail.outbox if message.to == [alice_user.email]}
    assert "Your Earshot sign-in asks for a code now" in told
    entry = workspace.audit_entries.filter(action="second_step.add").order_by("id")[0]
    assert entry.after == {"step": "an app"}


def test_the_key_is_not_readable_in_the_database(secret: str, alice_user: User) -> None:
    kept = Authenticator.objects.get(user=alice_user, type="totp").data["secret"]
    assert secret not in kept
    assert len(kept) > len(secret)


def test_a_wrong_code_does_not_set_anything_up(sure_alice: Client, alice_user: User) -> None:
    sure_alice.get("/account/second-step/totp/activate/")
    page = sure_alice.post("/account/second-step/totp/activate/", {"code": "abcdef"})
    assert "This code is not right" in page.content.decode()
    assert not second_step.has_second_step(alice_user)


def test_guessing_codes_is_slowed_down(alice_user: User, secret: str) -> None:
    client, where = give_password(alice_user)
    for number in range(5):
        client.post(where, {"code": f"wrong{number}"})
    page = client.post(where, {"code": code_of(secret, at=time.time() + 30)})
    assert "Too many wrong tries. Wait five minutes" in page.content.decode()
    assert not is_signed_in(client)


def test_a_recovery_code_lets_in_once(alice_user: User, recovery_codes: list[str]) -> None:
    client, where = give_password(alice_user)
    assert client.post(where, {"code": recovery_codes[0]})["Location"] == "/"
    assert is_signed_in(client)

    client, where = give_password(alice_user)
    page = client.post(where, {"code": recovery_codes[0]})
    assert "or it was used before" in page.content.decode()
    assert not is_signed_in(client)


def test_recovery_codes_are_saved_as_a_file(sure_alice: Client, recovery_codes: list[str]) -> None:
    saved = sure_alice.get("/account/second-step/recovery-codes/download/")
    assert saved.content.decode().split() == recovery_codes


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_replace_the_old(
    sure_alice: Client,
    alice_user: User,
    workspace: Workspace,
    recovery_codes: list[str],
) -> None:
    sure_alice.post("/account/second-step/recovery-codes/generate/")
    assert workspace.audit_entries.filter(action="second_step.renew").exists()
    client, where = give_password(alice_user)
    client.post(where, {"code": recovery_codes[0]})
    assert not is_signed_in(client)


def test_removing_the_app_asks_who_it_is(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    give_second_step(alice, alice_user)
    asked = alice.post("/account/second-step/totp/deactivate/")
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert second_step.has_second_step(alice_user)

    alice.post("/account/reauthenticate/", {"password": PASSWORD})
    alice.post("/account/second-step/totp/deactivate/")
    assert not second_step.has_second_step(alice_user)
    assert workspace.audit_entries.filter(action="second_step.remove").exists()


def test_the_address_can_be_changed_with_a_second_step(
    sure_alice: Client, secret: str, alice_user: User
) -> None:
    sure_alice.post("/account/email/", {"email": "alice@new.example", "action_add": ""})
    assert mail.outbox[-1].to == ["alice@new.example"]


def test_the_page_says_what_is_set_up(sure_alice: Client, recovery_codes: list[str]) -> None:
    page = sure_alice.get("/account/second-step/").content.decode()
    assert "Remove the app…" in page
    assert "10 left" in page


@pytest.mark.parametrize(
    "path",
    ["", "totp/activate/", "webauthn/", "webauthn/add/"],
)
def test_pages_open(sure_alice: Client, path: str) -> None:
    assert sure_alice.get(f"/account/second-step/{path}").status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_passkeys_asks_the_same_for_any_number(
    alice: Client, alice_user: User, count: int, django_assert_num_queries: Any
) -> None:
    told = {"clientExtensionResults": {"credProps": {"rk": True}}}
    for number in range(count):
        kept = {"name": f"key {number}", "credential": told}
        Authenticator.objects.create(user=alice_user, type="webauthn", data=kept)
    with django_assert_num_queries(FRAME + 1):
        page = alice.get("/account/second-step/webauthn/")
    assert page.content.decode().count("Instead of the password") == count


def asked(client: Client, user: User) -> HttpResponse | None:
    """What ask_second_step says to a request of `client`."""
    request = RequestFactory().get("/admin/bots/")
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    request.session = client.session
    MessageMiddleware(lambda _: HttpResponse()).process_request(request)
    request.user = user
    return second_step.ask_second_step(request)


def test_staff_without_a_second_step_is_led_to_set_one_up(alice: Client, alice_user: User) -> None:
    answer = asked(alice, alice_user)
    assert answer is not None
    assert answer["Location"] == "/account/second-step/"


def test_staff_who_did_not_give_it_now_is_asked(alice: Client, alice_user: User) -> None:
    give_second_step(alice, alice_user)
    other = Client()
    other.force_login(alice_user)
    answer = asked(other, alice_user)
    assert answer is not None
    assert answer["Location"] == "/account/second-step/reauthenticate/?next=%2Fadmin%2Fbots%2F"


def test_staff_who_gave_it_goes_on(alice: Client, alice_user: User) -> None:
    give_second_step(alice, alice_user)
    assert asked(alice, alice_user) is None


def test_giving_it_later_is_enough(alice_user: User, secret: str) -> None:
    client = Client()
    client.force_login(alice_user)
    code = code_of(secret, at=time.time() + 30)
    client.post("/account/second-step/reauthenticate/?next=/settings/", {"code": code})
    assert asked(client, alice_user) is None
