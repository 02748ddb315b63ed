"""Recordings, who was in the room, and what the provider says the meeting was about."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Q

from accounts.models import User, WorkspaceOwned
from accounts.public_id import PublicIdField
from bots.models import Bot
from upstream.states import Platform


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

    def restricted(self) -> RecordingQuerySet:
        """Those that are left to some people (recordings/access.py)."""
        return self.exclude(restricted_at=None)

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

    def beside(self, recording: Recording) -> RecordingQuerySet:
        """All that the same bot recorded, in order."""
        return self.filter(bot=recording.bot_id).order_by("started_at", "pk")

    def in_series_of(self, recording: Recording) -> RecordingQuerySet:
        """Those of meetings behind the same link: all that a bot knows of a series."""
        link = recording.bot.meeting_key.rpartition(" ")[0]
        return self.filter(bot__meeting_key__startswith=f"{link} ")


class Present(models.Manager["Recording"]):
    """Leaves out what was deleted, also where a workspace or a bot is asked for its recordings."""

    def get_queryset(self) -> models.QuerySet[Recording]:
        return super().get_queryset().filter(binned_at=None)


class Recording(WorkspaceOwned):
    """One recording of one bot (some providers make several per bot, hence no one-to-one)."""

    public_id = PublicIdField(prefix="rec")
    bot = models.ForeignKey(Bot, models.CASCADE, related_name="recordings")
    upstream_id = models.CharField(
        max_length=64, blank=True, help_text="the provider's, where a bot may make several"
    )
    title = models.CharField(max_length=500, blank=True)
    calendar_title = models.CharField(
        max_length=500, blank=True, help_text="what it was called before somebody gave it a title"
    )
    titled_at = models.DateTimeField(null=True, blank=True, help_text="somebody gave it a title")
    titled_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    platform = models.CharField(max_length=8, choices=Platform, blank=True)
    started_at = models.DateTimeField()
    duration_seconds = models.FloatField(null=True, blank=True)
    summary = models.TextField(blank=True)
    poster = models.FileField(upload_to="posters/", blank=True)

    is_sample = models.BooleanField(
        default=False, help_text="made up by Earshot, to show what a recording is"
    )
    restricted_at = models.DateTimeField(
        null=True, blank=True, help_text="only its insiders see it (recordings/access.py)"
    )
    restricted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    binned_at = models.DateTimeField(
        null=True, blank=True, help_text="deleted; for two weeks it can be brought back"
    )
    binned_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    kept_at = models.DateTimeField(
        null=True, blank=True, help_text="somebody wants it kept, whatever the workspace's rule"
    )
    kept_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    warned_at = models.DateTimeField(
        null=True, blank=True, help_text="people were told of the day it is deleted"
    )

    objects = Present.from_queryset(RecordingQuerySet)()
    everything = RecordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bot", "started_at"], name="one_recording_per_start"),
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(is_sample=True, binned_at=None),
                name="one_sample_per_workspace",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "-started_at", "-id"], name="recordings_newest_first"
            ),
            GinIndex(SearchVector("title", config="simple"), name="recordings_by_title_words"),
        ]

    def __str__(self) -> str:
        return self.public_id  # the support console prints it, and a title is content


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def called(self, query: SearchQuery) -> ParticipantQuerySet:
        return self.alias(words=SearchVector("name", config="simple")).filter(words=query)


class Participant(models.Model):
    """Somebody in the room, under the name the meeting showed."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="participants")
    name = models.CharField(max_length=200)
    has_spoken = models.BooleanField(default=False)
    talk_seconds = models.FloatField(default=0)
    is_given = models.BooleanField(default=False, help_text="known by a correction alone")

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


class ActionItem(models.Model):
    """An action item: what somebody said would be done, as the provider understood it."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="action_items")
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"Action item {self.pk}"


class Mention(models.Model):
    """A name that was spoken of, as the provider heard it; `category` is the provider's word."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="mentions")
    text = models.CharField(max_length=200)
    category = models.CharField(max_length=60, blank=True)
    start_ms = models.PositiveIntegerField(null=True, blank=True, help_text="the first time")
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["category", "id"]

    def __str__(self) -> str:
        return f"Mention {self.pk}"


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
