"""A recording that came home is told once, to those it concerns, when there is something to see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot
from notifications.models import Notification
from recordings import announcing, deleting, restricting
from recordings.models import ArtifactKind, ArtifactState, Recording
from tests.recordings.factories import make_artifact, make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(workspace: Workspace, alice_user: User, bob_user: User) -> Recording:
    """Of a bot that Alice sent; its transcript is here."""
    made = make_recording(workspace, title="Board meeting", words=20)
    Bot.objects.update(requested_by=alice_user)
    return made


def test_it_is_told_once_to_whoever_sent_the_bot(recording: Recording, alice_user: User) -> None:
    assert announcing.tell_if_ready(recording)
    assert announcing.tell_if_ready(recording)
    told = Notification.objects.get()
    assert (told.person, told.title) == (alice_user, "Board meeting")
    assert told.path == f"/recordings/{recording.public_id}/"
    assert told.note == "The transcript is here."


def test_while_the_video_is_on_its_way_it_waits_but_not_for_ever(recording: Recording) -> None:
    make_artifact(recording, ArtifactKind.VIDEO, state=ArtifactState.PENDING)
    assert not announcing.tell_if_ready(recording)
    Recording.objects.update(created_at=timezone.now() - announcing.LONGEST_WAIT)
    assert announcing.tell_if_ready(recording)
    assert "The transcript is here. Video on its way." in Notification.objects.get().note


def test_one_that_nobody_told_of_is_found(recording: Recording) -> None:
    now = timezone.now()
    assert announcing.tell_forgotten(now) == 1
    assert announcing.tell_forgotten(now) == 0
    Notification.objects.all().delete()
    Recording.objects.update(created_at=now - announcing.TELL_WITHIN - timedelta(seconds=1))
    assert announcing.tell_forgotten(now) == 0


def test_one_that_is_left_to_some_is_told_to_nobody_else(
    recording: Recording, alice_user: User, bob_user: User
) -> None:
    announcing.tell_if_ready(recording)
    Notification.objects.update(person=bob_user)  # on the invite as well, and told before
    restricting.restrict(recording, [], alice_user)
    told = Notification.objects.get()
    assert (told.is_shown, told.title, told.mail_due_at) == (False, "", None)
    Bot.objects.update(requested_by=bob_user)
    assert announcing.tell_if_ready(recording)
    assert not Notification.objects.filter(is_shown=True).exists()


def test_a_deleted_one_stands_behind_no_bell(recording: Recording, alice_user: User) -> None:
    announcing.tell_if_ready(recording)
    deleting.put_in_bin(recording, alice_user)
    told = Notification.objects.get()
    assert (told.is_shown, told.title) == (False, "")
    assert not announcing.tell_if_ready(recording)
