"""The sample recording: whole, marked, one at a time, and deleted like any other."""

import pytest
from django.test import Client

from accounts.models import User, Workspace
from recordings import deleting, sample
from recordings.models import Deletion, Recording
from tests.recordings.factories import make_account

pytestmark = pytest.mark.django_db


def test_it_is_made_whole_and_marked(alice: Client, workspace: Workspace) -> None:
    make_account()
    assert "See a sample recording" in alice.get("/recordings/").content.decode()
    page = alice.post("/recordings/sample/", follow=True).content.decode()

    recording = Recording.objects.get(workspace=workspace)
    assert recording.is_sample
    assert 55 < (recording.duration_seconds or 0) < 65
    assert recording.poster
    assert [one.name for one in recording.participants.order_by("name")] == [
        "Ada Moss",
        "Ben Okafor",
        "Carla Ruiz",
    ]
    assert "Made up, to show what a recording looks like." in page
    assert "<video" in page
    assert workspace.audit_entries.get(action="sample.make").target == recording.public_id
    library = alice.get("/recordings/").content.decode()
    assert ">Sample</span>" in library
    assert "See a sample recording" not in library


def test_asked_for_twice_it_is_one(alice: Client) -> None:
    make_account()
    answers = [alice.post("/recordings/sample/")["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert Recording.objects.count() == 1


def test_it_is_deleted_like_any_other(alice_user: User, workspace: Workspace) -> None:
    make_account()
    recording = sample.make(workspace, alice_user)
    assert recording is not None
    deletion = deleting.begin(recording, by=alice_user)
    deleting.carry_out(deletion)

    deletion = Deletion.objects.get(pk=deletion.pk)
    assert deletion.finished_at
    assert not Recording.objects.exists()
    again = sample.make(workspace, alice_user)
    assert again is not None
    assert again.pk != recording.pk


def test_without_a_recording_service_there_is_none(alice: Client) -> None:
    said = alice.post("/recordings/sample/", follow=True).content.decode()
    assert "No recording service is set up here yet" in said
    assert not Recording.objects.exists()
