"""When the answer for a meeting changed, and to what; for support, beside what made it change."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models
from django.utils import timezone


class DecidedQuerySet(models.QuerySet["Decided"]):
    def note(self, event_ids: Sequence[int]) -> None:
        """Keep the answers that stand on these rows now; one statement, however many there are."""
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [timezone.now(), list(event_ids)])


class Decided(models.Model):
    """One answer of `decisions.decide` that differed from the one before."""

    event = models.ForeignKey("calendars.Event", models.CASCADE, related_name="decided")
    at = models.DateTimeField()
    will_record = models.BooleanField()
    needs_you = models.BooleanField()
    is_paused = models.BooleanField()
    code = models.CharField(max_length=20)

    objects = DecidedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["event", "-at"], name="decided_of_event")]

    def __str__(self) -> str:
        return self.code


NOTE = """
INSERT INTO calendars_decided (event_id, at, will_record, needs_you, is_paused, code)
SELECT id, %s, will_record, needs_you, is_paused, decision_code
FROM calendars_event WHERE id = ANY(%s)
"""
