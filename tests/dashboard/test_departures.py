"""Somebody leaves or is removed: what was theirs is told, asked about and seen to."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Departure, User, Workspace
from accounts.roles import Role
from bots.models import Bot
from calendars.models import Calendar
from dashboard import departures, tasks
from recordings import access, restricting, sharing
from recordings.models import Recording
from tests.bots.factories import create_bot
from tests.calendars.factories import make_account, make_bot, make_calendar, make_event
from tests.conftest import make_member
from tests.recordings.factories import make_finished_bot, make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(bob_user: User, workspace: Workspace) -> Recording:
    bot = make_finished_bot(workspace, account=make_account(), requested_by=bob_user)
    return make_recording(workspace, bot=bot, words=1)


@pytest.fixture
def calendar(bob_user: User, workspace: Workspace) -> Calendar:
    """Bob's, with a meeting tomorrow for which a bot is booked."""
    calendar = make_calendar(workspace, bob_user)
    make_bot(make_event(calendar), requested_by=bob_user)
    return calendar


@pytest.fixture
def sent(bob_user: User, workspace: Workspace) -> Bot:
    """One that Bob sent by hand, for tomorrow."""
    return create_bot(
        workspace,
        make_account(),
        starts_at=timezone.now() + timedelta(days=1),
        requested_by=bob_user,
        is_by_hand=True,
    )


def finish() -> None:
    """What the task does, for every departure."""
    for departure in Departure.objects.all():
        tasks.carry_out(departure_id=departure.pk)


def test_the_page_tells_what_is_theirs(
    bob: Client, calendar: Calendar, sent: Bot, recording: Recording, bob_user: User
) -> None:
    sharing.share(recording, bob_user, sharing.Wish())

    page = bob.get("/settings/people/leaving/")

    estate = page.context["estate"]
    assert [(one.calendar, one.meetings) for one in estate.calendars] == [(calendar, 1)]
    assert (estate.bots, estate.recordings, estate.links) == (1, 1, 1)
    text = page.content.decode()
    assert "Calendars you connected are disconnected." in text
    assert "1 recording is of bots that went for you" in text


def test_who_has_nothing_is_told_so_and_leaves(
    bob: Client, bob_user: User, workspace: Workspace
) -> None:
    assert "nothing else changes" in bob.get("/settings/people/leaving/").content.decode()
    answer = bob.post("/settings/people/leaving/", follow=True)
    assert "You have left Northwind." in answer.content.decode()
    assert "You are in no workspace" in answer.content.decode()
    assert not workspace.memberships.filter(user=bob_user).exists()
    entry = workspace.audit_entries.get(action="person.leave")
    assert (entry.actor, entry.target) == (bob_user, bob_user.public_id)


def test_calendars_are_disconnected_and_their_bots_do_not_come(
    bob: Client, calendar: Calendar, workspace: Workspace
) -> None:
    bob.post("/settings/people/leaving/")
    finish()
    calendar.refresh_from_db()
    assert calendar.is_disconnected
    assert workspace.bots.get().state == "cancelled"


@pytest.mark.parametrize(("bots", "is_called_off"), [("cancel", True), ("go", False)])
def test_bots_they_sent_are_called_off_or_go(
    bob: Client, sent: Bot, bots: str, is_called_off: bool
) -> None:
    bob.post("/settings/people/leaving/", {"bots": bots})
    finish()
    sent.refresh_from_db()
    assert (sent.leave_requested_at is not None) == is_called_off


def test_recordings_are_handed_to_a_colleague(
    alice: Client, bob_user: User, recording: Recording, workspace: Workspace
) -> None:
    zoe = make_member("zoe@northwind.example", workspace, Role.MEMBER)
    asked = {"recordings": "hand", "heir": zoe.public_id}

    alice.post(f"/settings/people/{bob_user.public_id}/removal/", asked)
    finish()

    recording.bot.refresh_from_db()
    assert recording.bot.requested_by == zoe
    entry = workspace.audit_entries.get(action="person.remove")
    assert entry.before == {"person": "Bob"}
    assert entry.after["handed to"] == "Zoe"


def test_recordings_stay_or_go_to_the_bin(
    alice: Client, bob_user: User, recording: Recording, workspace: Workspace
) -> None:
    removal = f"/settings/people/{bob_user.public_id}/removal/"
    assert alice.post(removal, {}).status_code == 422
    alice.post(removal, {"recordings": "stay"})
    finish()
    assert workspace.recordings.get() == recording

    Departure.objects.update(done_at=None, recordings="bin")
    finish()
    assert not workspace.recordings.exists()
    assert Recording.everything.get().binned_by == User.objects.get(name="Alice")


def test_links_they_made_are_closed_when_asked(
    bob: Client, bob_user: User, recording: Recording
) -> None:
    (share,) = sharing.share(recording, bob_user, sharing.Wish())
    bob.post("/settings/people/leaving/", {"recordings": "stay", "closes_links": "on"})
    finish()
    share.refresh_from_db()
    assert share.revoked_at is not None


@pytest.mark.parametrize("heir", ["viewer", "stranger", "nobody"])
def test_recordings_go_to_nobody_who_could_not_have_made_them(
    bob: Client, mallory_user: User, recording: Recording, workspace: Workspace, heir: str
) -> None:
    viewer = make_member("vera@northwind.example", workspace, Role.VIEWER)
    named = {"viewer": viewer.public_id, "stranger": mallory_user.public_id, "nobody": ""}[heir]
    asked = {"recordings": "hand", "heir": named}
    assert bob.post("/settings/people/leaving/", asked).status_code == 422
    assert not Departure.objects.exists()


def test_the_owner_hands_over_before_leaving(
    alice: Client, alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    page = alice.get("/settings/people/leaving/").content.decode()
    assert "Hand it over to somebody first" in page
    assert alice.post("/settings/people/leaving/").status_code == 409
    assert workspace.memberships.filter(user=alice_user).exists()


def test_who_has_just_become_the_owner_stays(bob_user: User, workspace: Workspace) -> None:
    membership = bob_user.memberships.get()
    workspace.memberships.filter(role=Role.OWNER).update(role=Role.ADMIN)
    workspace.memberships.filter(user=bob_user).update(role=Role.OWNER)
    assert not departures.depart(membership, Departure())
    assert workspace.members.contains(bob_user)


def test_an_admin_does_not_remove_the_owner(alice_user: User, workspace: Workspace) -> None:
    admin = Client()
    admin.force_login(make_member("zoe@northwind.example", workspace, Role.ADMIN))
    answer = admin.post(f"/settings/people/{alice_user.public_id}/removal/")
    assert answer.status_code == 409
    assert workspace.memberships.filter(user=alice_user).exists()


def test_what_nobody_carried_out_is_found_again(bob: Client) -> None:
    bob.post("/settings/people/leaving/")
    assert not departures.unfinished(timezone.now()).exists()
    later = timezone.now() + timedelta(minutes=5)
    assert departures.unfinished(later).count() == 1
    finish()
    assert not departures.unfinished(later).exists()


def test_what_is_left_to_some_people_goes_to_the_heir_or_to_those_in_charge(
    bob: Client, bob_user: User, alice_user: User, workspace: Workspace, recording: Recording
) -> None:
    carol = make_member("carol@northwind.example", workspace, Role.MEMBER)
    restricting.restrict(recording, [], bob_user)
    in_charge = workspace.memberships.get(user=alice_user)
    assert not access.seen_by(workspace.recordings.all(), in_charge).exists()
    assert "left to some people" in bob.get("/settings/people/leaving/").content.decode()

    wish = {"recordings": Departure.Recordings.HAND, "heir": carol.public_id}
    bob.post("/settings/people/leaving/", wish)
    finish()
    finish()

    assert not access.seen_by(workspace.recordings.all(), in_charge).exists()
    heir = workspace.memberships.get(user=carol)
    (kept,) = access.seen_by(workspace.recordings.all(), heir)
    assert access.may_manage(heir, kept)
    heir.delete()
    assert access.seen_by(workspace.recordings.all(), in_charge).exists()


def test_what_a_colleague_keeps_too_is_not_the_leavers_to_delete(
    bob: Client, bob_user: User, alice_user: User, workspace: Workspace, recording: Recording
) -> None:
    restricting.restrict(recording, [], alice_user)  # both keep it
    assert departures.estate_of(workspace, bob_user).recordings == 0
    bob.post("/settings/people/leaving/")
    finish()
    recording.refresh_from_db()
    assert recording.binned_at is None
