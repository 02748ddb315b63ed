"""The library: newest first, fifty at a time, narrowed by title and platform, members only."""

import html
import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User, Workspace
from bots.models import Bot
from recordings import keeping
from recordings.models import ArtifactKind, ArtifactState, Recording
from recordings.shelf import Order
from tests.frame import FRAME
from tests.recordings.factories import make_artifact, make_finished_bot, make_recording

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def make_many(workspace: Workspace, count: int) -> list[Recording]:
    """Bare recordings an hour apart, newest first."""
    bot = make_finished_bot(workspace)
    return Recording.objects.bulk_create(
        Recording(
            workspace=workspace,
            bot=bot,
            title=f"Standup {number}",
            platform="zoom" if number % 2 else "meet",
            started_at=NOON - timedelta(hours=number),
            duration_seconds=900,
        )
        for number in range(count)
    )


def ids(recordings: Iterable[Recording]) -> list[str]:
    return [recording.public_id for recording in recordings]


def rows(page: Any) -> list[str]:
    return re.findall(r'id="row-(rec_\w+)"', page.content.decode())


def undo_in(page: Any) -> str:
    found = re.findall(r'class="messages__undo"[^>]* action="([^"]+)"', page.content.decode())
    return html.unescape(found[0])


def test_library_shows_newest_first_with_what_is_ready(alice: Client, workspace: Workspace) -> None:
    older = make_recording(workspace, title="Budget round")
    newer = make_recording(workspace, title="Hiring", started_at=NOON + timedelta(days=9), words=0)
    make_artifact(older, ArtifactKind.VIDEO, state=ArtifactState.FETCHING)
    make_artifact(newer, ArtifactKind.TRANSCRIPT, state=ArtifactState.FAILED, error="gone")

    page = alice.get("/recordings/")

    assert rows(page) == ids([newer, older])
    text = page.content.decode()
    for words in ("Budget round", "30 min", "Google Meet", "Maya Lindqvist", "Video on its way"):
        assert words in text
    assert "Transcript failed" in text


@pytest.mark.parametrize("count", [1, 30])
def test_library_query_count_is_flat(
    alice: Client,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        make_recording(workspace, words=20, started_at=NOON - timedelta(hours=number))
    keeping.set_rule(workspace, 3650)
    with django_assert_num_queries(FRAME + 5):  # the names to choose from are one, the rule is one
        page = alice.get("/recordings/")
    assert len(rows(page)) == count
    assert page.content.decode().count("Kept until") == count


def test_library_pages_by_the_last_row_shown(
    alice: Client, workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everything = make_many(workspace, 70)
    first = alice.get("/recordings/")
    assert rows(first) == ids(everything[:50])
    last = everything[49].public_id
    assert f"?before={last}" in first.content.decode()

    with django_assert_num_queries(FRAME + 2):  # a part of a page has no banners
        second = alice.get(f"/recordings/?before={last}", headers={"HX-Request": "true"})

    assert rows(second) == ids(everything[50:])
    assert "Show more" not in second.content.decode()
    assert "<html" not in second.content.decode()


def test_library_fetches_all_that_is_shown_again(alice: Client, workspace: Workspace) -> None:
    everything = make_many(workspace, 70)
    shown = everything[59]
    again = alice.get(f"/recordings/?down_to={shown.public_id}", headers={"HX-Request": "true"})
    assert rows(again) == ids(everything[:60])
    assert f"?before={shown.public_id}" in again.content.decode()
    assert 'id="list"' in again.content.decode()


def test_library_is_narrowed_by_title_and_platform(alice: Client, workspace: Workspace) -> None:
    everything = make_many(workspace, 12)
    by_title = alice.get("/recordings/?q=standup 1")
    assert rows(by_title) == ids([everything[1], everything[10], everything[11]])
    by_both = alice.get("/recordings/?q=standup 1&platform=zoom")
    assert rows(by_both) == ids([everything[1], everything[11]])
    nothing = alice.get("/recordings/?q=offsite")
    assert "No recording matches" in nothing.content.decode()


@pytest.mark.parametrize(
    "query", ["platform=fax", "before=rec_nobody", "down_to=%00", "q=" + "x" * 300]
)
def test_library_counts_a_wrong_filter_as_none(
    alice: Client, workspace: Workspace, query: str
) -> None:
    everything = make_many(workspace, 2)
    assert rows(alice.get(f"/recordings/?{query}")) == ids(everything)


def test_library_of_another_workspace_stays_closed(
    alice: Client, mallory: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    secret = make_recording(workspace, title="Secret plan")
    page = mallory.get("/recordings/")
    assert "Secret plan" not in page.content.decode()
    assert "No recordings yet" in page.content.decode()
    stolen = mallory.get(f"/recordings/?before={secret.public_id}")
    assert rows(stolen) == []


def test_library_fragment_equals_its_part_of_the_page(alice: Client, workspace: Workspace) -> None:
    make_many(workspace, 3)
    page = alice.get("/recordings/").content.decode()
    fragment = alice.get("/recordings/", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" not in fragment
    assert fragment.strip() in page


@pytest.mark.parametrize("order", Order)
def test_each_order_pages_without_gap_or_repetition(
    alice: Client, workspace: Workspace, order: str
) -> None:
    everything = make_many(workspace, 53)  # all of one length, and few titles differ by case alone
    Recording.objects.filter(pk__in=[one.pk for one in everything[:3]]).update(
        duration_seconds=None, title="standup 7"
    )
    Recording.objects.filter(pk=everything[9].pk).update(duration_seconds=7200)
    first = alice.get(f"/recordings/?order={order}")
    last = rows(first)[-1]
    following = f"/recordings/?order={order}&before={last}"
    second = alice.get(following, headers={"HX-Request": "true"})
    again = alice.get(f"/recordings/?order={order}&down_to={last}", headers={"HX-Request": "true"})
    assert sorted(rows(first) + rows(second)) == sorted(ids(everything))
    assert (len(rows(first)), rows(again)) == (50, rows(first))
    firsts = {"oldest": everything[52], "longest": everything[9], "newest": everything[0]}
    if expected := firsts.get(order):
        assert rows(first)[0] == expected.public_id


def test_library_is_narrowed_by_person_day_and_state(alice: Client, workspace: Workspace) -> None:
    ready = make_recording(workspace, with_media=True)
    silent = make_recording(workspace, words=0, started_at=NOON - timedelta(days=2))
    working = make_recording(workspace, started_at=NOON - timedelta(days=4))
    make_artifact(working, ArtifactKind.VIDEO, state=ArtifactState.FETCHING)
    failed = make_recording(workspace, started_at=NOON - timedelta(days=6))
    make_artifact(failed, ArtifactKind.TRANSCRIPT, state=ArtifactState.FAILED)
    failed.participants.create(name="Noor Haddad")
    found = {
        "state=ready": [ready, silent],
        "state=silent": [silent],
        "state=working": [working],
        "state=failed": [failed],
        "person=noor": [failed],
        "since=2026-03-01&until=2026-03-02": [silent],
    }
    for query, expected in found.items():
        assert rows(alice.get(f"/recordings/?{query}")) == ids(expected), query


def test_cards_show_posters_and_are_remembered(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, with_media=True, title="Budget <round>", words=30)
    cards = html.unescape(alice.get("/recordings/?view=cards").content.decode())
    assert f'src="/recordings/{recording.public_id}/media/poster/"' in cards
    for words in ("Budget <round>", "4 s", "Maya Lindqvist", "Video", "Transcript"):
        assert words in cards
    assert 'class="recording-card"' in alice.get("/recordings/").content.decode()
    assert 'class="recording-card"' not in alice.get("/recordings/?view=list").content.decode()
    assert 'class="recording-card"' not in alice.get("/recordings/").content.decode()


def test_texts_of_ticked_recordings_come_in_one_file(alice: Client, workspace: Workspace) -> None:
    two = [make_recording(workspace, title="Weekly / sync", words=30) for _ in range(2)]
    mute = make_recording(workspace, words=0)
    asked = {"recording": ids([*two, mute]), "format": "md"}
    answer = cast(StreamingHttpResponse, alice.post("/recordings/texts/", asked))
    content = b"".join(cast(Iterable[bytes], answer.streaming_content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["2026-03-04_Weekly__sync.md", "2026-03-04_Weekly__sync_2.md"]
        for name in archive.namelist():
            assert "**Maya Lindqvist**" in archive.read(name).decode()
    nothing = alice.post("/recordings/texts/", {"recording": ids([mute])}, follow=True)
    assert "None of them has a text yet." in nothing.content.decode()


def test_what_failed_of_ticked_recordings_is_fetched_again(
    alice: Client, workspace: Workspace
) -> None:
    whole, broken = make_recording(workspace), make_recording(workspace)
    lost = make_artifact(broken, ArtifactKind.VIDEO, state=ArtifactState.FAILED)
    ticked = {"recording": ids([whole, broken])}
    answer = alice.post("/recordings/refetching/", ticked, follow=True)
    assert "What failed of 1 recording is being fetched again." in answer.content.decode()
    lost.refresh_from_db()
    assert lost.state == ArtifactState.PENDING
    entry = workspace.audit_entries.get(action="artifact.fetch_again")
    assert (entry.target, entry.after) == (broken.public_id, {"files": ["video"]})
    again = alice.post("/recordings/refetching/", ticked, follow=True)
    assert "Nothing of them failed." in again.content.decode()


def test_ticked_recordings_are_kept_and_deleted_by_who_may(
    alice: Client, bob: Client, bob_user: User, workspace: Workspace
) -> None:
    theirs, own = make_many(workspace, 1)[0], make_recording(workspace, title="Budget <round>")
    Bot.objects.filter(pk=own.bot_id).update(requested_by=bob_user)
    ticked = {"recording": ids([theirs, own])}
    for path in ("keeping", "deletion"):
        assert bob.post(f"/recordings/{path}/", {"recording": ids([theirs])}).status_code == 403
    kept = bob.post("/recordings/keeping/", ticked, follow=True).content.decode()
    assert "Kept until somebody deletes them: 1 recording." in kept
    assert list(Recording.objects.exclude(kept_at=None)) == [own]

    asked = html.unescape(bob.post("/recordings/deletion/", ticked).content.decode())
    assert "Budget <round>" in asked
    assert theirs.title not in asked
    assert "1 more that you ticked stays" in asked
    assert rows(alice.get("/recordings/")) == ids([own, theirs])

    sure = {**ticked, "confirmed": "1"}
    done = html.unescape(alice.post("/recordings/deletion/", sure, follow=True).content.decode())
    assert "In the bin for two weeks, then deleted: 2 recordings." in done
    assert rows(alice.get("/recordings/")) == []
    undo = re.findall(r'action="(/recordings/restoration/[^"]+)"', done)[0]
    assert bob.post(undo, headers={"HX-Request": "true"})["HX-Redirect"] == "/recordings/"
    assert "Back as before: 1 recording." in bob.get("/recordings/").content.decode()
    assert rows(alice.get("/recordings/")) == ids([own])
    for forged in (undo.replace("of=", "of=x"), "/recordings/restoration/"):
        refused = alice.post(forged, follow=True).content.decode()
        assert "None of them is in the bin any more." in refused
    alice.post(undo)
    assert rows(alice.get("/recordings/")) == ids([own, theirs])
    told = workspace.audit_entries.filter(target=own.public_id).order_by("pk")
    steps = ["recording.keep", "recording.bin", "recording.restore"]
    assert [entry.action for entry in told] == steps


def test_the_library_is_as_it_was_after_something_was_done_with_the_ticked(
    alice: Client, workspace: Workspace
) -> None:
    everything = make_many(workspace, 70)
    more = f"/recordings/?q=stand&order=newest&before={everything[49].public_id}"
    shown = alice.get(more, headers={"HX-Request": "true"}).content.decode()
    back = html.unescape(re.findall(r'name="back" value="([^"]*)"', shown)[0])
    assert "q=stand" in back
    last, ticked = everything[69], {"recording": ids(everything[65:]), "back": back}
    address = f"/recordings/?q=stand&order=newest&down_to={last.public_id}"

    assert alice.post("/recordings/keeping/", ticked)["Location"] == address
    undo = undo_in(alice.get(address))
    assert alice.post(undo)["Location"] == address
    assert not Recording.objects.exclude(kept_at=None).exists()
    assert "None of them is kept any more." in alice.post(undo, follow=True).content.decode()

    asked = html.unescape(alice.post("/recordings/deletion/", ticked).content.decode())
    assert f'href="{address}"' in asked
    sure = {**ticked, "confirmed": "1"}
    assert alice.post("/recordings/deletion/", sure)["Location"] == address
    again = alice.get(address)
    assert rows(again) == ids(everything[:65]), "the last row is gone, and still marks the place"
    assert "Show more" not in again.content.decode()
    assert alice.post(undo_in(again))["Location"] == address
    assert rows(alice.get(address)) == ids(everything)
    assert alice.post("/recordings/keeping/", {"back": "?next=//evil.example&q=a"})["Location"] == (
        "/recordings/?q=a"
    )


@pytest.mark.parametrize("look", ["list", "cards"])
def test_each_recording_tells_until_when_it_is_kept(
    alice: Client, alice_user: User, workspace: Workspace, look: str
) -> None:
    recording = make_recording(workspace)
    address = f"/recordings/?view={look}"
    assert "Kept" not in alice.get(address).content.decode()
    keeping.set_rule(workspace, 3650)
    day = timezone.localtime(recording.started_at + timedelta(days=3650))
    shown = alice.get(address).content.decode().partition("Kept until")[2]
    assert f"{day:%Y-%m-%d}" in shown.partition("</time>")[0]
    keeping.keep(recording, alice_user)
    assert "Kept, whatever the rule" in alice.get(address).content.decode()


@pytest.mark.parametrize("path", ["texts", "refetching", "keeping", "deletion"])
def test_nothing_is_done_with_what_is_not_ones_own(
    mallory: Client, workspace: Workspace, other_workspace: Workspace, path: str
) -> None:
    recording = make_recording(workspace)
    lost = make_artifact(recording, ArtifactKind.VIDEO, state=ArtifactState.FAILED)
    for ticked in (ids([recording]), [], ["%00"]):
        answer = mallory.post(f"/recordings/{path}/", {"recording": ticked}, follow=True)
        assert "Tick some recordings first" in answer.content.decode()
    lost.refresh_from_db()
    assert lost.state == ArtifactState.FAILED
