"""A recording came home: those it concerns are told once, when there is something to watch or read.

transcript ready ─┐
media ready ──────┴─► nothing on its way any more, or half an hour has passed ──► told
"""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from bots.invited import concerned
from bots.models import Outcome
from notifications import telling
from notifications.kinds import KindName
from notifications.telling import News
from recordings import access
from recordings.models import ArtifactState, Recording, RecordingQuerySet
from recordings.readiness import Part, Readiness, Stage, readiness

LONGEST_WAIT = timedelta(minutes=30)
TELL_WITHIN = timedelta(days=1)
AT_ONCE = 200


def tell_if_ready(recording: Recording) -> bool:
    """Whether it is there; being told twice is being told once."""
    current = _with_parts().filter(pk=recording.pk).first()
    if current is None:
        return False  # deleted meanwhile
    now = readiness(current, current.artifacts.all())
    is_there = now.media.is_ready or now.transcript.is_ready
    is_over = not now.is_working or current.created_at < timezone.now() - LONGEST_WAIT
    if is_there and is_over:
        _tell(current, now)
    return is_there and is_over


def tell_forgotten(now: datetime) -> int:
    """Tell of what came home lately and was told to nobody; how many there were."""
    here = Recording.objects.filter(
        is_sample=False, created_at__gt=now - TELL_WITHIN, artifacts__state=ArtifactState.READY
    )
    untold = here.exclude(public_id__in=telling.was_told(KindName.READY)).distinct()
    return sum(tell_if_ready(recording) for recording in untold.order_by("pk")[:AT_ONCE])


def _tell(recording: Recording, parts: Readiness) -> None:
    news = News(
        KindName.READY,
        key=recording.public_id,
        title=recording.title or "Untitled meeting",
        note=_note(recording, parts),
        path=reverse("recordings:recording", args=[recording.public_id]),
        target=recording.public_id,
    )
    telling.tell(access.among(concerned(recording.bot), recording), recording.workspace, news)


def _note(recording: Recording, parts: Readiness) -> str:
    """What is there, and what is not or not yet."""
    both = (parts.media, parts.transcript)
    here = [part.label.lower() for part in both if part.is_ready and part is not _silent(parts)]
    told = [part.label for part in both if not part.is_ready and part.stage != Stage.NONE]
    if here:
        told.insert(0, f"The {' and the '.join(here)} {'are' if len(here) > 1 else 'is'} here")
    if _silent(parts):
        told.append(parts.transcript.label)
    if recording.bot.outcome == Outcome.PARTLY_RECORDED:
        told.insert(0, "Only a part of the meeting was recorded")
    return " ".join(f"{sentence}." for sentence in told)


def _silent(parts: Readiness) -> Part | None:
    """A transcript that says that nobody spoke is nothing to read."""
    return parts.transcript if parts.transcript.is_ready and not parts.has_speech else None


def _with_parts() -> RecordingQuerySet:
    """The sample that a new workspace begins with is no news."""
    heard = Recording.objects.filter(is_sample=False).for_page()
    return heard.select_related("workspace", "bot__workspace", "transcript")
