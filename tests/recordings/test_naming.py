"""Who a voice may be: the people on the invitation, and the names of earlier meetings."""

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot
from calendars.models import Calendar, Connection, Event
from recordings import correcting, restricting
from recordings.models import Reach, Recording
from tests.recordings.factories import make_finished_bot, make_recording
from tests.recordings.short_talk import make_talk, names, rename
from tests.recordings.test_search import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    return make_talk(workspace)


def make_meeting(workspace: Workspace, user: User, bot: Bot, **fields: object) -> Event:
    connection, _ = Connection.objects.get_or_create(
        workspace=workspace,
        user=user,
        platform="google",
        subject="1",
        defaults={"email": "ada@northwind.example", "refresh_token": "t"},
    )
    calendar, _ = Calendar.objects.get_or_create(
        workspace=workspace,
        connection=connection,
        account=bot.account,
        upstream_id="c",
        defaults={"raw_id": "primary", "name": "Ada"},
    )
    return Event.objects.create(
        workspace=workspace,
        calendar=calendar,
        bot=bot,
        upstream_id=f"e-{bot.pk}-{len(fields)}",
        identity=f"uid-{bot.pk}",
        original_start=timezone.now(),
        starts_at=timezone.now(),
        ends_at=timezone.now(),
        **fields,
    )


def test_invited_people_are_suggested(
    recording: Recording, alice: Client, alice_user: User, workspace: Workspace
) -> None:
    guests = [
        {"email": "ada@acme.example", "name": "Ada Moss"},
        {"email": alice_user.email, "name": ""},
        {"email": "room@resource.calendar.google.com", "name": "Room 4"},
        {"email": "s2@acme.example", "name": "Speaker 2"},
    ]
    make_meeting(workspace, alice_user, recording.bot, attendees=guests)
    hidden = [{"email": "secret@acme.example", "name": "Secret Guest"}]
    make_meeting(workspace, alice_user, recording.bot, attendees=hidden, is_private=True)
    page = html.unescape(alice.get(f"/recordings/{recording.public_id}/turns/0/").content.decode())
    suggested = re.findall(r'name="suggested" value="([^"]*)"', page)
    member = workspace.members.get(pk=alice_user.pk)
    assert suggested == ["Ada Moss", member.name or member.email, "Speaker 2"]


def test_name_is_remembered_for_the_next_meeting_of_the_series(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    bots = [
        make_finished_bot(workspace, meeting_key=f"meet.google.com/abc 2026-03-0{day}T10:00Z")
        for day in (1, 2)
    ]
    last, following = (make_recording(workspace, bot=bot, words=0) for bot in bots)
    voices = (("Room 4", "Hello."), ("Speaker 2", "Hi."), ("Room 4", "Bye."))
    say(last, *voices)
    rename(last, 0, "Ada Moss", Reach.EVERYWHERE, alice_user)
    rename(last, 1, "Al Munro", Reach.EVERYWHERE, alice_user)
    say(following, *voices)
    address = f"/recordings/{following.public_id}/"
    page = alice.get(address).content.decode()
    assert "“<bdi>Room 4</bdi>” was <b><bdi>Ada Moss</bdi></b>" in page
    assert "Al Munro" not in page  # who is counted may be counted otherwise next time
    assert names(following) == ["Room 4", "Speaker 2", "Room 4"]  # offered, never said
    data = {"name": "Ada Moss", "seen": "Room 4", "reach": "everywhere"}
    assert alice.post(f"{address}turns/0/name/", data).status_code == 302
    assert names(following) == ["Ada Moss", "Speaker 2", "Ada Moss"]
    assert "Use <bdi>" not in alice.get(address).content.decode()
    sheet = alice.get(f"{address}turns/1/").content.decode()
    assert 'value="Al Munro"' in sheet
    elsewhere = make_recording(workspace)
    say(elsewhere, *voices)
    assert "Use <bdi>" not in alice.get(f"/recordings/{elsewhere.public_id}/").content.decode()
    restricting.restrict(last, [], alice_user)  # who spoke there is told nowhere else
    assert "Al Munro" not in alice.get(f"{address}turns/1/").content.decode()


def test_people_who_were_only_named_go_when_the_name_is_taken_back(
    recording: Recording, alice_user: User
) -> None:
    recording.participants.create(name="Bea Ilg")
    made = [
        rename(recording, 0, "Ada Moss", Reach.EVERYWHERE, alice_user),
        rename(recording, 1, "Bea Ilg", Reach.EVERYWHERE, alice_user),
    ]
    assert set(recording.participants.values_list("name", flat=True)) == {"Ada Moss", "Bea Ilg"}
    for one in made:
        correcting.undo(one, by=alice_user)
    people = dict(recording.participants.values_list("name", "has_spoken"))
    assert people == {"Bea Ilg": False, "Speaker 1": True, "Speaker 2": True}
