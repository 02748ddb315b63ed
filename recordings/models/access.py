"""Who is in on a restricted recording, and who asks to be.

Insider        somebody of the workspace who may see it; a keeper also says who else
AccessRequest  a team-mate's question, and what was answered
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.public_id import PublicIdField
from recordings.models.recordings import Recording


class InsiderQuerySet(models.QuerySet["Insider"]):
    def keepers(self) -> InsiderQuerySet:
        """Those who say who sees it, as long as they belong to the workspace."""
        return self.filter(
            is_keeper=True,
            user__is_active=True,
            user__memberships__workspace=models.F("recording__workspace"),
        )


class Insider(models.Model):
    """One person who may see one restricted recording."""

    recording = models.ForeignKey(Recording, models.CASCADE, related_name="insiders")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    is_keeper = models.BooleanField(default=False)
    let_in_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    let_in_at = models.DateTimeField(default=timezone.now)

    objects = InsiderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "user"], name="one_insider_per_recording_and_person"
            ),
        ]

    def __str__(self) -> str:
        return f"Insider {self.pk}"

    @property
    def is_here(self) -> bool:
        """Whether the person still belongs to the workspace."""
        workspaces = {one.workspace_id for one in self.user.memberships.all()}
        return self.user.is_active and self.recording.workspace_id in workspaces


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def waiting(self) -> AccessRequestQuerySet:
        waiting = self.filter(answered_at=None).select_related("user", "recording__workspace")
        return waiting.order_by("asked_at", "pk")


class AccessRequest(models.Model):
    """Somebody of the workspace asks to see a restricted recording; once per recording."""

    public_id = PublicIdField(prefix="acr")
    recording = models.ForeignKey(Recording, models.CASCADE, related_name="access_requests")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    is_granted = models.BooleanField(default=False)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recording", "user"], name="one_question_per_recording_and_person"
            ),
            models.CheckConstraint(
                condition=Q(is_granted=False) | Q(answered_at__isnull=False),
                name="what_is_granted_was_answered",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
