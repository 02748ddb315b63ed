"""The support console: one door for everybody, people and trail to read, nothing to rewrite."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.test import Client

from accounts import audit
from accounts.models import Membership, User, Workspace
from accounts.people import create_person
from accounts.roles import Role

pytestmark = pytest.mark.django_db

NO_PLACES = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


@pytest.fixture
def staff(client: Client) -> Client:
    person = create_person(
        email="s@example.com", password="secret", is_staff=True, is_superuser=True
    )
    client.force_login(person)
    return client


@pytest.fixture
def supporter(db: None) -> User:
    """Staff with every permission there is, and yet no superuser."""
    person = create_person(email="e@example.com", password="secret", is_staff=True)
    person.user_permissions.set(Permission.objects.all())
    return person


@pytest.fixture
def support(client: Client, supporter: User) -> Client:
    client.force_login(supporter)
    return client


def test_staff_sign_in_at_the_common_door(client: Client) -> None:
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/account/login/")


def test_others_are_refused(alice: Client) -> None:
    page = alice.get("/admin/login/")
    assert page.status_code == 403
    assert "You may not do that" in page.content.decode()
    assert "support staff" in page.content.decode()
    assert "owner and the admins" not in page.content.decode()


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/accounts/user/", "/admin/account/emailaddress/", "/admin/auth/group/add/"],
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


def test_nobody_lets_themselves_into_a_workspace(
    staff: Client, alice_user: User, workspace: Workspace
) -> None:
    me = User.objects.get(email="s@example.com")
    inline = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-workspace": str(workspace.pk),
        "memberships-0-user": str(me.pk),
        "memberships-0-role": Role.ADMIN,
    }
    person = {"email": me.email, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    staff.post(f"/admin/accounts/user/{me.pk}/change/", {**person, **inline})
    team = {"name": workspace.name}
    staff.post(f"/admin/accounts/workspace/{workspace.pk}/change/", {**team, **inline})
    assert not Membership.objects.filter(user=me).exists()


@pytest.mark.parametrize("kind", ["accounts/user", "accounts/workspace", "account/emailaddress"])
def test_nothing_of_a_person_comes_or_goes(
    staff: Client, alice_user: User, workspace: Workspace, kind: str
) -> None:
    rows = {"user": alice_user, "workspace": workspace}
    row = rows.get(kind.partition("/")[2]) or EmailAddress.objects.get(user=alice_user)
    assert staff.get(f"/admin/{kind}/add/").status_code == 403
    assert staff.post(f"/admin/{kind}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert staff.get(f"/admin/{kind}/{row.pk}/change/").status_code == 200


def test_nobodys_address_or_password_is_set(staff: Client, alice_user: User) -> None:
    path = f"/admin/accounts/user/{alice_user.pk}"
    address, password = alice_user.email, alice_user.password
    staff.post(f"{path}/change/", {**NO_PLACES, "email": "mine@example.com", "is_active": "on"})
    staff.post(f"{path}/password/", {"password1": "quite-other-1", "password2": "quite-other-1"})
    alice_user.refresh_from_db()
    assert (alice_user.email, alice_user.password) == (address, password)


def test_support_locks_a_person_out_and_makes_no_staff(support: Client, alice_user: User) -> None:
    support.post(
        f"/admin/accounts/user/{alice_user.pk}/change/",
        {**NO_PLACES, "is_staff": "on", "is_superuser": "on"},
    )
    alice_user.refresh_from_db()
    may = (alice_user.is_active, alice_user.is_staff, alice_user.is_superuser)
    assert may == (False, False, False)


def test_support_does_not_raise_itself_or_touch_superusers(
    support: Client, supporter: User
) -> None:
    above = create_person(email="above@example.com", password="x", is_superuser=True)
    own = f"/admin/accounts/user/{supporter.pk}/change/"
    support.post(own, {**NO_PLACES, "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    supporter.refresh_from_db()
    assert not supporter.is_superuser
    assert support.post(f"/admin/accounts/user/{above.pk}/change/", {}).status_code == 403
    assert support.get("/admin/auth/group/add/").status_code == 403


def test_superusers_make_staff(staff: Client, alice_user: User) -> None:
    path = f"/admin/accounts/user/{alice_user.pk}/change/"
    assert staff.post(path, {**NO_PLACES, "is_active": "on", "is_staff": "on"}).status_code == 302
    alice_user.refresh_from_db()
    assert alice_user.is_staff
