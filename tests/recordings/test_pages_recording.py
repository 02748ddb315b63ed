"""The recording page in each state a recording may be in, with and without words looked for."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Outcome
from recordings import deleting, keeping, sharing
from recordings.models import ArtifactKind, ArtifactState, Chapter, Recording
from tests.recordings.factories import TALK, make_artifact, make_finished_bot, make_recording


def shown(client: Client, recording: Recording, query: str = "") -> str:
    page = client.get(f"/recordings/{recording.public_id}/{query}")
    assert page.status_code == 200
    return html.unescape(page.content.decode())


def test_page_has_player_and_the_whole_text(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, title="Weekly sync", words=90, with_media=True)
    text = shown(alice, recording)
    media = f"/recordings/{recording.public_id}/media/video/"
    assert re.search(rf'<video[^>]*src="{media}"', text, re.DOTALL)
    assert f'src="/recordings/{recording.public_id}/captions.vtt"' in text
    assert text.count('class="turn"') == 7
    assert " ".join(TALK.split()[:14]) in text
    assert "Maya Lindqvist" in text


def test_page_starts_at_the_second_of_the_address(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, with_media=True)
    assert "/media/video/#t=3" in shown(alice, recording, "?t=3")
    assert "#t=" not in shown(alice, recording, "?t=soon")


def test_page_finds_words_without_script(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, words=60)
    text = shown(alice, recording, "?q=BUDGET")
    assert "1 turn with “BUDGET”" in " ".join(text.split())
    assert "Nothing with “zebra”" in shown(alice, recording, "?q=zebra")


def test_page_shows_chapters_and_summary_with_their_origin(
    alice: Client, workspace: Workspace
) -> None:
    recording = make_recording(workspace, summary="We ship on Thursday.")
    Chapter.objects.create(recording=recording, start_ms=65_000, headline="The launch")
    text = shown(alice, recording)
    assert "We ship on Thursday." in text
    assert "Made by <bdi>Gladia</bdi> from the transcript" in text
    assert 'href="?t=65"' in text
    assert "1:05" in text


def test_who_may_not_see_or_change_it_is_told_whom_to_ask(
    mallory: Client, bob: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    recording = make_recording(workspace, title="Secret plan")
    address = f"/recordings/{recording.public_id}/"
    stranger, member = mallory.get(address), bob.get(f"{address}deletion/")
    assert (stranger.status_code, member.status_code) == (404, 403)
    assert "ask them to share it with you" in stranger.content.decode()
    assert "whoever sent the bot to the meeting" in member.content.decode()
    for refusal in (stranger, member):
        assert "Secret plan" not in refusal.content.decode()


def test_dates_are_followed_by_their_full_stop(
    alice: Client, alice_user: User, workspace: Workspace
) -> None:
    kept, in_bin, gone = (make_recording(workspace, words=1) for _ in range(3))
    keeping.set_rule(workspace, 3650)
    until = timezone.now() + timedelta(days=3)
    (share,) = sharing.share(kept, alice_user, sharing.Wish(expires_at=until))
    deleting.put_in_bin(in_bin, alice_user)
    deletion = deleting.begin(gone, by=alice_user)
    of_recordings = [f"/recordings/{one.public_id}/" for one in (kept, in_bin, gone)]
    receipt = f"/recordings/deletions/{deletion.public_id}/"
    for address in (*of_recordings, receipt, f"/shared/{share.token}/"):
        page = alice.get(address).content.decode()
        assert re.search(r"</local-time>[.,;]", page), address
        assert not re.search(r"</local-time>\s+[.,;]", page), address


STATES = {
    "on its way": (ArtifactState.PENDING, ArtifactState.PENDING, "The video is on its way"),
    "transcript on its way": (None, ArtifactState.PENDING, "The transcript is on its way"),
    "transcript failed": (None, ArtifactState.FAILED, "The transcript could not be made"),
    "video failed": (ArtifactState.FAILED, None, "The video could not be fetched"),
    "neither": (ArtifactState.ABSENT, ArtifactState.ABSENT, "There is no video"),
}


def test_page_says_what_is_missing_and_leads_to_how_it_was_recorded(
    alice: Client, workspace: Workspace
) -> None:
    ended_at = datetime(2026, 3, 4, 15, 24, tzinfo=UTC)
    bot = make_finished_bot(workspace, outcome=Outcome.PARTLY_RECORDED, exited_at=ended_at)
    text = shown(alice, make_recording(workspace, bot=bot))
    assert "without the last 6 minutes that were planned" in text
    assert f'href="/bots/{bot.public_id}/">How it was recorded</a>' in text
    assert "without the last" not in shown(alice, make_recording(workspace))


@pytest.mark.parametrize("name", STATES)
def test_page_says_how_far_it_is(alice: Client, workspace: Workspace, name: str) -> None:
    video, transcript, words = STATES[name]
    recording = make_recording(workspace, with_media=video is None)
    if video:
        make_artifact(recording, ArtifactKind.VIDEO, state=video, error="The file broke off.")
    if transcript:
        make_artifact(
            recording, ArtifactKind.TRANSCRIPT, state=transcript, error="The service was away."
        )
    text = shown(alice, recording)
    assert words in text
    is_settled = {video, transcript} <= {None, ArtifactState.ABSENT}
    assert ("<live-stream" not in text) == is_settled
    assert ("Try to fetch it again" in text) == (ArtifactState.FAILED in (video, transcript))
    if ArtifactState.FAILED in (video, transcript):
        assert "The file broke off." in text or "The service was away." in text


@pytest.mark.parametrize("kind", [ArtifactKind.VIDEO, ArtifactKind.AUDIO, ArtifactKind.TRANSCRIPT])
def test_page_says_when_what_is_waited_for_is_late(
    alice: Client, workspace: Workspace, kind: ArtifactKind
) -> None:
    recording = make_recording(workspace)
    make_artifact(recording, kind, state=ArtifactState.PENDING)
    assert "usually within a few minutes" in shown(alice, recording)
    make_artifact(recording, kind, late_at=recording.created_at)
    late = shown(alice, recording)
    assert "The rest is late." in late
    assert "usually within a few minutes" not in late
    if kind != ArtifactKind.TRANSCRIPT:
        assert f"The {kind} is on its way." in late
    make_artifact(recording, kind, state=ArtifactState.ABSENT)
    assert "The rest is late." not in shown(alice, recording)


def test_a_person_may_have_it_fetched_again(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, with_media=True)
    lost = make_artifact(recording, ArtifactKind.TRANSCRIPT, state=ArtifactState.FAILED)
    address = f"/recordings/{recording.public_id}/fetching/"
    answer = alice.post(address, follow=True)
    assert "It is being fetched again." in answer.content.decode()
    assert "The transcript is on its way" in answer.content.decode()
    lost.refresh_from_db()
    assert lost.state == ArtifactState.PENDING
    assert "There is nothing to fetch." in alice.post(address, follow=True).content.decode()


def test_page_plays_sound_when_there_is_no_picture(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace)
    make_artifact(recording, ArtifactKind.AUDIO, state=ArtifactState.READY, file="a.flac", size=1)
    text = shown(alice, recording)
    assert "<audio" in text
    assert "<video" not in text


def test_page_says_that_nobody_spoke(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, words=0, with_media=True)
    text = shown(alice, recording)
    assert "No speech found" in text
    assert "<track" not in text


def test_page_escapes_what_people_were_called(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, title="<script>alert(1)</script>")
    recording.participants.create(name="<img src=x>")
    raw = alice.get(f"/recordings/{recording.public_id}/").content.decode()
    assert "<script>alert" not in raw
    assert "<img src=x>" not in raw


def test_page_is_a_404_to_strangers(mallory: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, title="Secret plan")
    page = mallory.get(f"/recordings/{recording.public_id}/")
    assert page.status_code == 404
    assert "Secret plan" not in page.content.decode()


def test_page_of_a_long_meeting_is_light(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, words=30_000)
    page = alice.get(f"/recordings/{recording.public_id}/", headers={"Accept-Encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 200_000


def test_status_renders_without_a_request(workspace: Workspace) -> None:
    recording = make_recording(workspace)
    make_artifact(recording, ArtifactKind.VIDEO, state=ArtifactState.FETCHING)
    context = {"recording": recording, "artifacts": list(recording.artifacts.all())}
    text = render_to_string("recordings/_status.html", context)
    assert f'id="status-{recording.public_id}"' in text
    assert 'stage="video-processing transcript-ready"' in text


def test_sound_is_enough_for_who_asks(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, with_media=True)
    assert "Sound only" not in shown(alice, recording)
    assert "<video" in shown(alice, recording, "?play=audio")
    make_artifact(recording, ArtifactKind.AUDIO, state=ArtifactState.READY, file="a.mp3")
    assert "Sound only" in shown(alice, recording)
    heard = shown(alice, recording, "?play=audio")
    assert "<video" not in heard
    assert "/media/audio/" in heard
    assert "Show the video" in heard


def test_people_are_told_with_how_they_talk(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, words=90)
    recording.participants.create(name="Noor <b>")
    text = " ".join(shown(alice, recording).split())
    assert re.search(r"Maya Lindqvist</bdi></th> <td> \d+ % .* play it", text)
    assert 'Noor <b></bdi></th> <td class="quiet" colspan="4">did not speak' in text
    assert text.count('class="lanes__lane"') == len({"Maya", "Jonas", "Inés", "Sam", "Priya"})
