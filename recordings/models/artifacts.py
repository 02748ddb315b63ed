"""The files of a recording: each with a state, a claim and tries of its own."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from recordings.models.recordings import Recording

CLAIM_LASTS = timedelta(minutes=2)
LATE_AFTER = timedelta(minutes=30)
MOST_TRIES = 20


class ArtifactKind(models.TextChoices):
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    TRANSCRIPT = "transcript", "Transcript"
    RAW_TRANSCRIPT = "raw_transcript", "Raw transcript"
    DIARIZATION = "diarization", "Speaker times"
    CHAT = "chat", "Chat"
    SCREENSHOTS = "screenshots", "Screenshots"


OF_TRANSCRIPTION = (ArtifactKind.TRANSCRIPT, ArtifactKind.RAW_TRANSCRIPT, ArtifactKind.DIARIZATION)


class ArtifactState(models.TextChoices):
    PENDING = "pending", "Waiting"
    FETCHING = "fetching", "Downloading"
    READY = "ready", "Ready"
    ABSENT = "absent", "Not made"
    FAILED = "failed", "Failed"


UNSETTLED = (ArtifactState.PENDING, ArtifactState.FETCHING, ArtifactState.FAILED)


class ArtifactQuerySet(models.QuerySet["Artifact"]):
    def playable(self) -> ArtifactQuerySet:
        """What a browser may be handed: picture and sound that are here."""
        return self.filter(
            kind__in=(ArtifactKind.VIDEO, ArtifactKind.AUDIO), state=ArtifactState.READY
        )

    def failed(self) -> ArtifactQuerySet:
        return self.filter(state=ArtifactState.FAILED)

    def claim(self, artifact_id: int, now: datetime) -> Artifact | None:
        """Take one that is due into our hands, with all that fetching it needs; None: not ours."""
        claim = secrets.token_hex(8)
        taken = self.filter(pk=artifact_id).due(now).update(
            state=ArtifactState.FETCHING, claim=claim, claimed_at=now, attempts=F("attempts") + 1
        )  # fmt: skip
        return self.held(artifact_id, claim) if taken else None

    def held(self, artifact_id: int, claim: str) -> Artifact | None:
        """One that is in our hands by this claim, with all that fetching it needs."""
        mine = self.select_related("recording__workspace", "recording__bot__account")
        return mine.filter(pk=artifact_id, claim=claim).first()

    def due(self, now: datetime) -> ArtifactQuerySet:
        """Waiting and due, or left behind; but not what every worker so far has died of."""
        waiting = Q(state__in=(ArtifactState.PENDING, ArtifactState.FAILED), next_try_at__lte=now)
        return self.filter(waiting) | self.left_behind(now).filter(attempts__lt=MOST_TRIES)

    def in_hand(self, now: datetime) -> ArtifactQuerySet:
        """Being fetched by a worker that has been heard of."""
        return self.filter(state=ArtifactState.FETCHING, claimed_at__gte=now - CLAIM_LASTS)

    def left_behind(self, now: datetime) -> ArtifactQuerySet:
        """In the hands of a worker that has not been heard of for a while."""
        return self.filter(state=ArtifactState.FETCHING, claimed_at__lt=now - CLAIM_LASTS)

    def late(self, now: datetime) -> ArtifactQuerySet:
        """Long on their way, and nobody has been told yet."""
        return self.filter(
            state__in=(ArtifactState.PENDING, ArtifactState.FETCHING),
            created_at__lt=now - LATE_AFTER,
            late_at=None,
        )


class Artifact(models.Model):
    """One file of a recording. Visible only when whole; each is retried on its own.

        pending ──► fetching ──► ready
           ▲           │  └────► absent    the provider never made it
           └───────────┴───────► failed    several tries were in vain; tried again, rarely

    A worker claims it with a conditional UPDATE and holds it by `claim`; whoever comes back without
    the current claim changes nothing. `claimed_at` moves while the download moves.
    """

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="artifacts")
    kind = models.CharField(max_length=16, choices=ArtifactKind)
    state = models.CharField(max_length=16, choices=ArtifactState, default=ArtifactState.PENDING)
    file = models.FileField(blank=True, max_length=300)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField(null=True, blank=True, help_text="bytes")
    width = models.PositiveIntegerField(null=True, blank=True, help_text="pixels, of a video")
    height = models.PositiveIntegerField(null=True, blank=True, help_text="pixels, of a video")
    error = models.TextField(blank=True, help_text="the last failure, in words")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(
        default=timezone.now, null=True, blank=True, help_text="empty: not by itself any more"
    )
    claim = models.CharField(max_length=32, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    late_at = models.DateTimeField(null=True, blank=True, help_text="when it was found to be late")

    objects = ArtifactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recording", "kind"], name="one_artifact_per_kind"),
            models.CheckConstraint(
                condition=Q(state__in=ArtifactState.values), name="artifact_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ArtifactState.READY) | ~Q(file=""), name="ready_means_stored"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=UNSETTLED),
                name="artifacts_to_fetch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.recording_id}"

    @property
    def is_ready(self) -> bool:
        return self.state == ArtifactState.READY

    def renew_claim(self) -> bool:
        """Say that we are still at it; False when somebody else is by now."""
        return bool(self._claimed().update(claimed_at=timezone.now()))

    def settle(self, state: ArtifactState, **facts: Any) -> bool:
        """Let go of it in its new state; False, and nothing changed, when it is not ours now."""
        facts = {"error": "", "next_try_at": None, **facts}
        return bool(self._claimed().update(state=state, claim="", claimed_at=None, **facts))

    def ask_again(self) -> bool:
        """A person wants it tried again, from the beginning of our patience."""
        idle = Artifact.objects.filter(pk=self.pk).exclude(
            state__in=(ArtifactState.FETCHING, ArtifactState.READY)
        )
        again = {"state": ArtifactState.PENDING, "attempts": 0, "next_try_at": timezone.now()}
        return bool(idle.update(**again))

    def _claimed(self) -> ArtifactQuerySet:
        return Artifact.objects.filter(pk=self.pk, claim=self.claim).exclude(claim="")
