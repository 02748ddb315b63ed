"""Settings: what each person may change, what only managers may, and what is kept of it."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, User, Workspace
from accounts.roles import Role
from tests.conftest import make_member
from tests.frame import FRAME

pytestmark = pytest.mark.django_db

PAGES = ["/settings/", "/settings/workspace/", "/settings/people/", "/settings/history/"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_members(client: Client, alice: Client, path: str) -> None:
    assert alice.get(path).status_code == 200
    assert client.get(path)["Location"] == f"/account/login/?next={path}"


def test_profile_is_changed_and_written_down(alice: Client, alice_user: User) -> None:
    wishes = {"name": "Alice B", "time_zone": "Asia/Tokyo"}
    page = alice.post("/settings/", wishes, follow=True, headers={"User-Agent": "Firefox"})

    assert "Saved." in page.content.decode()
    alice_user.refresh_from_db()
    assert (alice_user.name, alice_user.time_zone) == ("Alice B", "Asia/Tokyo")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor) == ("person.change", alice_user)
    assert (entry.ip_address, entry.agent) == ("127.0.0.1", "Firefox")
    assert entry.before == {"name": "Alice", "time_zone": "Europe/Stockholm"}
    assert entry.after == {"name": "Alice B", "time_zone": "Asia/Tokyo"}


def test_nothing_changed_writes_nothing(alice: Client) -> None:
    alice.post("/settings/", {"name": "Alice", "time_zone": "Europe/Stockholm"})
    assert not AuditEntry.objects.exists()


def test_an_unknown_zone_is_refused(alice: Client, alice_user: User) -> None:
    page = alice.post("/settings/", {"name": "Alice", "time_zone": "Mars/Olympus"})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["time_zone"]
    alice_user.refresh_from_db()
    assert alice_user.time_zone == "Europe/Stockholm"


def test_the_owner_renames_the_workspace(alice: Client, workspace: Workspace) -> None:
    page = alice.post("/settings/workspace/name/", {"name": "Northwind AB"}, follow=True)

    assert page.redirect_chain == [("/settings/workspace/", 302)]
    workspace.refresh_from_db()
    assert workspace.name == "Northwind AB"
    entry = workspace.audit_entries.get()
    assert (entry.before, entry.after) == ({"name": "Northwind"}, {"name": "Northwind AB"})


def test_a_workspace_needs_a_name(alice: Client, workspace: Workspace) -> None:
    page = alice.post("/settings/workspace/name/", {"name": " "})

    assert page.status_code == 422
    assert page.context["form"].errors == {"name": ["This field is required."]}
    assert page.context["request"].workspace.name == "Northwind"


def test_a_member_reads_the_name_and_why_it_is_fixed(bob: Client, workspace: Workspace) -> None:
    page = bob.get("/settings/workspace/").content.decode()

    assert "Northwind" in page
    assert "Only the owner and the admins can change it." in page
    assert bob.post("/settings/workspace/name/", {"name": "Bob's"}).status_code == 403
    workspace.refresh_from_db()
    assert workspace.name == "Northwind"


def test_members_are_listed_by_role(
    alice: Client, alice_user: User, bob_user: User, mallory_user: User, workspace: Workspace
) -> None:
    admin = make_member("zoe@northwind.example", workspace, Role.ADMIN)

    page = alice.get("/settings/people/")

    listed = [membership.user for membership in page.context["memberships"]]
    assert listed == [alice_user, admin, bob_user]
    assert mallory_user.email not in page.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_member_list_query_count_is_flat(
    alice: Client,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        make_member(f"m{number}@northwind.example", workspace, Role.MEMBER)

    with django_assert_num_queries(FRAME + 3):  # members, invitations, mails of the last hour
        page = alice.get("/settings/people/")
    assert len(page.context["memberships"]) == count + 1
