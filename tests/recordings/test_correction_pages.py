"""The forms in which people put names and texts right, and the pages that tell of it."""

import re

import pytest
from django.test import Client

from accounts.models import AuditEntry, User, Workspace
from recordings.models import Correction, Reach, Recording
from tests.recordings.factories import make_recording
from tests.recordings.short_talk import TALK, edit, make_talk, names, rename, said
from tests.recordings.test_search import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    return make_talk(workspace)


def test_forms_work_without_script(recording: Recording, bob: Client, bob_user: User) -> None:
    address = f"/recordings/{recording.public_id}/"
    page = bob.get(f"{address}turns/2/").content.decode()
    assert f'action="{address}turns/2/name/"' in page
    assert "Everywhere <bdi>Speaker 1</bdi> speaks" in page
    data = {"suggested": "Ada  Moss", "name": "Speaker 1", "seen": "Speaker 1", "reach": "later"}
    answer = bob.post(f"{address}turns/2/name/", data, follow=True)
    assert answer.redirect_chain == [(f"{address}#t-2", 302)]
    assert "It is Ada Moss from here on: 2 turns." in answer.content.decode()
    assert names(recording) == ["Speaker 1", "Speaker 2", "Ada Moss", "", "Ada Moss"]
    made = Correction.objects.get()
    assert (made.made_by, made.reach, made.turns) == (bob_user, "later", [2, 4])
    listed = bob.get(f"{address}corrections/").content.decode()
    assert "<bdi>Speaker 1</bdi> → <b><bdi>Ada Moss</bdi></b>, from here on" in listed
    bob.post(f"{address}corrections/{made.public_id}/undo/")
    assert said(recording) == list(TALK)
    assert "taken back by" in bob.get(f"{address}corrections/").content.decode()
    trail = AuditEntry.objects.filter(target=recording.public_id)
    assert set(trail.values_list("action", flat=True)) == {"transcript.rename", "transcript.undo"}
    assert "Ada" not in str(list(trail.values_list("before", "after")))


def test_empty_forms_are_refused_and_kept(recording: Recording, alice: Client) -> None:
    address = f"/recordings/{recording.public_id}/turns/0/"
    nameless = alice.post(f"{address}name/", {"name": " ", "seen": "Speaker 1", "reach": "here"})
    assert nameless.status_code == 422
    assert "Say who it is" in nameless.content.decode()
    nowhere = alice.post(f"{address}name/", {"name": "Ada", "seen": "Speaker 1", "reach": "x"})
    assert nowhere.status_code == 422
    assert 'value="Ada"' in nowhere.content.decode()
    assert alice.post(f"{address}text/", {"text": " ", "seen": "x"}).status_code == 422
    assert not Correction.objects.exists()


def test_who_was_overtaken_sees_both(recording: Recording, alice: Client, alice_user: User) -> None:
    address = f"/recordings/{recording.public_id}/turns/1/"
    edit(recording, 1, "We ship the house.", alice_user)
    mine = {"text": "We ship the budget.", "seen": TALK[1][1]}
    answer = alice.post(f"{address}text/", mine, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "We ship the house." in page
    assert ">\nWe ship the budget.</textarea>" in page
    assert answer["HX-Retarget"] == "#turn-sheet-body"
    again = re.search(r'name="seen" value="(We[^"]*)"', page)
    assert again is not None
    assert alice.post(f"{address}text/", {**mine, "seen": again[1]}).status_code == 302
    assert said(recording)[1][1] == "We ship the budget."


def test_open_pages_are_told_what_changed(
    recording: Recording, alice: Client, alice_user: User
) -> None:
    address = f"/recordings/{recording.public_id}/"
    rename(recording, 1, "Ada Moss", Reach.HERE, alice_user)
    data = {"text": "Fine with me.", "seen": "Fine."}
    answer = alice.post(f"{address}turns/2/text/", data, headers={"HX-Request": "true"})
    assert '<transcript-revision id="transcript-revision" revision="2"' in answer.content.decode()
    assert "The text of this turn is changed." in answer.content.decode()
    since_one = alice.get(f"{address}changes/?since=1").content.decode()
    assert re.findall(r'id="(t-\d)"', since_one) == ["t-2"]
    assert 'href="turns/2/">edited</a>Fine with me.' in since_one
    since_none = alice.get(f"{address}changes/?since=0").content.decode()
    assert re.findall(r'id="(t-\d)"', since_none) == ["t-1", "t-2"]
    assert 'data-speaker="2">Ada Moss<' in since_none  # numbered as in the whole page
    assert alice.get(f"{address}changes/").status_code == 400
    say(recording, ("Z", "Another one."))
    assert (
        '<div class="transcript__turns" id="turns">'
        in alice.get(f"{address}changes/?since=2").content.decode()
    )


def test_turn_that_is_not_there_is_a_404(recording: Recording, alice: Client) -> None:
    assert alice.get(f"/recordings/{recording.public_id}/turns/5/").status_code == 404
    silent = make_recording(recording.workspace, words=0)
    silent.transcript.delete()
    assert alice.get(f"/recordings/{silent.public_id}/corrections/").status_code == 404


def test_correction_of_another_recording_is_a_404(
    recording: Recording, alice: Client, alice_user: User
) -> None:
    made = rename(recording, 0, "Ada", Reach.HERE, alice_user)
    other = make_recording(recording.workspace)
    path = f"/recordings/{other.public_id}/corrections/{made.public_id}/undo/"
    assert alice.post(path).status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_the_changes(
    recording: Recording,
    alice: Client,
    alice_user: User,
    count: int,
    django_assert_max_num_queries: object,
) -> None:
    for number in range(count):
        rename(recording, 0, f"Ada {number}", Reach.HERE, alice_user)
    address = f"/recordings/{recording.public_id}/"
    for path, most in (("", 22), ("turns/0/", 18), ("corrections/", 11), ("changes/?since=0", 19)):
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            assert alice.get(f"{address}{path}").status_code == 200
