"""A time in which a calendar could not be read, and what came of it.

began_at ──► mended_at (we may read it again) ──► settled_at (it was read: the bill is written)
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceOwned
from calendars.models.connections import Calendar
from calendars.models.events import Event


class OutageQuerySet(models.QuerySet["Outage"]):
    def unsettled(self) -> OutageQuerySet:
        return self.filter(settled_at=None)

    def settled(self) -> OutageQuerySet:
        return self.exclude(settled_at=None).order_by("-settled_at")

    def with_counts(self) -> OutageQuerySet:
        """With the three numbers of the bill."""
        numbers = {
            f"{kind}_count": models.Count("meetings", filter=Q(meetings__kind=kind))
            for kind in OutageKind.values
        }
        return self.annotate(**numbers)


class OutageKind(models.TextChoices):
    KEPT = "kept", "Choice kept"
    CHANGED = "changed", "Changed while away"
    MISSED = "missed", "Missed"


class Outage(WorkspaceOwned):
    """One row from the moment a calendar broke; a second break before it is settled adds to it."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="outages")
    began_at = models.DateTimeField()
    mended_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    last_change = models.BigIntegerField(
        default=0, help_text="the newest EventChange that was known when it began"
    )

    objects = OutageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar"], condition=Q(settled_at=None), name="one_open_outage"
            ),
        ]


class OutageMeeting(models.Model):
    """One line of the bill."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="meetings")
    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=OutageKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outage", "event", "kind"], name="one_line_per_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=OutageKind.values), name="outage_kind_known"
            ),
        ]
