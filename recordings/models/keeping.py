"""How long recordings are kept, and what became of every copy of one that was deleted.

Retention             of a workspace; no row means for ever
Deletion ──< Copy     one deletion, and each place where something of the recording was
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, Workspace, WorkspaceOwned
from accounts.public_id import PublicIdField
from recordings.models.recordings import Recording


class Retention(models.Model):
    """After how many days the recordings of a workspace are deleted by themselves."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="retention")
    days = models.PositiveIntegerField(null=True, blank=True, help_text="empty: never")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(days=None) | Q(days__gte=1), name="retention_is_at_least_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days} days" if self.days else "for ever"


class Cause(models.TextChoices):
    HAND = "hand", "Somebody deleted it"
    RULE = "rule", "The workspace's rule"


class DeletionQuerySet(models.QuerySet["Deletion"]):
    def unfinished(self) -> DeletionQuerySet:
        return self.filter(finished_at=None)

    def due(self, now: datetime) -> DeletionQuerySet:
        return self.unfinished().filter(next_try_at__lte=now)


class Deletion(WorkspaceOwned):
    """The receipt of one deletion; it goes on until no copy is left."""

    public_id = PublicIdField(prefix="del")
    recording = models.OneToOneField(Recording, models.CASCADE, related_name="deletion")
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    cause = models.CharField(max_length=8, choices=Cause)
    rule = models.CharField(max_length=120, blank=True, help_text="the rule, as it read then")
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DeletionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="deletion_cause_known")
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(finished_at=None), name="deletions_to_finish"
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class Place(models.TextChoices):
    """Everywhere something of a recording can be, in the order in which it goes."""

    MEDIA = "media", "Picture and sound"
    POSTER = "poster", "Still picture"
    TEXT = "text", "Transcript, summary, chapters and people"
    INDEX = "index", "Search index"
    CHAT = "chat", "Chat and live words of the meeting"
    MESSAGES = "messages", "What the recording service told us of it"
    SHARES = "shares", "Links and what was cut for them"
    EXPORTS = "exports", "Exported files"
    PROVIDER_MEDIA = "provider_media", "Picture and sound at the recording service"
    PROVIDER_TEXT = "provider_text", "Transcript at the recording and transcription service"


class CopyState(models.TextChoices):
    PENDING = "pending", "Still there"
    GONE = "gone", "Deleted"
    NONE = "none", "There was none"


class Copy(models.Model):
    """One place, and whether anything is left there."""

    deletion = models.ForeignKey(Deletion, models.CASCADE, related_name="copies")
    place = models.CharField(max_length=16, choices=Place)
    state = models.CharField(max_length=8, choices=CopyState, default=CopyState.PENDING)
    result = models.CharField(max_length=300, blank=True, help_text="in words, for people")
    settled_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["deletion", "place"], name="one_copy_per_place"),
            models.CheckConstraint(
                condition=Q(place__in=Place.values, state__in=CopyState.values),
                name="copy_place_and_state_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_place_display()}: {self.get_state_display()}"

    @property
    def is_settled(self) -> bool:
        return self.state != CopyState.PENDING
