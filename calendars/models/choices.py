"""What a person said about a meeting or its series. It outlives the row of the meeting.

    this    one meeting                            beats what was said about its series
    later   the series from a moment on; the       of several, the latest that begins at or before
            whole series begins at EVER            the start the meeting was first given

A choice is keyed to the calendar's own identity of the meeting and the start it had when it was
first seen, so it survives a move, a reconnect, a split of the series and a change of provider.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from accounts.models import User, WorkspaceOwned
from accounts.public_id import PublicIdField

if TYPE_CHECKING:
    from calendars.models.events import Event

EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Verdict(models.TextChoices):
    """FOLLOW is written down only where it takes back what was said about the series."""

    RECORD = "record", "Record"
    NEVER = "never", "Don't record"
    FOLLOW = "follow", "Follow the rules"


class Reach(models.TextChoices):
    THIS = "this", "This meeting"
    LATER = "later", "This and later meetings"


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def for_events(self, events: Iterable[Event]) -> dict[tuple[int, str, datetime], Choice]:
        """What counts for each of these meetings, by `event.choice_key`, in one query."""
        events = list(events)
        if not events:
            return {}
        said: dict[tuple[int, str], list[Choice]] = defaultdict(list)
        found = self.filter(
            workspace__in={event.workspace_id for event in events},
            identity__in={event.identity for event in events},
        ).select_related("chosen_by")
        for choice in found:
            said[choice.workspace_id, choice.identity].append(choice)
        effective = {
            event.choice_key: resolve(
                said.get((event.workspace_id, event.identity), ()), event.original_start
            )
            for event in events
        }
        return {key: choice for key, choice in effective.items() if choice is not None}

    def about(self, event: Event) -> Choice | None:
        """What counts for this meeting."""
        return self.for_events([event]).get(event.choice_key)


class Choice(WorkspaceOwned):
    """No row means: follow the rules."""

    identity = models.CharField(max_length=255)
    original_start = models.DateTimeField(help_text="of the meeting, or where it begins to count")
    reach = models.CharField(max_length=8, choices=Reach, default=Reach.THIS)
    verdict = models.CharField(max_length=8, choices=Verdict)
    chosen_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="choices")
    chosen_at = models.DateTimeField()

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "identity", "original_start", "reach"],
                name="one_choice_per_reach",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="choice_verdict_known"
            ),
            models.CheckConstraint(condition=Q(reach__in=Reach.values), name="choice_reach_known"),
        ]

    @property
    def is_alone(self) -> bool:
        """Said about one meeting, whatever holds for its series."""
        return self.reach == Reach.THIS

    @property
    def is_for_whole_series(self) -> bool:
        return self.reach == Reach.LATER and self.original_start == EVER


def resolve(said: Iterable[Choice], original_start: datetime) -> Choice | None:
    """Which of the choices about one series counts for the meeting that starts then."""
    alone: Choice | None = None
    series: Choice | None = None
    for choice in said:
        if choice.reach == Reach.THIS:
            alone = choice if choice.original_start == original_start else alone
        elif choice.original_start <= original_start and (
            series is None or choice.original_start > series.original_start
        ):
            series = choice
    return alone or series


class Undo(WorkspaceOwned):
    """One change of choices, as it was before and as it was left, for the moment of an undo."""

    public_id = PublicIdField(prefix="und")
    chosen_by = models.ForeignKey(User, models.CASCADE, related_name="+")
    before = models.JSONField(help_text="the choices that were rewritten or taken away")
    after = models.JSONField(help_text="what was put in their place")
    detached = models.JSONField(default=list, help_text="meetings whose ended bot was let go")
    event = models.CharField(max_length=32, blank=True, help_text="the meeting that was clicked")
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.public_id
