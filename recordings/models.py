"""What a bot brought home.

Recording ──< Artifact       one file each (video, audio, transcript …) with its own state
          ──< Participant    who was in the room, who spoke
          ──1 Transcript ──< Utterance   one turn each, word times packed (timings.py)
                         ──< Passage     the same turn as search finds it (indexing.py)
          ──< Chapter
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Workspace, WorkspaceOwned
from accounts.public_id import PublicIdField
from bots.models import Bot
from upstream.states import Platform

CLAIM_LASTS = timedelta(minutes=2)
LATE_AFTER = timedelta(minutes=30)
MOST_TRIES = 20


class RecordingQuerySet(models.QuerySet["Recording"]):
    def for_list(self) -> RecordingQuerySet:
        """Newest first, with all a library row shows (never the text itself)."""
        return self.for_page().order_by("-started_at", "-id")

    def for_page(self) -> RecordingQuerySet:
        """One or many, with what tells how far each is."""
        return (
            self.select_related("bot", "transcript")
            .defer("transcript__fragment")
            .prefetch_related("artifacts", "participants")
        )

    def titled(self, words: str) -> RecordingQuerySet:
        return self.filter(title__icontains=words) if words else self

    def on_platform(self, platform: str) -> RecordingQuerySet:
        return self.filter(platform=platform) if platform else self

    def between(self, since: datetime | None, until: datetime | None) -> RecordingQuerySet:
        found = self.filter(started_at__gte=since) if since else self
        return found.filter(started_at__lt=until) if until else found

    def with_person(self, query: SearchQuery) -> RecordingQuerySet:
        """Those in which somebody with such a name was."""
        return self.filter(pk__in=Participant.objects.called(query).values("recording"))

    def called_or_with(self, query: SearchQuery) -> RecordingQuerySet:
        """Those with such a title, or in which somebody with such a name was."""
        titled = self.alias(words=SearchVector("title", config="simple")).filter(words=query)
        return self.filter(
            Q(pk__in=titled.values("pk")) | Q(pk__in=self.with_person(query).values("pk"))
        )

    def in_series_of(self, recording: Recording) -> RecordingQuerySet:
        """Those of meetings behind the same link: all that a bot knows of a series."""
        link = recording.bot.meeting_key.rpartition(" ")[0]
        return self.filter(bot__meeting_key__startswith=f"{link} ")

    def older_than(self, row: Recording) -> RecordingQuerySet:
        """The rows below `row` in a newest-first list."""
        return self.filter(
            Q(started_at__lt=row.started_at) | Q(started_at=row.started_at, pk__lt=row.pk)
        ).filter(started_at__lte=row.started_at)  # the plain bound is what the index can use

    def down_to(self, row: Recording) -> RecordingQuerySet:
        """The rows above `row` in a newest-first list, and `row` itself."""
        return self.filter(
            Q(started_at__gt=row.started_at) | Q(started_at=row.started_at, pk__gte=row.pk)
        ).filter(started_at__gte=row.started_at)


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
            models.Index(
                fields=["workspace", "-started_at", "-id"], name="recordings_newest_first"
            ),
            GinIndex(SearchVector("title", config="simple"), name="recordings_by_title_words"),
        ]

    def __str__(self) -> str:
        return self.public_id  # the support console prints it, and a title is content


class ArtifactKind(models.TextChoices):
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    TRANSCRIPT = "transcript", "Transcript"
    RAW_TRANSCRIPT = "raw_transcript", "Raw transcript"
    DIARIZATION = "diarization", "Speaker times"
    CHAT = "chat", "Chat"


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

    def claim(self, artifact_id: int, now: datetime) -> Artifact | None:
        """Take one that is due into our hands, with all that fetching it needs; None: not ours."""
        claim = secrets.token_hex(8)
        taken = self.filter(pk=artifact_id).due(now).update(
            state=ArtifactState.FETCHING, claim=claim, claimed_at=now, attempts=F("attempts") + 1
        )  # fmt: skip
        if not taken:
            return None
        return self.select_related("recording__workspace", "recording__bot__account").get(
            pk=artifact_id
        )

    def due(self, now: datetime) -> ArtifactQuerySet:
        """Waiting and due, or left behind; but not what every worker so far has died of."""
        waiting = Q(state__in=(ArtifactState.PENDING, ArtifactState.FAILED), next_try_at__lte=now)
        return self.filter(waiting) | self.left_behind(now).filter(attempts__lt=MOST_TRIES)

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


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def called(self, query: SearchQuery) -> ParticipantQuerySet:
        return self.alias(words=SearchVector("name", config="simple")).filter(words=query)


class Participant(models.Model):
    """Somebody in the room, under the name the meeting showed."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="participants")
    name = models.CharField(max_length=200)
    has_spoken = models.BooleanField(default=False)
    talk_seconds = models.FloatField(default=0)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["recording", "name"], name="one_participant_per_name"),
        ]
        indexes = [
            GinIndex(SearchVector("name", config="simple"), name="participants_by_name_words"),
        ]

    def __str__(self) -> str:
        return self.name


class Transcript(models.Model):
    """The text of a recording. `fragment` is its HTML, built once and stored compressed."""

    recording = models.OneToOneField(Recording, models.CASCADE, related_name="transcript")
    language = models.CharField(max_length=16, blank=True)
    provider = models.CharField(max_length=40, blank=True)
    word_count = models.PositiveIntegerField(default=0)
    fragment = models.BinaryField(default=bytes, help_text="gzip of the utterances' HTML")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Transcript of {self.recording_id}"


class Utterance(models.Model):
    """One turn. `words` packs when each word is said and where it stands in `text` (timings.py)."""

    transcript = models.ForeignKey(Transcript, models.CASCADE, related_name="utterances")
    index = models.PositiveIntegerField()
    speaker = models.CharField(max_length=200, blank=True)
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()
    text = models.TextField()
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["transcript", "index"], name="one_utterance_per_place"),
        ]

    def __str__(self) -> str:
        return f"Turn {self.index}"


class Passage(models.Model):
    """One turn as search finds it; written with its transcript, and by nobody else (indexing.py).

    The newest of a workspace are read by `passages_newest_first`, the rare ones by their words.
    """

    pk = models.CompositePrimaryKey("transcript_id", "index")
    transcript = models.ForeignKey(
        Transcript, models.CASCADE, related_name="passages", db_index=False
    )
    index = models.PositiveIntegerField(help_text="of its utterance")
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, related_name="passages", db_index=False, db_constraint=False
    )  # the transcript's constraint holds it; a second one would double the price of each row
    said_at = models.DateTimeField()
    search = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-said_at"], name="passages_newest_first"),
            GinIndex(fields=["search"], name="passages_by_words"),
        ]


class SpokenLanguage(models.Model):
    """A language whose word stems somebody of the workspace may ask for."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="spoken_languages")
    stemmer = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "stemmer"], name="one_row_per_spoken_language"
            ),
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

    def __str__(self) -> str:
        return self.headline
