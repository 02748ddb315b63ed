"""After a change of the rules: decide all that lies ahead again, a batch at a time, and tell.

The wish is a row, so a change that the queue lost is found by `calendars.reconcile`. A change that
comes while a worker is at it makes the worker begin again, with the rules as they are then.
"""

import time

from django.db import transaction
from django.utils import timezone

from accounts.models import Workspace
from calendars import coverage, publishing, queue
from calendars.models import Revision

TELL_AFTER_SECONDS = 1.0


def ask(workspace: Workspace) -> None:
    """Have the workspace's meetings decided again, soon."""
    wish = {"asked_at": timezone.now(), "finished_at": None, "decided": 0, "meetings": 0}
    Revision.objects.update_or_create(workspace=workspace, defaults=wish)
    queue.revise(workspace.id)


def revise(workspace: Workspace) -> None:
    """Decide again until no newer change is waiting."""
    unfinished = Revision.objects.filter(workspace=workspace).unfinished()
    while (revision := unfinished.first()) and not _finish(revision):
        pass
    publishing.publish_agenda(workspace)
    publishing.publish_coverage(workspace)


def _finish(revision: Revision) -> bool:
    """Go through all meetings once; False when the rules changed meanwhile."""
    ahead = revision.workspace.events.filter(ends_at__gt=timezone.now())
    revision.meetings, revision.decided = ahead.count(), 0
    told_at = time.monotonic()
    for batch in coverage.in_batches(ahead):
        with transaction.atomic():
            for event in coverage.decide_again(batch):
                queue.schedule(event.id)
        revision.decided += len(batch)
        if time.monotonic() - told_at >= TELL_AFTER_SECONDS:
            told_at = time.monotonic()
            revision.save(update_fields=["decided", "meetings", "updated_at"])
            publishing.publish_revision(revision)
    revision.finished_at = timezone.now()
    is_done = Revision.objects.filter(pk=revision.pk, asked_at=revision.asked_at).update(
        finished_at=revision.finished_at, decided=revision.decided, meetings=revision.meetings
    )
    if is_done:
        publishing.publish_revision(revision)
    return bool(is_done)
