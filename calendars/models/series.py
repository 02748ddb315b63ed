"""The instances of one recurring meeting; a single meeting is a series of one."""

from __future__ import annotations

from django.db import models

from accounts.models import WorkspaceOwned
from calendars.models.connections import Calendar


class Series(WorkspaceOwned):
    """The provider's grouping of instances. Its id changes when a series is split."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="series")
    upstream_id = models.CharField(max_length=64)
    is_recurring = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["calendar", "upstream_id"], name="one_row_per_series"),
        ]
