"""The page People: roles given and taken back, and the workspace handed over."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts import invitations, memberships
from accounts.models import Invitation, Membership, User, Workspace
from accounts.roles import GRANTS, Permission, Role
from tests.conftest import make_member
from tests.frame import FRAME

pytestmark = pytest.mark.django_db


def role_of(user: User) -> str:
    return user.memberships.get().role


@pytest.mark.parametrize("count", [1, 30])
def test_invited_people_are_listed_with_a_flat_number_of_queries(
    alice: Client,
    alice_user: User,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        invitations.invite(workspace, [f"n{number}@x.example"], Role.MEMBER, by=alice_user)
    # members, invitations and their letters, mails of the last hour
    with django_assert_num_queries(FRAME + 4):
        page = alice.get("/settings/people/")
    assert len(page.context["invitations"]) == count


def test_members_see_who_is_here_but_not_who_is_invited(
    bob: Client, alice_user: User, workspace: Workspace
) -> None:
    Invitation.objects.create(
        workspace=workspace, email="nina@fabrikam.example", expires_at=timezone.now()
    )
    page = bob.get("/settings/people/").content.decode()
    assert alice_user.email in page
    assert "nina@fabrikam.example" not in page
    assert "Invite people" not in page


def test_the_roles_page_is_the_table_the_views_ask(bob: Client) -> None:
    page = bob.get("/settings/people/roles/")
    shown = dict(page.context["rows"])
    for permission in Permission:
        assert shown[permission.label] == [permission in GRANTS[role] for role in Role]
    assert 'Member <span class="quiet">(you)</span>' in page.content.decode()


def test_a_role_is_given_and_taken_back(
    alice: Client, bob: Client, bob_user: User, workspace: Workspace
) -> None:
    address = f"/settings/people/{bob_user.public_id}/"
    assert bob.get("/bots/new/").status_code == 200

    page = alice.post(f"{address}role/", {"role": "viewer"}, follow=True).content.decode()

    assert "Bob is Viewer now." in page
    assert bob.get("/bots/new/").status_code == 403
    assert f'action="{address}role/?role=member"' in page
    alice.post(f"{address}role/?role=member")
    assert role_of(bob_user) == Role.MEMBER
    changes = workspace.audit_entries.filter(action="person.change_role").order_by("id")
    assert [(one.before["role"], one.after["role"]) for one in changes] == [
        ("Member", "Viewer"),
        ("Viewer", "Member"),
    ]


def test_nobody_changes_the_owner_or_themselves(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    zoe = make_member("zoe@northwind.example", workspace, Role.ADMIN)
    admin = Client()
    admin.force_login(zoe)
    for person in (alice_user, zoe):
        answer = admin.post(f"/settings/people/{person.public_id}/role/", {"role": "member"})
        assert answer.status_code == 409
    assert (role_of(alice_user), role_of(zoe)) == (Role.OWNER, Role.ADMIN)


def test_a_refusal_says_who_may(bob: Client) -> None:
    page = bob.post("/settings/people/invitations/").content.decode()
    assert "“Invite people, change their roles and remove them” is for the owner and admins" in page


def test_the_workspace_is_handed_over_after_a_question(
    alice: Client, alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    asked = {"person": bob_user.public_id}
    assert (
        "Make <bdi>Bob</bdi> the owner?"
        in alice.post("/settings/people/ownership/", asked).content.decode()
    )
    assert role_of(alice_user) == Role.OWNER

    alice.post("/settings/people/ownership/", {**asked, "confirmed": "1"})

    assert (role_of(alice_user), role_of(bob_user)) == (Role.ADMIN, Role.OWNER)
    entry = workspace.audit_entries.get(action="workspace.hand_over")
    assert (entry.before, entry.after) == ({"owner": "Alice"}, {"owner": "Bob"})
    assert alice.get("/settings/people/ownership/").status_code == 403


def test_a_workspace_keeps_its_owner_when_the_heir_has_just_left(
    alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    owner, heir = alice_user.memberships.get(), bob_user.memberships.get()
    Membership.objects.filter(pk=heir.pk).delete()
    assert not memberships.hand_over(owner, heir)
    assert role_of(alice_user) == Role.OWNER


def test_a_workspace_is_not_handed_to_a_stranger(
    alice: Client, alice_user: User, mallory_user: User
) -> None:
    asked = {"person": mallory_user.public_id, "confirmed": "1"}
    assert alice.post("/settings/people/ownership/", asked).status_code == 422
    assert role_of(alice_user) == Role.OWNER
