"""A change of the rules on its way to the meetings it concerns: how far it has come."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.models import WorkspaceOwned

LOST_AFTER = timedelta(minutes=1)


class RevisionQuerySet(models.QuerySet["Revision"]):
    def unfinished(self) -> RevisionQuerySet:
        return self.filter(finished_at=None)

    def lost(self) -> RevisionQuerySet:
        """Asked for, and nobody has been at it for a while."""
        return self.unfinished().filter(updated_at__lt=timezone.now() - LOST_AFTER)


class Revision(WorkspaceOwned):
    """One row per workspace: the last time its meetings had to be decided again."""

    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    decided = models.PositiveIntegerField(default=0, help_text="meetings so far")
    meetings = models.PositiveIntegerField(default=0, help_text="meetings in all; 0: not begun")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace"], name="one_revision_per_workspace"),
        ]
