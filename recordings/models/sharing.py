"""Who else may see a recording, who has looked, and who knocks too often.

Share ──< Visit    one visitor each, with when they first and last looked
Knock              how often somebody tried one door lately (knocks.py)

The address of a share holds a token of chance. Its digest finds the row, its ciphertext lets the
owner copy the address again; with neither does a copy of the database open a door.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from accounts.models import User, WorkspaceOwned
from accounts.public_id import PublicIdField
from recordings.models.recordings import Recording


class ShareState(models.TextChoices):
    OPEN = "open", "Open"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    GONE = "gone", "Recording deleted"


class ClipState(models.TextChoices):
    """Of the file that holds just the part; empty where the whole is shared, or its text."""

    PENDING = "pending", "Being cut"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class ShareQuerySet(models.QuerySet["Share"]):
    def for_list(self) -> ShareQuerySet:
        """The newest first, with who made and who revoked them, and who has looked."""
        return (
            self.select_related("made_by", "revoked_by", "recording")
            .prefetch_related(models.Prefetch("visits", Visit.objects.select_related("user")))
            .order_by("-created_at", "-id")
        )


class Share(WorkspaceOwned):
    """One address that shows a recording, or a part of it, to whoever has it."""

    public_id = PublicIdField(prefix="shr")
    recording = models.ForeignKey(Recording, models.CASCADE, related_name="shares")
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    email = models.EmailField(blank=True, help_text="whom it was sent to; empty: anyone")
    token = EncryptedTextField()
    token_digest = models.CharField(max_length=64, unique=True)
    passcode = models.CharField(max_length=256, blank=True, help_text="hashed")

    start_ms = models.PositiveIntegerField(null=True, blank=True)
    end_ms = models.PositiveIntegerField(null=True, blank=True)
    is_text_only = models.BooleanField(default=False)
    can_download = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)

    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    clip = models.FileField(blank=True, max_length=300)
    clip_state = models.CharField(max_length=8, choices=ClipState, blank=True)
    clip_type = models.CharField(max_length=100, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start_ms=None, end_ms=None) | Q(end_ms__gt=models.F("start_ms")),
                name="share_part_has_a_length",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_part(self) -> bool:
        return self.start_ms is not None

    def state(self, now: datetime | None = None) -> ShareState:
        """What the address answers; the recording's own end comes first."""
        if self.recording.binned_at:
            return ShareState.GONE
        if self.revoked_at:
            return ShareState.REVOKED
        is_over = self.expires_at is not None and self.expires_at <= (now or timezone.now())
        return ShareState.EXPIRED if is_over else ShareState.OPEN

    def lock_with(self, passcode: str) -> None:
        self.passcode = make_password(passcode) if passcode else ""


class Visit(models.Model):
    """Somebody who looked: a person of Earshot if they were signed in, else just a browser."""

    share = models.ForeignKey(Share, models.CASCADE, related_name="visits")
    visitor = models.CharField(max_length=32, help_text="drawn by chance for a browser")
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["share", "visitor"], name="one_row_per_visitor"),
        ]

    def __str__(self) -> str:
        return f"Visit {self.pk}"


class Knock(models.Model):
    """One door, one person, a stretch of time: how often they tried."""

    door = models.CharField(max_length=64, unique=True, help_text="a digest; holds no address")
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"
