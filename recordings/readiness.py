"""What of a recording can be used now, in the words the library and the page show.

    media         video ready / sound only / being fetched / failed / none
    transcript    ready / on its way / failed / nobody spoke / none

Each artifact has its own state, so a transcript may be readable while the video still downloads.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices

from recordings.models import Artifact, ArtifactKind, ArtifactState, Recording
from upstream.states import TranscriptState


class Stage(TextChoices):
    READY = "ready", "Ready"
    WORKING = "processing", "On its way"
    FAILED = "failed", "Failed"
    NONE = "absent", "None"


STAGES = {
    ArtifactState.PENDING: Stage.WORKING,
    ArtifactState.FETCHING: Stage.WORKING,
    ArtifactState.READY: Stage.READY,
    ArtifactState.ABSENT: Stage.NONE,
    ArtifactState.FAILED: Stage.FAILED,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One half of a recording: how far it is, the word for it, and why when it failed."""

    stage: Stage
    label: str
    reason: str = ""

    @property
    def is_ready(self) -> bool:
        return self.stage == Stage.READY

    @property
    def is_working(self) -> bool:
        return self.stage == Stage.WORKING

    @property
    def is_failed(self) -> bool:
        return self.stage == Stage.FAILED


@dataclass(frozen=True, slots=True)
class Readiness:
    media: Part
    media_kind: str
    transcript: Part
    has_speech: bool
    has_both: bool  # picture, and sound as a file of its own
    has_screenshots: bool
    can_try_again: bool  # a file did not come; another may simply not exist
    is_late: bool  # something that is waited for

    @property
    def is_working(self) -> bool:
        return self.media.is_working or self.transcript.is_working

    @property
    def summary(self) -> str:
        """Changes exactly when the page has to show something else."""
        return f"{self.media_kind}-{self.media.stage} transcript-{self.transcript.stage}"


def readiness(recording: Recording, artifacts: Iterable[Artifact]) -> Readiness:
    """Judge by the artifacts given (prefetched by the caller) and by what the bot was told."""
    by_kind = {artifact.kind: artifact for artifact in artifacts}

    def is_here(kind: ArtifactKind) -> bool:
        return kind in by_kind and by_kind[kind].is_ready

    media = _media(by_kind)
    has_speech = _has_speech(recording)
    return Readiness(
        media=_media_part(media),
        media_kind=media.kind if media else "",
        transcript=_transcript_part(recording, by_kind.get(ArtifactKind.TRANSCRIPT), has_speech),
        has_speech=has_speech,
        has_both=is_here(ArtifactKind.VIDEO) and is_here(ArtifactKind.AUDIO),
        has_screenshots=is_here(ArtifactKind.SCREENSHOTS),
        can_try_again=any(one.state == ArtifactState.FAILED for one in by_kind.values()),
        is_late=any(map(_is_late, (media, by_kind.get(ArtifactKind.TRANSCRIPT)))),
    )


def _media(by_kind: dict[str, Artifact]) -> Artifact | None:
    """The artifact a player plays: the video if there is hope for one, else the sound."""
    video, audio = by_kind.get(ArtifactKind.VIDEO), by_kind.get(ArtifactKind.AUDIO)
    if video is None or video.state == ArtifactState.ABSENT:
        return audio or video
    if video.state == ArtifactState.FAILED and audio and audio.state == ArtifactState.READY:
        return audio
    return video


def _is_late(artifact: Artifact | None) -> bool:
    return bool(
        artifact and artifact.late_at and STAGES[ArtifactState(artifact.state)] == Stage.WORKING
    )


def _media_part(artifact: Artifact | None) -> Part:
    if artifact is None:
        return Part(Stage.NONE, "No video")
    stage = STAGES[ArtifactState(artifact.state)]
    noun = "Audio" if artifact.kind == ArtifactKind.AUDIO else "Video"
    labels = {
        Stage.READY: noun,
        Stage.WORKING: f"{noun} on its way",
        Stage.FAILED: f"{noun} failed",
        Stage.NONE: "No video",
    }
    return Part(stage, labels[stage], artifact.error if stage == Stage.FAILED else "")


def _transcript_part(recording: Recording, artifact: Artifact | None, has_speech: bool) -> Part:
    stage = STAGES[ArtifactState(artifact.state)] if artifact else Stage.NONE
    reason = artifact.error if artifact else ""
    if stage == Stage.NONE and recording.bot.transcript_state == TranscriptState.FAILED:
        stage, reason = Stage.FAILED, "The transcription service could not make one."
    if stage == Stage.READY and not has_speech:
        return Part(stage, "No speech found")
    labels = {
        Stage.READY: "Transcript",
        Stage.WORKING: "Transcript on its way",
        Stage.FAILED: "Transcript failed",
        Stage.NONE: "No transcript",
    }
    return Part(stage, labels[stage], reason if stage == Stage.FAILED else "")


def _has_speech(recording: Recording) -> bool:
    transcript = getattr(recording, "transcript", None)  # a missing one-to-one is an AttributeError
    return bool(transcript and transcript.word_count)
