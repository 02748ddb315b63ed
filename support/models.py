"""What support needs to know, and what people let it see.

TaskRun    one run of a task about one row; nothing of what it carried but that row's key
Grant      a person lets support look at what they themselves see, for some hours
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, WorkspaceOwned
from accounts.public_id import PublicIdField

KEPT_FOR = timedelta(days=30)


class TaskRunQuerySet(models.QuerySet["TaskRun"]):
    def old(self, now: datetime) -> TaskRunQuerySet:
        return self.filter(started_at__lt=now - KEPT_FOR)


class TaskEnd(models.TextChoices):
    DONE = "done", "Done"
    RETRIED = "retried", "To be tried again"
    FAILED = "failed", "Failed"


class TaskRun(models.Model):
    """`subject` names the row it was about, as the task's keyword does: bot_id=17."""

    task_id = models.CharField(max_length=64)
    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    end = models.CharField(max_length=8, choices=TaskEnd)
    error = models.CharField(max_length=120, blank=True, help_text="its kind, never its words")

    objects = TaskRunQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-started_at"], name="task_runs_by_subject"),
            models.Index(fields=["started_at"], name="task_runs_by_age"),
            models.Index(
                fields=["-started_at"], condition=Q(end=TaskEnd.FAILED), name="task_runs_failed"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end__in=TaskEnd.values), name="task_run_end_known")
        ]

    def __str__(self) -> str:
        return self.name


class GrantQuerySet(models.QuerySet["Grant"]):
    def open(self, now: datetime | None = None) -> GrantQuerySet:
        """Those that let somebody look right now."""
        return self.filter(revoked_at=None, until__gt=now or timezone.now())

    def run_out(self, now: datetime) -> GrantQuerySet:
        """Those that ended by themselves, which the history does not say yet."""
        return self.filter(revoked_at=None, until__lte=now, end_noted_at=None)

    def for_list(self) -> GrantQuerySet:
        return self.select_related("user", "workspace").order_by("-created_at", "-id")


class Grant(WorkspaceOwned):
    """Support may look, until then, at what `user` sees of this workspace. Changing: never."""

    public_id = PublicIdField(prefix="gra")
    user = models.ForeignKey(User, models.CASCADE, related_name="support_grants")
    reason = models.CharField(max_length=300)
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    end_noted_at = models.DateTimeField(
        null=True, blank=True, help_text="when the history was told that its time was over"
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["until"], name="grants_by_end")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.until > timezone.now()
