"""What people put right in a transcript, and take back. Each is a layer; nothing is overwritten.

    rename   a turn, the turns from here on, or all that bear the name
    edit     the text of one turn
    undo     take a layer off again; those over it stay

Whoever has the page open is told, in the same transaction.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from recordings import publishing, transcript_store, versions
from recordings.models import Correction, CorrectionKind, Reach, Recording, Transcript, Utterance


class Overtaken(Exception):
    """Somebody else changed it in the meantime; the turn is as `now` says."""

    def __init__(self, now: Utterance) -> None:
        super().__init__("changed in the meantime")
        self.now = now


@transaction.atomic
def rename(
    recording: Recording, index: int, name: str, *, reach: Reach, seen: str, by: User
) -> Correction | None:
    """Call whoever speaks in the turn `name`; None: so they are called. `seen` was shown."""
    transcript, turn = _held(recording, index)
    if turn.speaker != seen:
        raise Overtaken(turn)
    if turn.speaker == name:
        return None
    turns = transcript.utterances.filter(speaker=turn.speaker)
    if reach == Reach.LATER:
        turns = turns.filter(index__gte=index)
    elif reach == Reach.HERE:
        turns = turns.filter(index=index)
    indexes = list(turns.order_by("index").values_list("index", flat=True))
    return _put(transcript, turn, CorrectionKind.NAME, reach, indexes, turn.speaker, name, by)


@transaction.atomic
def edit(recording: Recording, index: int, text: str, *, seen: str, by: User) -> Correction | None:
    """Let the turn say `text`; None: it does."""
    transcript, turn = _held(recording, index)
    if turn.text == text:
        return None
    if turn.text != seen:
        raise Overtaken(turn)
    kind = CorrectionKind.TEXT
    return _put(transcript, turn, kind, Reach.HERE, [index], turn.text, text, by)


@transaction.atomic
def undo(correction: Correction, *, by: User) -> bool:
    """Take it back; False when somebody has."""
    transcript_store.hold(correction.transcript.recording)
    transcript = Transcript.objects.select_related("recording").get(pk=correction.transcript_id)
    revision = transcript.revision + 1
    taken_back = transcript.corrections.in_force().filter(pk=correction.pk).update(
        undone_by=by, undone_at=timezone.now(), revision=revision
    )  # fmt: skip
    if taken_back:
        _revise(transcript, revision)
    return bool(taken_back)


def _held(recording: Recording, index: int) -> tuple[Transcript, Utterance]:
    transcript_store.hold(recording)
    transcript = Transcript.objects.select_related("recording").get(recording=recording)
    return transcript, transcript.utterances.get(index=index)


def _put(
    transcript: Transcript,
    turn: Utterance,
    kind: CorrectionKind,
    reach: Reach,
    turns: list[int],
    before: str,
    after: str,
    by: User,
) -> Correction:
    revision = transcript.revision + 1
    correction = Correction.objects.create(
        transcript=transcript,
        version=versions.shown(transcript),
        kind=kind,
        reach=reach,
        turns=turns,
        start_ms=turn.start_ms,
        before=before,
        after=after,
        made_by=by,
        revision=revision,
    )
    _revise(transcript, revision)
    return correction


def _revise(transcript: Transcript, revision: int) -> None:
    transcript.revision = revision
    transcript_store.revise(transcript)
    publishing.tell_revision(transcript)
