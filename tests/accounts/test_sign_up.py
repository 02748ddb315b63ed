"""From a stranger to somebody with a workspace: the forms and the mails, as a person meets them."""

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AuditEntry, User, Workspace
from accounts.roles import Role
from tests.accounts.conftest import link_in_last_mail
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

CAROL = {
    "name": "Carol Jones",
    "email": "carol@example.com",
    "password1": "quite a long secret",
    "time_zone": "Europe/Lisbon",
}


def test_sign_up_ends_signed_in_with_a_proven_address(client: Client) -> None:
    asked = client.post("/account/signup/", CAROL)
    assert asked["Location"] == "/account/confirm-email/"
    assert mail.outbox[-1].to == ["carol@example.com"]
    assert client.get("/settings/").status_code == 302

    link = link_in_last_mail()
    assert "Yes, confirm it" in client.get(link).content.decode()
    confirmed = client.post(link, follow=True)

    assert confirmed.redirect_chain[-1] == ("/", 302)
    assert "Three steps to your first recording" in confirmed.content.decode()


def test_sign_up_founds_a_workspace_and_writes_it_down(client: Client) -> None:
    client.post("/account/signup/", CAROL)

    carol = User.objects.get(email="carol@example.com")
    assert (carol.name, carol.time_zone) == ("Carol Jones", "Europe/Lisbon")
    membership = carol.memberships.get()
    assert membership.role == Role.OWNER
    assert membership.workspace.name == "Carol's workspace"
    entry = membership.workspace.audit_entries.get()
    assert (entry.action, entry.actor, entry.target) == ("person.sign_up", carol, carol.public_id)


def test_a_first_address_is_confirmed_and_not_changed(client: Client) -> None:
    client.post("/account/signup/", CAROL)
    client.post(link_in_last_mail())
    entries = AuditEntry.objects.order_by("id")
    assert [entry.action for entry in entries] == ["person.sign_up", "email.confirm"]


def test_name_and_zone_may_be_missing_or_odd(client: Client) -> None:
    client.post("/account/signup/", {**CAROL, "name": "", "time_zone": "Mars/Olympus"})

    carol = User.objects.get(email="carol@example.com")
    assert (carol.name, carol.time_zone) == ("", "")
    assert carol.workspaces.get().name == "carol's workspace"


def test_a_weak_password_is_told_beside_its_field(client: Client) -> None:
    page = client.post("/account/signup/", {**CAROL, "password1": "12345678"})

    form = page.context["form"]
    assert "This password is entirely numeric." in form.errors["password1"]
    assert 'aria-describedby="id_password1_helptext id_password1_error"' in page.content.decode()
    assert not User.objects.exists()


def test_sign_up_does_not_tell_who_has_an_account(client: Client, alice_user: User) -> None:
    taken = client.post("/account/signup/", {**CAROL, "email": alice_user.email})
    told = mail.outbox[-1]
    free = Client().post("/account/signup/", CAROL)

    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert (told.to, told.subject) == ([alice_user.email], "You already have an Earshot account")
    assert Workspace.objects.count() == 2


def test_sign_in_needs_a_proven_address(client: Client) -> None:
    client.post("/account/signup/", CAROL)

    answer = Client().post(
        "/account/login/", {"login": CAROL["email"], "password": CAROL["password1"]}
    )
    assert answer["Location"] == "/account/confirm-email/"


def test_sign_in_and_out(client: Client, alice_user: User) -> None:
    page = client.post(
        "/account/login/", {"login": alice_user.email, "password": PASSWORD}, follow=True
    )
    assert page.redirect_chain == [("/", 302)]
    assert "Northwind" in page.content.decode()

    assert "Sign out?" in client.get("/account/logout/").content.decode()
    assert client.get("/settings/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/settings/")["Location"] == "/account/login/?next=/settings/"


def test_sign_in_does_not_tell_who_has_an_account(alice_user: User) -> None:
    def said(email: str) -> str:
        page = Client().post("/account/login/", {"login": email, "password": "wrong"})
        return str(page.context["form"].non_field_errors())

    assert said(alice_user.email) == said("nobody@example.com") != ""


def test_many_wrong_passwords_are_slowed_down(client: Client, alice_user: User) -> None:
    for _ in range(5):
        client.post("/account/login/", {"login": alice_user.email, "password": "wrong"})
    page = client.post("/account/login/", {"login": alice_user.email, "password": PASSWORD})

    assert "Too many wrong tries. Wait five minutes" in str(page.context["form"].non_field_errors())
    assert AuditEntry.objects.count() == 0
