"""Names and texts that people put right, and everything that reads them afterwards."""

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User, Workspace
from bots.models import Bot
from calendars.models import Calendar, Connection, Event
from recordings import correcting, fragments, searching, transcript_store, transcripts
from recordings.correcting import Overtaken
from recordings.models import Correction, Reach, Recording
from recordings.searching import Filters
from recordings.wording import terms
from tests.recordings.factories import make_finished_bot, make_recording
from tests.recordings.test_search import say

pytestmark = pytest.mark.django_db
TALK = (
    ("Speaker 1", "Good morning."),
    ("Speaker 2", "We ship the bugdet."),
    ("Speaker 1", "Fine."),
    ("", "Who was that?"),
    ("Speaker 1", "Nobody."),
)
HOSTILE = '<script>alert("x")</script> & \x07'


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    recording = make_recording(workspace, title="Weekly sync", words=0)
    say(recording, *TALK)
    recording.refresh_from_db()
    return recording


def rename(recording: Recording, index: int, name: str, reach: Reach, by: User) -> Correction:
    seen = recording.transcript.utterances.get(index=index).speaker
    made = correcting.rename(recording, index, name, reach=reach, seen=seen, by=by)
    assert made is not None
    return made


def edit(recording: Recording, index: int, text: str, by: User) -> Correction:
    seen = recording.transcript.utterances.get(index=index).text
    made = correcting.edit(recording, index, text, seen=seen, by=by)
    assert made is not None
    return made


def said(recording: Recording) -> list[tuple[str, str]]:
    return list(recording.transcript.utterances.values_list("speaker", "text"))


def names(recording: Recording) -> list[str]:
    return [speaker for speaker, _ in said(recording)]


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
    for path, most in (("", 19), ("turns/0/", 18), ("corrections/", 11), ("changes/?since=0", 18)):
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            assert alice.get(f"{address}{path}").status_code == 200


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
