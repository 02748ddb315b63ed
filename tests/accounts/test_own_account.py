"""Passwords and addresses: each change goes through a mail or a password, and into the trail."""

import re

import pytest
from django.core import mail
from django.http import HttpResponseBase
from django.test import Client

from accounts.models import User, Workspace
from tests.accounts.conftest import link_in_last_mail
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another long secret"


@pytest.fixture
def sure_alice(alice: Client) -> Client:
    """alice, who gave her password just now."""
    alice.post("/account/reauthenticate/", {"password": PASSWORD})
    return alice


def actions(workspace: Workspace) -> list[str]:
    return list(workspace.audit_entries.order_by("id").values_list("action", flat=True))


def without_token(page: HttpResponseBase) -> str:
    return re.sub(rb"[A-Za-z0-9]{64}", b"", page.getvalue()).decode()


def test_reset_by_mail(client: Client, alice_user: User, workspace: Workspace) -> None:
    client.post("/account/password/reset/", {"email": alice_user.email})
    form = client.get(link_in_last_mail(), follow=True)
    assert "Choose a new password" in form.content.decode()
    where = form.redirect_chain[-1][0]
    done = client.post(where, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)

    assert "Your password is changed" in done.content.decode()
    alice_user.refresh_from_db()
    assert alice_user.check_password(NEW_PASSWORD)
    assert actions(workspace) == ["password.reset"]
    assert mail.outbox[-1].subject == "Your Earshot password was reset"


def test_a_reset_link_works_once(client: Client, alice_user: User) -> None:
    client.post("/account/password/reset/", {"email": alice_user.email})
    link = link_in_last_mail()
    where = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(where, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_reset_does_not_tell_who_has_an_account(alice_user: User) -> None:
    known = Client().post("/account/password/reset/", {"email": alice_user.email}, follow=True)
    unknown = Client().post("/account/password/reset/", {"email": "no@example.com"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert without_token(known) == without_token(unknown)
    assert [message.to for message in mail.outbox] == [[alice_user.email]]


def test_password_change(sure_alice: Client, alice_user: User, workspace: Workspace) -> None:
    change = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    sure_alice.post("/account/password/change/", change)

    alice_user.refresh_from_db()
    assert alice_user.check_password(NEW_PASSWORD)
    assert sure_alice.get("/settings/").status_code == 200
    assert actions(workspace) == ["password.change"]
    assert mail.outbox[-1].subject == "Your Earshot password was changed"


def test_the_password_page_offers_the_way_by_mail_once(sure_alice: Client) -> None:
    page = sure_alice.get("/account/password/change/").content.decode()
    assert page.count('href="/account/password/reset/"') == 1


def test_email_change_waits_for_its_proof(
    sure_alice: Client, alice_user: User, workspace: Workspace
) -> None:
    sure_alice.post("/account/email/", {"email": "alice@new.example", "action_add": ""})
    assert mail.outbox[-1].to == ["alice@new.example"]
    alice_user.refresh_from_db()
    assert alice_user.email == "alice@northwind.example"
    page = sure_alice.get("/account/email/").content.decode()
    assert "Waiting for you to open the link" in page

    sure_alice.post(link_in_last_mail())

    alice_user.refresh_from_db()
    assert alice_user.email == "alice@new.example"
    assert actions(workspace) == ["email.ask_change", "email.confirm", "email.change"]
    changed = workspace.audit_entries.get(action="email.change")
    assert changed.before == {"email": "alice@northwind.example"}
    assert changed.after == {"email": "alice@new.example"}


def test_a_change_of_address_can_be_called_off(sure_alice: Client, alice_user: User) -> None:
    sure_alice.post("/account/email/", {"email": "alice@new.example", "action_add": ""})
    sure_alice.post("/account/email/", {"email": "alice@new.example", "action_remove": ""})

    page = sure_alice.get("/account/email/").content.decode()
    assert "alice@northwind.example" in page
    assert "Waiting for you to open the link" not in page


def test_a_change_of_address_asks_for_the_password_and_goes_on(alice: Client) -> None:
    asked = alice.post("/account/email/", {"email": "alice@new.example", "action_add": ""})
    assert "Is it you?" in alice.get(asked["Location"]).content.decode()
    assert mail.outbox == []

    alice.post(asked["Location"], {"password": PASSWORD})
    assert mail.outbox[-1].to == ["alice@new.example"]
