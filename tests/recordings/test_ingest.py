"""A recording comes home: from a finished bot at the sandbox to rows, files and open pages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Workspace
from bots.models import Bot
from recordings import artifacts, fragments, ingest, pictures, reconciliation
from recordings.models import MOST_TRIES, Artifact, ArtifactKind, ArtifactState, Recording
from tests.recordings.factories import make_account, make_finished_bot, make_recording
from tests.sandbox_process import API_KEY, Sandbox, run_sandbox
from upstream.states import BotState, Platform

pytestmark = pytest.mark.django_db
TEXTS = ("transcript", "raw_transcript")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture(autouse=True)
def calm(sandbox: Sandbox) -> None:
    sandbox.post("faults", clear=True)


def finished(sandbox: Sandbox, workspace: Workspace, **wishes: Any) -> Bot:
    """A bot of ours that is done at the provider, with a film of 20 seconds."""
    told = sandbox.post("finished_bots", duration_seconds=20, silent=True, **wishes)
    return make_finished_bot(
        workspace,
        account=make_account(sandbox.url, API_KEY),
        upstream_id=told["bot_id"],
        duration_seconds=20.0,
    )


def bring_all(recording: Recording) -> dict[str, Artifact]:
    for artifact in recording.artifacts.all():
        artifacts.bring(artifact.pk)
    return {artifact.kind: artifact for artifact in recording.artifacts.all()}


def due_again(artifact: Artifact) -> None:
    Artifact.objects.filter(pk=artifact.pk).update(next_try_at=timezone.now())


def files_of(recording: Recording) -> list[str]:
    return sorted(default_storage.listdir(f"recordings/{recording.public_id}")[1])


def test_everything_comes_home(sandbox: Sandbox, workspace: Workspace) -> None:
    bot = finished(sandbox, workspace, title="Design review", cast=["Ada Moss", "Bo Ek"])
    recording = ingest.begin(bot)
    brought = bring_all(recording)
    recording.refresh_from_db()

    states = {kind: artifact.state for kind, artifact in brought.items()}
    assert states == {**dict.fromkeys(ArtifactKind.values, "ready"), "chat": states["chat"]}
    assert states["chat"] in ("ready", "absent")
    video = brought["video"]
    assert (video.content_type, video.width, video.height) == ("video/mp4", 640, 360)
    assert default_storage.size(str(video.file.name)) == video.size
    assert recording.duration_seconds == pytest.approx(20, abs=0.5)
    with recording.poster.open() as poster:
        assert poster.read(3) == b"\xff\xd8\xff"

    assert pictures.numbers(brought["screenshots"]) == [1]
    assert (pictures.one(brought["screenshots"], 1) or b"").startswith(b"\x89PNG")
    assert pictures.one(brought["screenshots"], 2) is None

    transcript = recording.transcript
    turns = list(transcript.utterances.all())
    assert (transcript.language, transcript.provider) == ("en", "gladia")
    assert transcript.word_count == sum(len(turn.text.split()) for turn in turns) > 10
    assert f">{turns[0].text}<" in fragments.html(bytes(transcript.fragment))
    assert {person.name for person in recording.participants.all()} == {"Ada Moss", "Bo Ek"}
    spoken = sum(person.talk_seconds for person in recording.participants.all())
    assert 5 < spoken <= 20
    assert recording.summary
    assert recording.chapters.first() is not None
    ready = [kind for kind, state in states.items() if state == "ready"]
    assert len(files_of(recording)) == len(ready) + 1  # and the poster


def test_beginning_twice_is_beginning_once(workspace: Workspace) -> None:
    bot = make_finished_bot(workspace)
    assert ingest.begin(bot) == ingest.begin(bot)
    assert Artifact.objects.count() == len(ArtifactKind)


def test_recording_starts_when_the_bot_began_to_record(workspace: Workspace) -> None:
    bot = make_finished_bot(workspace, platform=Platform.ZOOM)
    begun_at = bot.starts_at + timedelta(minutes=3)
    for code, at in (("in_call_recording", begun_at), ("recording_resumed", timezone.now())):
        bot.changes.create(code=code, state=BotState.RECORDING, happened_at=at)
    recording = ingest.begin(bot)
    assert (recording.started_at, recording.platform) == (begun_at, "zoom")


def test_each_file_is_queued_when_the_transaction_is_over(
    workspace: Workspace, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as queued:
        ingest.begin(make_finished_bot(workspace))
    assert len(queued) == len(ArtifactKind)


def test_sound_only_has_no_video(sandbox: Sandbox, workspace: Workspace) -> None:
    bot = finished(sandbox, workspace, recording_mode="audio_only", transcription=False)
    brought = bring_all(ingest.begin(bot))
    assert brought["video"].state == ArtifactState.ABSENT
    assert brought["audio"].content_type == "audio/flac"
    assert {brought[kind].state for kind in TEXTS} == {ArtifactState.ABSENT}


def test_a_download_that_is_cut_off_is_resumed(sandbox: Sandbox, workspace: Workspace) -> None:
    recording = ingest.begin(finished(sandbox, workspace))
    video = recording.artifacts.get(kind=ArtifactKind.VIDEO)
    sandbox.post("faults", path="/media/", cut_after=50_000)
    next_try_at = artifacts.bring(video.pk)
    video.refresh_from_db()
    assert (video.state, video.attempts) == (ArtifactState.PENDING, 1)
    assert "broke off" in video.error
    assert next_try_at == video.next_try_at
    assert not default_storage.exists(f"recordings/{recording.public_id}")
    due_again(video)
    assert artifacts.bring(video.pk) is None
    video.refresh_from_db()
    assert (video.state, video.attempts, video.error) == (ArtifactState.READY, 2, "")
    assert default_storage.size(str(video.file.name)) == video.size


def test_an_expired_address_is_replaced_by_a_fresh_one(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    audio = ingest.begin(finished(sandbox, workspace)).artifacts.get(kind=ArtifactKind.AUDIO)
    sandbox.post("faults", path="/media/", status=403)
    artifacts.bring(audio.pk)
    audio.refresh_from_db()
    assert (audio.state, audio.error) == (
        ArtifactState.PENDING,
        "The file's address is no longer good (HTTP 403).",
    )
    due_again(audio)
    artifacts.bring(audio.pk)
    audio.refresh_from_db()
    assert audio.state == ArtifactState.READY


def test_a_file_that_fails_again_and_again_is_failed_but_tried_later(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    audio = ingest.begin(finished(sandbox, workspace)).artifacts.get(kind=ArtifactKind.AUDIO)
    sandbox.post("faults", path="/media/", status=503, times=20)
    for _ in range(artifacts.TRIES_BEFORE_FAILED):
        due_again(audio)
        artifacts.bring(audio.pk)
    audio.refresh_from_db()
    assert audio.state == ArtifactState.FAILED
    assert audio.next_try_at is not None
    Artifact.objects.filter(pk=audio.pk).update(attempts=MOST_TRIES - 1)
    due_again(audio)
    artifacts.bring(audio.pk)
    given_up = Artifact.objects.get(pk=audio.pk)
    assert (given_up.state, given_up.next_try_at) == (ArtifactState.FAILED, None)
    sandbox.post("faults", clear=True)
    assert ingest.try_again(audio)
    artifacts.bring(audio.pk)
    audio.refresh_from_db()
    assert audio.state == ArtifactState.READY
    assert not ingest.try_again(audio)


def test_a_transcript_that_could_not_be_made_says_so(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    bot = finished(sandbox, workspace, error_code="TRANSCRIPTION_FAILED")
    brought = bring_all(ingest.begin(bot))
    assert brought["video"].state == ArtifactState.READY
    assert brought["transcript"].state == ArtifactState.FAILED
    assert "could not make one" in brought["transcript"].error


def test_what_the_provider_still_works_on_is_waited_for(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    body = {"bot_name": "Earshot", "meeting_url": "https://meet.google.com/abc-defg-hij"}
    sent = httpx.post(f"{sandbox.url}/v2/bots", json=body, headers=sandbox.headers).json()
    account = make_account(sandbox.url, API_KEY)
    bot = make_finished_bot(workspace, account=account, upstream_id=sent["data"]["bot_id"])
    video = ingest.begin(bot).artifacts.get(kind=ArtifactKind.VIDEO)
    assert artifacts.bring(video.pk) is not None
    video.refresh_from_db()
    assert (video.state, video.error) == (
        ArtifactState.PENDING,
        "The provider is still working on it.",
    )
    long_ago = timezone.now() - timedelta(days=2)
    Artifact.objects.filter(pk=video.pk).update(next_try_at=long_ago, created_at=long_ago)
    assert artifacts.bring(video.pk) is None
    given_up = Artifact.objects.get(pk=video.pk)
    assert (given_up.state, given_up.next_try_at) == (ArtifactState.FAILED, None)


def test_a_bot_the_provider_does_not_know_is_hopeless(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    bot = make_finished_bot(
        workspace,
        account=make_account(sandbox.url, API_KEY),
        upstream_id="00000000-0000-4000-8000-000000000000",
    )
    video = ingest.begin(bot).artifacts.get(kind=ArtifactKind.VIDEO)
    artifacts.bring(video.pk)
    video.refresh_from_db()
    assert (video.state, video.next_try_at) == (ArtifactState.FAILED, None)


def test_an_artifact_in_other_hands_is_left_alone(sandbox: Sandbox, workspace: Workspace) -> None:
    recording = ingest.begin(finished(sandbox, workspace))
    audio = recording.artifacts.get(kind=ArtifactKind.AUDIO)
    held = Artifact.objects.claim(audio.pk, timezone.now())
    assert held is not None
    assert artifacts.bring(audio.pk) is None
    assert held.renew_claim()

    Artifact.objects.filter(pk=audio.pk).update(claimed_at=timezone.now() - timedelta(minutes=3))
    assert list(reconciliation.due_artifacts(timezone.now()))[-1:] != []
    artifacts.bring(audio.pk)
    assert not held.renew_claim()
    assert not held.settle(ArtifactState.FAILED, error="I was first")
    audio.refresh_from_db()
    assert audio.state == ArtifactState.READY
    assert len([name for name in files_of(recording) if name.startswith("audio")]) == 1


def test_a_new_transcript_replaces_the_old_one_at_once(
    sandbox: Sandbox, workspace: Workspace
) -> None:
    recording = make_recording(workspace, words=500, bot=finished(sandbox, workspace))
    artifact = recording.artifacts.get(kind=ArtifactKind.TRANSCRIPT)
    old = recording.transcript
    Artifact.objects.filter(pk=artifact.pk).update(
        state=ArtifactState.PENDING, next_try_at=timezone.now()
    )
    artifacts.bring(artifact.pk)
    new = Recording.objects.get(pk=recording.pk).transcript
    assert new.pk == old.pk
    assert new.word_count != old.word_count
    indexes = list(new.utterances.values_list("index", flat=True))
    assert indexes == list(range(len(indexes)))
    artifact.refresh_from_db()
    assert [n for n in files_of(recording) if n.startswith("transcript")] == [
        str(artifact.file.name).rpartition("/")[2]
    ]


# Reconciliation


def test_a_bot_that_came_back_unnoticed_gets_its_recording(workspace: Workspace) -> None:
    noticed = make_recording(workspace).bot
    forgotten = make_finished_bot(workspace)
    make_finished_bot(workspace, has_media=False, state=BotState.FAILED)
    assert reconciliation.begin_missing() == 1
    assert forgotten.recordings.count() == noticed.recordings.count() == 1
    assert reconciliation.begin_missing() == 0


def test_what_is_due_is_found_and_nothing_else(workspace: Workspace) -> None:
    recording = make_recording(workspace)
    now = timezone.now()
    soon, ago, long_ago = (now + timedelta(minutes=n) for n in (5, -1, -3))
    facts: dict[str, dict[str, Any]] = {
        "video": {"state": "pending", "next_try_at": ago},
        "audio": {"state": "fetching", "claimed_at": long_ago, "claim": "x"},
        "transcript": {"state": "failed", "next_try_at": ago},
        "raw_transcript": {"state": "pending", "next_try_at": soon},
        "diarization": {"state": "failed", "next_try_at": None},
        "chat": {"state": "fetching", "claimed_at": ago, "claim": "y"},
    }
    for kind, fields in facts.items():
        recording.artifacts.filter(kind=kind).update(**fields)
    due = Artifact.objects.filter(pk__in=reconciliation.due_artifacts(now))
    assert {artifact.kind for artifact in due} == {"video", "audio", "transcript"}


def test_what_no_worker_survives_is_given_up(workspace: Workspace) -> None:
    video = make_recording(workspace).artifacts.get(kind=ArtifactKind.VIDEO)
    long_ago = timezone.now() - timedelta(minutes=3)
    Artifact.objects.filter(pk=video.pk).update(
        state=ArtifactState.FETCHING, claim="x", claimed_at=long_ago, attempts=MOST_TRIES
    )
    assert video.pk not in reconciliation.due_artifacts(timezone.now())
    assert reconciliation.give_up_deadly(timezone.now()) == 1
    video.refresh_from_db()
    assert (video.state, video.next_try_at) == (ArtifactState.FAILED, None)


def test_what_takes_too_long_is_marked_once(workspace: Workspace) -> None:
    recording = ingest.begin(make_finished_bot(workspace))
    assert reconciliation.mark_late(timezone.now()) == 0
    later = timezone.now() + timedelta(minutes=31)
    assert reconciliation.mark_late(later) == len(ArtifactKind)
    assert reconciliation.mark_late(later) == 0
    assert set(recording.artifacts.values_list("late_at", flat=True)) == {later}
