"""How long a recording is kept by the workspace's rule, and who is told before its last day.

    started ── rule: 90 days ──────────────────────────────► the day
                                        warned ── 7 days ──► at the earliest

Nobody's recording goes unannounced: who is not told a week before, by mail or behind the bell as
they like it, loses none by rule. Who says "keep" is heard, and a rule that changes is announced
anew.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Value
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Workspace
from notifications import telling
from notifications.kinds import KindName
from notifications.telling import News
from recordings import access, deleting
from recordings.models import Cause, Recording, RecordingQuerySet, Retention

NOTICE = timedelta(days=7)
AT_ONCE = 200


def rule_of(workspace: Workspace) -> Retention:
    """What was set, or a row that is not saved yet."""
    kept = Retention.objects.filter(workspace=workspace).first()
    return kept or Retention(workspace=workspace)


def last_day(recording: Recording, rule: Retention, now: datetime | None = None) -> datetime | None:
    """When the rule deletes it; None: it does not."""
    if not rule.days or recording.kept_at:
        return None
    announced = (recording.warned_at or now or timezone.now()) + NOTICE
    return max(recording.started_at + timedelta(days=rule.days), announced)


@transaction.atomic
def set_rule(workspace: Workspace, days: int | None) -> Retention:
    """Let the rule say `days`; what was announced under another one is announced again."""
    rule, _ = Retention.objects.update_or_create(workspace=workspace, defaults={"days": days})
    Recording.objects.filter(workspace=workspace).update(warned_at=None)
    return rule


def overdue_count(workspace: Workspace, days: int) -> int:
    """How many recordings are older than that, and not kept by somebody's word."""
    old = timezone.now() - timedelta(days=days)
    return workspace.recordings.filter(kept_at=None, started_at__lt=old).count()


def keep(recording: Recording, by: User) -> bool:
    """Leave it out of the rule; False when it was."""
    loose = Recording.objects.filter(pk=recording.pk, kept_at=None)
    return bool(loose.update(kept_at=timezone.now(), kept_by=by, warned_at=None))


def let_go(recording: Recording) -> bool:
    """Let the rule count again; False when it did."""
    held = Recording.objects.filter(pk=recording.pk).exclude(kept_at=None)
    return bool(held.update(kept_at=None, kept_by=None, warned_at=None))


def _over_by(moment: datetime) -> RecordingQuerySet:
    """Those whose time under the rule ends before `moment`, the first to go first."""
    days = ExpressionWrapper(
        F("workspace__retention__days") * Value(timedelta(days=1)), output_field=DurationField()
    )
    day = ExpressionWrapper(F("started_at") + days, output_field=DateTimeField())
    ruled = Recording.everything.filter(
        binned_at=None, kept_at=None, workspace__retention__days__isnull=False
    )
    return ruled.alias(day=day).filter(day__lte=moment).order_by("day", "pk")


@transaction.atomic
def warn(now: datetime) -> int:
    """Tell those whose recordings have a week left; how many recordings were announced."""
    near = _over_by(now + NOTICE).filter(warned_at=None)
    found = list(near.select_related("workspace", "bot__requested_by")[:AT_ONCE])
    of_workspace = defaultdict(list)
    for recording in found:
        if Recording.everything.filter(pk=recording.pk, warned_at=None).update(warned_at=now):
            of_workspace[recording.workspace].append(recording)
    for workspace, recordings in of_workspace.items():
        for person, theirs in _readers(recordings).items():
            telling.tell([person], workspace, _news(theirs, now))
    return len(found)


def _readers(recordings: Sequence[Recording]) -> dict[User, Sequence[Recording]]:
    """Whoever is in charge of a recording hears of it (access.py)."""
    theirs: dict[User, list[Recording]] = defaultdict(list)
    for recording in recordings:
        for person in access.in_charge(recording):
            theirs[person].append(recording)
    return {**theirs}


def _news(recordings: Sequence[Recording], now: datetime) -> News:
    """The moment of the announcement is what the mail finds its recordings by."""
    count = len(recordings)
    first = recordings[0]
    one = reverse("recordings:recording", args=[first.public_id])
    return News(
        KindName.RETENTION,
        key=now.isoformat(),
        title=f"{count} recording{'s' if count != 1 else ''} will be deleted in a week",
        note="To keep one, open it and press “Keep”.",
        path=one if count == 1 else reverse("recordings:library"),
    )


def delete_overdue(now: datetime) -> int:
    """Begin the deletion of what was announced a week ago and is over its time; how many."""
    over = _over_by(now).filter(warned_at__lte=now - NOTICE)
    found = list(over.select_related("workspace__retention")[:AT_ONCE])
    for recording in found:
        days = recording.workspace.retention.days
        deleting.begin(recording, by=None, cause=Cause.RULE, rule=f"Kept for {days} days")
    return len(found)
