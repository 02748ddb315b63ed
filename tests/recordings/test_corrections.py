"""Names and texts that people put right, and everything that reads them afterwards."""

import html
import re

import pytest
from django.test import Client

from accounts.models import User, Workspace
from recordings import correcting, fragments, searching, transcript_store, transcripts
from recordings.correcting import Overtaken
from recordings.models import Correction, Reach, Recording
from recordings.searching import Filters
from recordings.wording import terms
from tests.recordings.factories import make_recording
from tests.recordings.short_talk import TALK, edit, make_talk, names, rename, said
from tests.recordings.test_search import say

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("x")</script> & \x07'


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    return make_talk(workspace)


def test_name_goes_as_far_as_it_is_said_to(recording: Recording, alice_user: User) -> None:
    rename(recording, 2, "Ada Moss", Reach.HERE, alice_user)
    assert names(recording) == ["Speaker 1", "Speaker 2", "Ada Moss", "", "Speaker 1"]
    rename(recording, 4, "Al Munro", Reach.LATER, alice_user)
    assert names(recording) == ["Speaker 1", "Speaker 2", "Ada Moss", "", "Al Munro"]
    rename(recording, 1, "Bea Ilg", Reach.EVERYWHERE, alice_user)
    rename(recording, 0, "Cy Ott", Reach.EVERYWHERE, alice_user)
    assert names(recording) == ["Cy Ott", "Bea Ilg", "Ada Moss", "", "Al Munro"]


def test_change_taken_back_leaves_those_over_it(recording: Recording, alice_user: User) -> None:
    first = rename(recording, 0, "Ada", Reach.EVERYWHERE, alice_user)
    rename(recording, 2, "Ada Moss", Reach.LATER, alice_user)
    assert correcting.undo(first, by=alice_user)
    assert names(recording) == ["Speaker 1", "Speaker 2", "Ada Moss", "", "Ada Moss"]
    assert not correcting.undo(first, by=alice_user)
    for one in Correction.objects.in_force():
        correcting.undo(one, by=alice_user)
    assert said(recording) == list(TALK)
    assert not recording.transcript.originals.exists()


def test_text_keeps_both_changes_and_loses_one(recording: Recording, alice_user: User) -> None:
    first = edit(recording, 1, "We ship the budget.", alice_user)
    edit(recording, 1, "We shall ship the budget.", alice_user)
    assert said(recording)[1][1] == "We shall ship the budget."
    correcting.undo(first, by=alice_user)
    assert said(recording)[1][1] == "We shall ship the bugdet."


def test_what_somebody_changed_meanwhile_is_not_overwritten(
    recording: Recording, alice_user: User, bob_user: User
) -> None:
    rename(recording, 0, "Ada", Reach.EVERYWHERE, bob_user)
    edit(recording, 1, "We ship it.", bob_user)
    with pytest.raises(Overtaken):
        correcting.rename(recording, 2, "X", reach=Reach.HERE, seen="Speaker 1", by=alice_user)
    with pytest.raises(Overtaken):
        correcting.edit(recording, 1, "X", seen=TALK[1][1], by=alice_user)
    assert "X" not in str(said(recording))


def test_everything_reads_the_corrected_names_and_texts(
    recording: Recording, alice: Client, alice_user: User, workspace: Workspace
) -> None:
    rename(recording, 0, "Ada Moss", Reach.EVERYWHERE, alice_user)
    edit(recording, 1, "We ship the budget.", alice_user)
    address = f"/recordings/{recording.public_id}/"
    page = html.unescape(alice.get(address).content.decode())
    assert page.count(">Ada Moss</a>") == 3
    assert "We ship the budget." in page
    assert "Speaker 1" not in page
    assert "2 changes by people" in page
    assert re.search(r'class="lanes__names".*Ada Moss', page, re.DOTALL)
    captions = alice.get(f"{address}captions.vtt").content.decode()
    assert "<v Ada Moss>Good" in captions
    assert "budget" in captions
    found = searching.search(workspace, terms("budget"), Filters())
    assert [hit.text for hit in found.hits] == ["We ship the budget."]
    assert not searching.search(workspace, terms("bugdet"), Filters()).hits
    by_ada = searching.search(workspace, terms("morning"), Filters(speaker="Ada"))
    assert [hit.speaker for hit in by_ada.hits] == ["Ada Moss"]
    spoke = recording.participants.filter(has_spoken=True)
    assert set(spoke.values_list("name", flat=True)) == {"Ada Moss", "Speaker 2"}


def test_export_says_and_gives_which_wording(
    recording: Recording, alice: Client, alice_user: User
) -> None:
    address = f"/recordings/{recording.public_id}/export/"
    assert "As the provider wrote it" not in alice.get(address).content.decode()
    rename(recording, 0, "Ada Moss", Reach.EVERYWHERE, alice_user)
    edit(recording, 1, "We ship the budget.", alice_user)
    assert "As the provider wrote it" in alice.get(address).content.decode()

    def exported(query: str) -> str:
        answer = alice.get(f"{address}file/?{query}")
        return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]

    corrected, original = exported("format=txt"), exported("format=txt&wording=original")
    assert "Corrected wording, transcribed by x, 4 turns changed by people" in corrected
    assert "Ada Moss: Good morning." in corrected
    assert "Original wording, transcribed by x\n" in original
    assert "Speaker 1: Good morning." in original
    assert "We ship the bugdet." in original
    assert '"version": "corrected"' in exported("format=json")
    assert '"version": "original"' in exported("format=json&wording=original")
    assert "<v Speaker 1>" in exported("format=vtt&wording=original")


def test_page_shows_the_original(recording: Recording, alice: Client, alice_user: User) -> None:
    edit(recording, 1, "We ship the budget.", alice_user)
    rename(recording, 1, "Ada Moss", Reach.HERE, alice_user)
    page = alice.get(f"/recordings/{recording.public_id}/?wording=original").content.decode()
    assert "This is how x wrote it" in page
    assert "We ship the bugdet." in page
    assert ">Speaker 2</a>" in page
    assert "<transcript-revision" not in page


def test_ingest_of_the_same_again_loses_nothing(recording: Recording, alice_user: User) -> None:
    rename(recording, 0, "Ada Moss", Reach.EVERYWHERE, alice_user)
    edit(recording, 1, "We ship the budget.", alice_user)
    before = said(recording)
    say(recording, *TALK)
    assert said(recording) == before
    assert recording.transcript.versions.count() == 1


def test_ingest_of_another_carries_what_fits_and_brings_back_the_rest(
    recording: Recording, alice_user: User
) -> None:
    rename(recording, 0, "Ada Moss", Reach.EVERYWHERE, alice_user)
    kept = edit(recording, 1, "We ship the budget.", alice_user)
    lost = edit(recording, 2, "Fine with me.", alice_user)
    others = [("A", "Good morning everybody."), ("B", "So we ship the bugdet."), ("A", "No."),
              ("", "Who was that?"), ("A", "Nobody.")]  # fmt: skip
    say(recording, *others)
    assert said(recording) == [
        ("Ada Moss", "Good morning everybody."), ("B", "So we ship the budget."),
        ("Ada Moss", "No."), ("", "Who was that?"), ("Ada Moss", "Nobody."),
    ]  # fmt: skip
    has_place = dict(Correction.objects.values_list("pk", "has_place"))
    assert has_place[kept.pk]
    assert not has_place[lost.pk]
    say(recording, *TALK)
    assert said(recording)[2] == ("Ada Moss", "Fine with me.")


def test_hostile_names_and_texts_stay_text(
    recording: Recording, alice: Client, alice_user: User
) -> None:
    address = f"/recordings/{recording.public_id}/"
    seen = {"name": "Speaker 1", "text": "Good morning."}
    for what in seen:
        data = {what: HOSTILE, "seen": seen[what], "reach": "everywhere"}
        assert alice.post(f"{address}turns/0/{what}/", data).status_code == 302
    for path in ("", "corrections/", "turns/0/", "?wording=original", "changes/?since=0"):
        shown = alice.get(f"{address}{path}").content.decode()
        assert "<script>alert" not in shown, path
    recording.transcript.refresh_from_db()
    assert fragments.html(bytes(recording.transcript.fragment)).count("&lt;script&gt;") == 4


def test_three_hours_are_renamed_without_writing_all_again(
    workspace: Workspace, alice_user: User
) -> None:
    recording = make_recording(workspace, words=30_000)
    turns = recording.transcript.utterances
    untouched = set(turns.exclude(speaker="Maya Lindqvist").values_list("pk", flat=True))
    made = rename(recording, 0, "Maya L.", Reach.EVERYWHERE, alice_user)
    assert len(made.turns) == turns.filter(speaker="Maya L.").count() > 100
    assert set(turns.exclude(speaker="Maya L.").values_list("pk", flat=True)) == untouched
    recording.transcript.refresh_from_db()
    text = fragments.html(bytes(recording.transcript.fragment))
    assert text.count("<li") * 3 + 100 < 10_000
    assert len(bytes(recording.transcript.fragment)) < 200_000
    parsed = transcripts.parse({"result": {"utterances": []}})
    assert transcript_store.replace(recording, parsed).utterances.count() == 0
