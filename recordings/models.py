"""What a bot brought home.

    Recording ──< Artifact       one file each (video, audio, transcript …) with its own state
              ──< Participant    who was in the room, who spoke
              ──1 Transcript ──< Utterance   one turn each, word times packed
              ──< Chapter
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import WorkspaceOwned
from accounts.public_id import PublicIdField
from bots.models import Bot
from upstream.states import Platform


class RecordingQuerySet(models.QuerySet["Recording"]):
    def for_list(self) -> RecordingQuerySet:
        """Newest first, with all a library row shows."""
        return self.select_related("bot").order_by("-started_at", "-id")


class Recording(WorkspaceOwned):
    """One recording of one bot (some providers make several per bot, hence no one-to-one)."""

    public_id = PublicIdField(prefix="rec")
    bot = models.ForeignKey(Bot, models.CASCADE, related_name="recordings")
    title = models.CharField(max_length=500, blank=True)
    platform = models.CharField(max_length=8, choices=Platform, blank=True)
    started_at = models.DateTimeField()
    duration_seconds = models.FloatField(null=True, blank=True)
    summary = models.TextField(blank=True)
    poster = models.FileField(upload_to="posters/", blank=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bot", "started_at"], name="one_recording_per_start"),
        ]
        indexes = [
            models.Index(fields=["workspace", "-started_at", "-id"], name="recordings_newest_first"),
        ]

    def __str__(self) -> str:
        return self.title or self.public_id


class ArtifactKind(models.TextChoices):
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    TRANSCRIPT = "transcript", "Transcript"
    RAW_TRANSCRIPT = "raw_transcript", "Raw transcript"
    DIARIZATION = "diarization", "Speaker times"
    CHAT = "chat", "Chat"


class ArtifactState(models.TextChoices):
    PENDING = "pending", "Waiting"
    FETCHING = "fetching", "Downloading"
    READY = "ready", "Ready"
    ABSENT = "absent", "Not made"
    FAILED = "failed", "Failed"


class Artifact(models.Model):
    """One file of a recording. Visible only when whole; each is retried on its own."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="artifacts")
    kind = models.CharField(max_length=16, choices=ArtifactKind)
    state = models.CharField(max_length=16, choices=ArtifactState, default=ArtifactState.PENDING)
    file = models.FileField(blank=True, max_length=300)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField(null=True, blank=True, help_text="bytes")
    error = models.TextField(blank=True, help_text="the last failure, in words")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recording", "kind"], name="one_artifact_per_kind"),
            models.CheckConstraint(
                condition=Q(state__in=ArtifactState.values), name="artifact_state_known"
            ),
        ]


class Participant(models.Model):
    """Somebody in the room, under the name the meeting showed."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="participants")
    name = models.CharField(max_length=200)
    has_spoken = models.BooleanField(default=False)
    talk_seconds = models.FloatField(default=0)


class Transcript(models.Model):
    """The text of a recording. `fragment` is its HTML, built once and stored compressed."""

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="transcript")
    language = models.CharField(max_length=16, blank=True)
    provider = models.CharField(max_length=40, blank=True)
    word_count = models.PositiveIntegerField(default=0)
    fragment = models.BinaryField(default=bytes, help_text="gzip of the utterances' HTML")
    updated_at = models.DateTimeField(auto_now=True)


class Utterance(models.Model):
    """One turn. `words` packs (start_ms, end_ms, first character, last character) per word."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="utterances")
    index = models.PositiveIntegerField()
    speaker = models.CharField(max_length=200, blank=True)
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()
    text = models.TextField()
    words = models.JSONField(default=list)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "index"], name="one_utterance_per_place"),
        ]


class Chapter(models.Model):
    """A named stretch of the recording, from the provider."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="chapters")
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField(null=True, blank=True)
    headline = models.CharField(max_length=300)
    summary = models.TextField(blank=True)

    class Meta:
        ordering = ["start_ms"]
