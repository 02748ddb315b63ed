"""Whose file is fetched next: a workspace with a thousand waiting gets its share, and no more.

Among those with something due it is a workspace with the fewest downloads under way; of its files
the one that has waited longest. Equals are drawn by lot, so that nothing has to be remembered.
"""

from collections import Counter
from datetime import datetime
from random import choice

from recordings.models import Artifact


def take(now: datetime) -> Artifact | None:
    """Claim the next file for us; None: nothing is due."""
    while (artifact_id := next_due(now)) is not None:
        if artifact := Artifact.objects.claim(artifact_id, now):
            return artifact  # otherwise another worker was quicker, and it is due no more
    return None


def next_due(now: datetime) -> int | None:
    """The file whose turn it is."""
    due = Artifact.objects.due(now)
    waiting = set(due.order_by().values_list("recording__workspace", flat=True).distinct())
    if not waiting:
        return None
    under_way = Artifact.objects.in_hand(now).filter(recording__workspace__in=waiting)
    busy = Counter(under_way.values_list("recording__workspace", flat=True))
    fewest = min(busy[workspace] for workspace in waiting)
    chosen = choice([one for one in waiting if busy[one] == fewest])  # noqa: S311 (a lot, no secret)
    mine = due.filter(recording__workspace=chosen).order_by("next_try_at", "pk")
    return mine.values_list("pk", flat=True).first()
