"""What should have moved and did not: the queue forgets, webhooks get lost, workers are killed."""

from collections.abc import Iterable
from datetime import datetime

from bots.models import Bot
from recordings import ingest, publishing
from recordings.models import MOST_TRIES, Artifact, ArtifactState, ClipState, Deletion, Share
from upstream.states import BotState

AT_ONCE = 200


def begin_missing() -> int:
    """Begin the recordings of bots that came back with something unnoticed; how many."""
    forgotten = Bot.objects.filter(
        state=BotState.DONE, has_media=True, recordings=None
    ).order_by("state_at")[:AT_ONCE]  # fmt: skip
    for bot in forgotten:
        ingest.begin(bot)
    return len(forgotten)


def due_artifacts(now: datetime) -> Iterable[int]:
    """Those to be fetched now, the longest waiting first."""
    due = Artifact.objects.due(now).order_by("next_try_at", "pk")
    return due.values_list("pk", flat=True)[:AT_ONCE]


def give_up_deadly(now: datetime) -> int:
    """Stop fetching what no worker came back from; how many."""
    deadly = Artifact.objects.left_behind(now).filter(attempts__gte=MOST_TRIES)
    return deadly.update(
        state=ArtifactState.FAILED,
        error="Something in the file stops every attempt to read it.",
        next_try_at=None,
        claim="",
        claimed_at=None,
    )


def mark_late(now: datetime) -> int:
    """Mark what is on its way for too long, so that pages and support can say so; how many."""
    late = list(Artifact.objects.late(now).select_related("recording")[:AT_ONCE])
    Artifact.objects.filter(pk__in=[artifact.pk for artifact in late]).update(late_at=now)
    for recording in {artifact.recording for artifact in late}:
        publishing.tell(recording)
    return len(late)


def uncut_clips() -> Iterable[int]:
    """Shares of a part whose file is not there, of recordings that have one to cut from."""
    waiting = Share.objects.filter(clip_state=ClipState.PENDING, revoked_at=None)
    playable = Artifact.objects.playable().values("recording")
    return waiting.filter(recording__in=playable).values_list("pk", flat=True)[:AT_ONCE]


def due_deletions(now: datetime) -> Iterable[int]:
    """Deletions with something left to do, the longest waiting first."""
    due = Deletion.objects.due(now).order_by("next_try_at", "pk")
    return due.values_list("pk", flat=True)[:AT_ONCE]
