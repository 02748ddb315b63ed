"""What happened to a meeting in its calendar, one row per thing worth telling.

Written in bulk by the merge (merge_statements.py); the newest of the last two days stands in the
meeting's row of the agenda, all of them on its page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import WorkspaceOwned

if TYPE_CHECKING:
    from calendars.models.events import Event

NEWS_FOR = timedelta(hours=48)


class ChangeKind(models.TextChoices):
    """How the support console names it; people read calendars/_change.html."""

    MOVED = "moved", "Moved"
    CANCELLED = "cancelled", "Cancelled"
    REMOVED = "removed", "No longer on the calendar"
    REPLACED = "replaced", "Replaced by a changed series"
    RESTORED = "restored", "Back on the calendar"
    DECLINED = "declined", "Declined"
    ACCEPTED = "accepted", "No longer declined"
    PRIVATE = "private", "Made private"
    PUBLIC = "public", "No longer private"
    ALL_DAY = "all_day", "Made an all-day entry"
    TIMED = "timed", "Given a time"
    LINK_ADDED = "link_added", "Link added"
    LINK_REMOVED = "link_removed", "Link removed"
    LINK_CHANGED = "link_changed", "Link changed"
    RENAMED = "renamed", "Renamed"
    SPLIT = "split", "Series changed from here on"
    RECURRING = "recurring", "Made recurring"


class EventChangeQuerySet(models.QuerySet["EventChange"]):
    def newest_first(self) -> EventChangeQuerySet:
        return self.order_by("-created_at", "-id")

    def news_of(self, events: Iterable[Event], now: datetime) -> dict[int, EventChange]:
        """The last thing that happened to each of these meetings lately, by the event's id."""
        lately = self.filter(event__in=events, created_at__gt=now - NEWS_FOR)
        newest = lately.order_by("event", "-created_at", "-id").distinct("event")
        return {change.event_id: change for change in newest}


class EventChange(WorkspaceOwned):
    """One thing that happened, when we were told of it."""

    event = models.ForeignKey("calendars.Event", models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    moved_from = models.DateTimeField(null=True, blank=True)
    moved_to = models.DateTimeField(null=True, blank=True)
    before = models.TextField(blank=True, help_text="the title or the link it had")
    after = models.TextField(blank=True)

    objects = EventChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="event_change_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["event", "-created_at"], name="changes_of_event")]

    @property
    def is_within_a_day(self) -> bool:
        """Times alone tell the move; no day need be named."""
        if self.moved_from is None or self.moved_to is None:
            return False
        return self.moved_from.date() == self.moved_to.date()
