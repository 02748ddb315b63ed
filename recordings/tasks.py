"""The queue's view of recordings: an id in, one call. The rows say what is due; this only hints."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from recordings import (
    announcing,
    artifacts,
    clips,
    deleting,
    keeping,
    knocks,
    reconciliation,
    retranscribing,
    turns,
)
from recordings.lane import FileWork
from recordings.models import Artifact, ClipState, Deletion, Share

SOON = timedelta(minutes=1)  # what is due later is found by the reconciliation
ANEW = 60  # seconds after which the reconciliation says it again: till then a hint is good


@shared_task(name="recordings.fetch_next", base=FileWork)
def fetch_next() -> None:
    """One turn; whose it is, the rows say. Under the file's own task support finds how it went."""
    if artifact := turns.take(timezone.now()):
        wishes = {"artifact_id": artifact.pk, "claim": artifact.claim}
        fetch_artifact.apply(kwargs=wishes)


@shared_task(name="recordings.fetch_artifact")
def fetch_artifact(*, artifact_id: int, claim: str) -> None:
    if artifact := Artifact.objects.held(artifact_id, claim):
        next_try_at = artifacts.fetch(artifact)
        if next_try_at and next_try_at - timezone.now() <= SOON:
            fetch_next.apply_async(eta=next_try_at)


@shared_task(name="recordings.transcribe_again", base=FileWork)
def transcribe_again(*, version_id: int) -> None:
    next_look_at = retranscribing.bring(version_id)
    if next_look_at and next_look_at - timezone.now() <= SOON:
        transcribe_again.apply_async(kwargs={"version_id": version_id}, eta=next_look_at)


@shared_task(name="recordings.reconcile")
def reconcile() -> None:
    """Begin what nobody began, fetch what is due, mark what is late or hopeless."""
    reconciliation.begin_missing()
    for _ in reconciliation.due_artifacts(timezone.now()):
        fetch_next.apply_async(expires=ANEW)
    reconciliation.give_up_deadly(timezone.now())
    reconciliation.mark_late(timezone.now())
    for version_id in retranscribing.due(timezone.now()):
        transcribe_again.apply_async(kwargs={"version_id": version_id}, expires=ANEW)
    for share_id in reconciliation.uncut_clips():
        cut_clip.apply_async(kwargs={"share_id": share_id}, expires=ANEW)
    announcing.tell_forgotten(timezone.now())
    knocks.forget_old(timezone.now())
    deleting.leave_bin(timezone.now())
    keeping.warn(timezone.now())
    keeping.delete_overdue(timezone.now())
    for deletion_id in reconciliation.due_deletions(timezone.now()):
        delete.apply_async(kwargs={"deletion_id": deletion_id}, expires=ANEW)


@shared_task(name="recordings.delete", base=FileWork)
def delete(*, deletion_id: int) -> None:
    """What is left is tried again later, for as long as it takes."""
    told = Deletion.objects.unfinished().select_related("recording__bot__account")
    if deletion := told.filter(pk=deletion_id).first():
        next_try_at = deleting.carry_out(deletion)
        if next_try_at and next_try_at - timezone.now() <= SOON:
            delete.apply_async(kwargs={"deletion_id": deletion_id}, eta=next_try_at)


@shared_task(name="recordings.cut_clip", base=FileWork)
def cut_clip(*, share_id: int) -> None:
    waiting = Share.objects.select_related("recording").filter(clip_state=ClipState.PENDING)
    if share := waiting.filter(pk=share_id).first():
        clips.cut_for(share)
