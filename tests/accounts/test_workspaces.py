"""Which workspace a request works in, and what each role may do there."""

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory

from accounts.elsewhere import path_in
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.middleware import SESSION_KEY
from accounts.models import Membership, User, Workspace
from accounts.people import create_person
from accounts.roles import Permission, Role
from tests.bots.factories import create_bot
from tests.calendars.factories import make_account

pytestmark = pytest.mark.django_db


def test_the_oldest_membership_is_the_workspace(
    alice: Client, alice_user: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    Membership.objects.create(workspace=other_workspace, user=alice_user)

    assert alice.get("/settings/").wsgi_request.workspace == workspace  # type: ignore[attr-defined]


def test_the_session_chooses_among_ones_own(
    alice: Client, alice_user: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    session = alice.session
    session[SESSION_KEY] = other_workspace.public_id
    session.save()
    assert alice.get("/settings/").wsgi_request.workspace == workspace  # type: ignore[attr-defined]

    Membership.objects.create(workspace=other_workspace, user=alice_user)
    request = alice.get("/settings/").wsgi_request
    assert request.workspace == other_workspace  # type: ignore[attr-defined]


def test_nobody_has_no_workspace(client: Client) -> None:
    request = client.get("/").wsgi_request
    assert request.workspace is None  # type: ignore[attr-defined]


def test_somebody_without_a_workspace_is_told(client: Client) -> None:
    client.force_login(create_person(email="lone@example.com", password="a long secret"))

    assert "You are in no workspace" in client.get("/").content.decode()
    assert client.get("/settings/people/").status_code == 404


def test_times_are_in_the_readers_zone(alice: Client, alice_user: User) -> None:
    assert "Times are in <local-zone>Europe/Stockholm" in alice.get("/").content.decode()
    User.objects.update(time_zone="")
    assert "Times are in <local-zone>UTC" in alice.get("/").content.decode()


def test_an_expired_session_moves_the_whole_page(client: Client) -> None:
    answer = client.get("/settings/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/account/login/"


def test_one_goes_from_one_workspace_to_another_by_post(
    alice: Client, alice_user: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    entry = f"/workspaces/{other_workspace.public_id}/entry/"
    assert alice.post(entry).status_code == 404  # not hers
    Membership.objects.create(workspace=other_workspace, user=alice_user, role=Role.VIEWER)

    assert alice.get(entry).status_code == 405
    answer = alice.post(entry, {"next": "/settings/people/"}, follow=True)

    assert answer.redirect_chain == [("/settings/people/", 302)]
    assert answer.wsgi_request.workspace == other_workspace  # type: ignore[attr-defined]
    menu = answer.content.decode().split("account-menu__panel")[1]
    assert "Northwind" in menu
    assert "Contoso" in menu


def test_going_elsewhere_leads_to_no_other_site(alice: Client, workspace: Workspace) -> None:
    entry = f"/workspaces/{workspace.public_id}/entry/"
    assert alice.post(entry, {"next": "https://elsewhere.example/"})["Location"] == "/"


def test_a_further_workspace_is_ones_own_and_entered(alice: Client, alice_user: User) -> None:
    assert alice.post("/workspaces/new/", {"name": " "}).status_code == 422
    page = alice.post("/workspaces/new/", {"name": "Side project"}, follow=True)

    made = page.wsgi_request.workspace  # type: ignore[attr-defined]
    assert made.name == "Side project"
    assert made.memberships.get().user == alice_user
    assert made.memberships.get().role == Role.OWNER
    assert made.audit_entries.get().action == "workspace.create"


def test_what_is_not_here_may_be_in_another_workspace(
    alice: Client, alice_user: User, other_workspace: Workspace
) -> None:
    assert "another workspace of yours" not in alice.get("/bots/bot_x/").content.decode()
    Membership.objects.create(workspace=other_workspace, user=alice_user)
    page = alice.get("/bots/bot_x/").content.decode()
    assert f'action="/workspaces/{other_workspace.public_id}/entry/"' in page
    assert 'name="next" value="/bots/bot_x/"' in page


def as_member(membership: Membership | None) -> WorkspaceRequest:
    request = RequestFactory().get("/")
    request.user = membership.user if membership else User(email="x@example.com")
    request.workspace = membership.workspace if membership else None  # type: ignore[attr-defined]
    request.membership = membership  # type: ignore[attr-defined]
    request.htmx = False  # type: ignore[attr-defined]
    return request  # type: ignore[return-value]


@allowed_to(Permission.SET_UP)
def mend(request: WorkspaceRequest) -> HttpResponse:
    return HttpResponse("mended")


@workspace_member
def look(request: WorkspaceRequest) -> HttpResponse:
    return HttpResponse("looked")


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_managers_may_mend(workspace: Workspace, role: Role) -> None:
    create_person(email="m@example.com", password="secret", workspace=workspace, role=role)
    assert mend(as_member(workspace.memberships.get())).status_code == 200


def test_members_may_look_but_not_mend(workspace: Workspace) -> None:
    create_person(email="m@example.com", password="secret", workspace=workspace)
    request = as_member(workspace.memberships.get())

    assert look(request).status_code == 200
    with pytest.raises(PermissionDenied):
        mend(request)


def test_strangers_find_nothing() -> None:
    with pytest.raises(Http404):
        look(as_member(None))


def test_a_workspace_has_one_owner(alice_user: User, bob_user: User, workspace: Workspace) -> None:
    with pytest.raises(IntegrityError, match="one_owner_per_workspace"), transaction.atomic():
        bob_user.memberships.update(role=Role.OWNER)


def test_addresses_differ_by_more_than_capitals(alice_user: User) -> None:
    with pytest.raises(IntegrityError, match="one_user_per_email"), transaction.atomic():
        create_person(email="Alice@Northwind.example", password="secret")


def test_create_person_has_a_proven_address(alice_user: User) -> None:
    address = EmailAddress.objects.get(user=alice_user)
    assert (address.email, address.verified, address.primary) == (alice_user.email, True, True)


def test_a_link_to_something_elsewhere_opens_it_where_it_is(
    alice: Client, alice_user: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    bot = create_bot(other_workspace, make_account())
    there = f"/bots/{bot.public_id}/"
    assert alice.get(there).status_code == 404  # not hers
    Membership.objects.create(workspace=other_workspace, user=alice_user, role=Role.VIEWER)

    assert alice.post(f"{there}leaving/").status_code == 404
    assert alice.get(there, headers={"HX-Request": "true"}).status_code == 404
    assert alice.get("/settings/").wsgi_request.workspace == workspace  # type: ignore[attr-defined]
    answer = alice.get(f"{there}?tab=1", follow=True)

    assert answer.redirect_chain == [(f"{there}?tab=1", 302)]
    assert answer.status_code == 200
    assert "You are in Contoso now: the link leads there." in answer.content.decode()
    assert alice.get("/bots/bot_0000000000000000/").status_code == 404


def test_a_link_to_a_list_names_its_workspace(
    alice: Client, alice_user: User, workspace: Workspace, other_workspace: Workspace
) -> None:
    link = path_in(other_workspace, "/coverage/?period=month")
    assert alice.get(link).wsgi_request.workspace == workspace  # type: ignore[attr-defined]
    Membership.objects.create(workspace=other_workspace, user=alice_user, role=Role.VIEWER)

    answer = alice.get(link, follow=True)

    assert answer.redirect_chain == [("/coverage/?period=month", 302)]
    assert answer.wsgi_request.workspace == other_workspace  # type: ignore[attr-defined]
    again = alice.get(link)
    assert again.status_code == 200
