"""What a person said about a meeting. It outlives the row of the meeting.

A choice is keyed to the calendar's own identity of the meeting and the start it had when it was
first seen, so it survives a move, a reconnect and a change of provider.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import User, WorkspaceOwned

if TYPE_CHECKING:
    from calendars.models.events import Event


class Verdict(models.TextChoices):
    RECORD = "record", "Record"
    NEVER = "never", "Don't record"


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def for_events(self, events: Iterable[Event]) -> dict[tuple[int, str, datetime], Choice]:
        """The choices about these meetings by `event.choice_key`, in one query."""
        events = list(events)
        found = self.filter(
            workspace__in={event.workspace_id for event in events},
            identity__in={event.identity for event in events},
        ).select_related("chosen_by")
        return {choice.key: choice for choice in found} if events else {}

    def about(self, event: Event) -> Choice | None:
        return (
            self.filter(
                workspace=event.workspace_id,
                identity=event.identity,
                original_start=event.original_start,
            )
            .select_related("chosen_by")
            .first()
        )


class Choice(WorkspaceOwned):
    """No row means: follow the rules."""

    identity = models.CharField(max_length=255)
    original_start = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict)
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="choices")
    chosen_at = models.DateTimeField()

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "identity", "original_start"], name="one_choice_per_meeting"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="choice_verdict_known"
            ),
        ]

    @property
    def key(self) -> tuple[int, str, datetime]:
        return (self.workspace_id, self.identity, self.original_start)
