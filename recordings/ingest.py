"""A recording comes home: its row is made, and each of its files is asked for on its own.

    BotCompleted ─┐
    reconcile ────┴─► begin ──► one artifact row per kind ──(on commit)──► recordings.fetch_next

Beginning twice is beginning once, however the webhook and the reconciliation meet.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction

from bots.models import Bot
from recordings import publishing
from recordings.models import OF_TRANSCRIPTION, Artifact, ArtifactKind, Recording
from upstream.port import RecordedPart
from upstream.states import BotState

MEDIA = (ArtifactKind.VIDEO, ArtifactKind.AUDIO)
# Text is readable while films download; many pictures are worth less than the film they are of.
QUICK_FIRST = sorted(
    ArtifactKind, key=lambda kind: (kind == ArtifactKind.SCREENSHOTS, kind in MEDIA)
)


@transaction.atomic
def begin(bot: Bot) -> Recording:
    """Return the recording of `bot`, made and queued if it is not there yet."""
    held = Bot.objects.locked(bot)
    if recording := Recording.everything.filter(bot=held).first():  # a deleted one, too
        return recording
    return _make(held, started_at=_started_at(held), duration_seconds=held.duration_seconds)


@transaction.atomic
def sort_out(recording: Recording, parts: Sequence[RecordedPart]) -> RecordedPart | None:
    """Which of its bot's recordings is this one? A row is made for each that has none yet.

    None where the bot made but one: all there is belongs to it.
    """
    if len(parts) < 2:
        return None
    held = Bot.objects.locked(recording.bot)
    known = Recording.everything.filter(bot=held).order_by("started_at", "pk")
    rows = {row.upstream_id: row for row in known}
    first = rows.pop("", None)
    for part in parts:
        if part.recording_id in rows:
            continue
        if first is not None:
            Recording.everything.filter(pk=first.pk).update(
                upstream_id=part.recording_id, duration_seconds=part.duration_seconds
            )
            rows[part.recording_id], first = first, None
            continue
        rows[part.recording_id] = _make(
            held,
            upstream_id=part.recording_id,
            started_at=part.started_at or held.starts_at,
            duration_seconds=part.duration_seconds,
        )
    return next(part for part in parts if rows[part.recording_id].pk == recording.pk)


def _make(bot: Bot, **fields: Any) -> Recording:
    recording = Recording.objects.create(
        workspace=bot.workspace, bot=bot, title=bot.title, platform=bot.platform, **fields
    )
    artifacts = [Artifact(recording=recording, kind=kind) for kind in QUICK_FIRST]
    for _ in Artifact.objects.bulk_create(artifacts):
        _call_soon()
    publishing.tell(recording)
    return recording


def fetch_transcript(bot: Bot) -> bool:
    """Fetch what is missing of the transcript, as it is said to be there now."""
    written = Artifact.objects.filter(recording__bot=bot, kind__in=OF_TRANSCRIPTION)
    begun = [try_again(artifact) for artifact in written.select_related("recording")]
    return any(begun)


def try_again(artifact: Artifact) -> bool:
    """Fetch once more what failed or was not made; False when it is there or being fetched."""
    if not artifact.ask_again():
        return False
    _call_soon()
    publishing.tell(artifact.recording)
    return True


def _call_soon() -> None:
    """For one more turn, by name, as tasks call this module. The broker may be down."""
    transaction.on_commit(
        lambda: current_app.send_task("recordings.fetch_next", retry=False), robust=True
    )


def _started_at(bot: Bot) -> datetime:
    """When recording began; files count from there, not from when the bot was let in."""
    own = bot.changes.filter(upstream_id__in=("", bot.upstream_id))
    recording = own.filter(state=BotState.RECORDING).first()
    return recording.happened_at if recording else bot.joined_at or bot.starts_at
