"""Deleting one's account: what holds a person back, what goes with them, and what stays."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Membership, User, Workspace
from accounts.roles import Role
from bots.models import Bot
from calendars.models import Calendar
from dashboard import farewell, own_data
from letters import outbox
from letters.models import Letter
from recordings.models import Deletion, Recording
from tests.calendars.factories import make_calendar
from tests.conftest import PASSWORD, make_member
from tests.recordings.factories import make_finished_bot, make_recording
from upstream.states import BotState

pytestmark = pytest.mark.django_db

PAGE = "/settings/data/deletion/"


def sure(client: Client) -> Client:
    """The same, after giving the password."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def test_it_asks_who_it_is(alice: Client, alice_user: User) -> None:
    asked = alice.post(PAGE, {"email": alice_user.email})
    assert asked["Location"].startswith("/account/reauthenticate/")
    alice_user.refresh_from_db()
    assert alice_user.is_active


def test_who_just_signed_in_is_not_asked_again(alice_user: User) -> None:
    client = Client()
    client.post("/account/login/", {"login": alice_user.email, "password": PASSWORD})
    assert "Delete my account" in client.get(PAGE).content.decode()


def test_an_owner_of_others_hands_over_first(
    alice: Client, alice_user: User, bob_user: User
) -> None:
    page = sure(alice).post(PAGE, {"email": alice_user.email})
    assert page.status_code == 409
    assert "First make somebody else the owner of" in page.content.decode()
    assert not farewell.close(alice_user)
    alice_user.refresh_from_db()
    assert alice_user.is_active


def test_the_address_is_typed(alice: Client, alice_user: User) -> None:
    page = sure(alice).post(PAGE, {"email": "alice@elsewhere.example"})
    assert page.status_code == 422
    assert "This is not the address of your account." in page.content.decode()
    assert "alice@elsewhere.example" in page.content.decode()
    alice_user.refresh_from_db()
    assert alice_user.is_active


def test_a_workspace_of_ones_own_goes_too(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    calendar = make_calendar(workspace, alice_user)
    account = calendar.account
    recording = make_recording(
        workspace, words=1, bot=make_finished_bot(workspace, account=account)
    )
    coming = make_finished_bot(workspace, account=account, state=BotState.SCHEDULED, outcome="")
    own_data.ask(alice_user)
    told = sure(alice).get(PAGE).content.decode()
    assert "1 recording of yours alone is deleted" in told
    assert "1 calendar is disconnected" in told

    done = alice.post(PAGE, {"email": alice_user.email.upper()}, follow=True)

    assert "Your account is deleted." in done.content.decode()
    assert Calendar.objects.get(pk=calendar.pk).disconnected_at
    assert Deletion.objects.filter(recording=recording).exists()
    assert Recording.objects.count() == 0
    assert Bot.objects.get(pk=coming.pk).leave_requested_at
    workspace.refresh_from_db()
    assert workspace.name == "Deleted workspace"
    assert not alice_user.own_data.exists()


def test_nothing_of_the_person_stays(alice: Client, alice_user: User, workspace: Workspace) -> None:
    email = alice_user.email
    phone = Client()
    phone.force_login(alice_user)
    outbox.post("own-data", key="1", to=email, reader=alice_user)

    sure(alice).post(PAGE, {"email": email})

    assert not User.objects.filter(email=email).exists()
    assert not EmailAddress.objects.exists()
    assert not Membership.objects.exists()
    assert not Letter.objects.exists()
    gone = User.objects.get(pk=alice_user.pk)
    assert (gone.name, gone.is_active) == ("Somebody who is no longer here", False)
    assert not gone.has_usable_password()
    for client in (alice, phone):
        assert client.get("/settings/")["Location"].startswith("/account/login/")
    again = Client().post("/account/login/", {"login": email, "password": PASSWORD})
    assert again.status_code == 200
    entry = workspace.audit_entries.get(action="account.delete")
    assert entry.actor == gone


def test_the_address_is_free_again(alice: Client, alice_user: User) -> None:
    email = alice_user.email
    sure(alice).post(PAGE, {"email": email})
    Client().post("/account/signup/", {"email": email, "password1": "quite a long secret"})
    assert User.objects.get(email=email).pk != alice_user.pk


def test_what_was_recorded_for_others_stays(
    bob: Client, bob_user: User, alice_user: User, workspace: Workspace
) -> None:
    theirs, mine = make_calendar(workspace, alice_user), make_calendar(workspace, bob_user)
    bot = make_finished_bot(workspace, account=mine.account, requested_by=bob_user)
    make_recording(workspace, bot=bot)

    sure(bob).post(PAGE, {"email": bob_user.email})

    assert Recording.objects.count() == 1
    assert Calendar.objects.get(pk=mine.pk).disconnected_at
    assert not Calendar.objects.get(pk=theirs.pk).disconnected_at
    assert [one.user for one in workspace.memberships.all()] == [alice_user]


def test_a_workspace_of_ones_own_goes_while_another_stays(
    bob: Client, bob_user: User, alice_user: User
) -> None:
    own = Workspace.objects.create(name="Bob's")
    Membership.objects.create(workspace=own, user=bob_user, role=Role.OWNER)
    found = farewell.parting(bob_user)
    assert (list(found.alone), list(found.owned), len(found.shared)) == ([own], [], 1)

    make_member("carol@northwind.example", own, Role.MEMBER)
    assert list(farewell.parting(bob_user).owned) == [own]
