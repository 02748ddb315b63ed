"""The support console: one door for everybody, people and trail to read, nothing to rewrite."""

import pytest
from django.test import Client

from accounts import audit
from accounts.models import User, Workspace
from accounts.people import create_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    person = create_person(
        email="s@example.com", password="secret", is_staff=True, is_superuser=True
    )
    client.force_login(person)
    return client


def test_staff_sign_in_at_the_common_door(client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/account/login/")


def test_others_are_refused(alice: Client) -> None:
    page = alice.get("/admin/login/")
    assert page.status_code == 403
    assert "You may not do that" in page.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/accounts/user/", "/admin/accounts/user/add/", "/admin/accounts/workspace/"],
)
def test_pages_open(staff: Client, alice_user: User, path: str) -> None:
    page = staff.get(path)
    assert page.status_code == 200
    assert "css/support.css" in page.content.decode()


def test_support_finds_a_person(staff: Client, alice_user: User) -> None:
    listed = staff.get("/admin/accounts/user/", {"q": "northwind"}).content.decode()
    assert alice_user.email in listed
    page = staff.get(f"/admin/accounts/user/{alice_user.pk}/change/").content.decode()
    assert alice_user.public_id in page


def test_the_trail_can_only_be_read(staff: Client, alice_user: User, workspace: Workspace) -> None:
    entry = audit.record(workspace=workspace, actor=alice_user, action="workspace.rename")
    path = f"/admin/accounts/auditentry/{entry.pk}"

    assert "workspace.rename" in staff.get("/admin/accounts/auditentry/").content.decode()
    assert staff.get(f"{path}/change/").status_code == 200
    assert staff.post(f"{path}/change/", {"action": "x"}).status_code == 403
    assert staff.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    assert staff.get("/admin/accounts/auditentry/add/").status_code == 403
