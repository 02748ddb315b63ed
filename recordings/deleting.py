"""The end of a recording: a bin from which it can be taken out again, then every copy, one by one.

    bin ──(14 days, or "delete now")──► begin ──► carry_out ─┬─► finished: the receipt is whole
     │                                              ▲        │
     └──► restore                                   └── later, as long as a copy is left

The row itself stays, empty, so that its address can say what happened. Running a step twice is
running it once.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from celery import current_app
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from bots.models import Bot
from notifications import telling
from recordings import indexing, sharing, withdrawing
from recordings.models import Copy, CopyState, Deletion, Passage, Place, Recording, Transcript
from recordings.models.keeping import Cause
from upstream.errors import UpstreamError

logger = logging.getLogger(__name__)

BIN_LASTS = timedelta(days=14)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)
AT_ONCE = 200
KEPT_ROWS = ("deletion", "shares", "insiders")  # what tells of it and holds nothing of it

Result = tuple[CopyState, str]
Forget = Callable[[Bot, Iterable[str]], int]

ledgers: list[Forget] = []  # who keeps messages about bots says how they forget them


@transaction.atomic
def put_in_bin(recording: Recording, by: User) -> bool:
    """Take it out of sight and out of search; False when it was."""
    now = timezone.now()
    seen = Recording.everything.filter(pk=recording.pk, binned_at=None)
    if not seen.update(binned_at=now, binned_by=by):
        return False
    telling.forget(recording.public_id)
    Passage.objects.filter(transcript__recording=recording).delete()
    return True


@transaction.atomic
def restore(recording: Recording) -> bool:
    """Bring it back as it was; False when it is too late, or was not away."""
    held = Recording.everything.select_for_update(of=("self",)).get(pk=recording.pk)
    if held.binned_at is None or Deletion.objects.filter(recording=held).exists():
        return False
    Recording.everything.filter(pk=held.pk).update(binned_at=None, binned_by=None)
    if transcript := Transcript.objects.filter(recording=held).first():
        indexing.index(transcript)
    return True


@transaction.atomic
def begin(
    recording: Recording, *, by: User | None, cause: Cause = Cause.HAND, rule: str = ""
) -> Deletion:
    """Write down every place where something of it may be, and let the work begin."""
    held = Recording.everything.select_for_update(of=("self",)).get(pk=recording.pk)
    deletion, is_new = Deletion.objects.get_or_create(
        recording=held,
        defaults={"workspace": held.workspace, "asked_by": by, "cause": cause, "rule": rule},
    )
    if is_new:
        Copy.objects.bulk_create(Copy(deletion=deletion, place=place) for place in Place)
        Recording.everything.filter(pk=held.pk, binned_at=None).update(
            binned_at=timezone.now(), binned_by=by
        )
        telling.forget(held.public_id)
        wake(deletion)
    return deletion


def wake(deletion: Deletion) -> None:
    """By name, as tasks call this module. Rows are the truth: the broker may be down."""
    kwargs = {"deletion_id": deletion.pk}
    transaction.on_commit(
        lambda: current_app.send_task("recordings.delete", kwargs=kwargs, retry=False), robust=True
    )


def hurry(deletion: Deletion) -> bool:
    """Try again now what is left; False when nothing is."""
    left = Deletion.objects.unfinished().filter(pk=deletion.pk)
    if not left.update(next_try_at=timezone.now()):
        return False
    wake(deletion)
    return True


def leave_bin(now: datetime) -> int:
    """Begin the deletion of what has been in the bin for two weeks; how many."""
    over = Recording.everything.filter(binned_at__lt=now - BIN_LASTS, deletion=None)
    due = list(over.select_related("binned_by")[:AT_ONCE])
    for recording in due:
        begin(recording, by=recording.binned_by)
    return len(due)


def is_over(bot: Bot) -> bool:
    """Whether all that it brought home is deleted, or being deleted."""
    home = Recording.everything.filter(bot=bot)
    return bot.is_final and home.exists() and not home.filter(deletion=None).exists()


def carry_out(deletion: Deletion) -> datetime | None:
    """Try each place where something may be left; return when to try again, if anything is."""
    now = timezone.now()
    wait = min(FIRST_WAIT * (1 << min(deletion.attempts, 12)), LONGEST_WAIT)
    claimed = Deletion.objects.unfinished().filter(
        Q(next_try_at__lte=now), pk=deletion.pk, attempts=deletion.attempts
    )
    if not claimed.update(attempts=deletion.attempts + 1, next_try_at=now + wait):
        return None  # somebody else is at it
    for copy in deletion.copies.filter(state=CopyState.PENDING):
        _try(deletion, copy)
    if deletion.copies.filter(state=CopyState.PENDING).exists():
        return now + wait
    Deletion.objects.filter(pk=deletion.pk).update(finished_at=timezone.now())
    return None


def _try(deletion: Deletion, copy: Copy) -> None:
    recording = deletion.recording
    try:
        state, result = WAYS[Place(copy.place)](recording)
    except (UpstreamError, OSError) as trouble:
        logger.info("%s of %s is left: %s", copy.place, recording.public_id, trouble)
        state, result = CopyState.PENDING, withdrawing.why(trouble)
    now = timezone.now()
    settled_at = None if state == CopyState.PENDING else now
    Copy.objects.filter(pk=copy.pk, state=CopyState.PENDING).update(
        state=state, result=result[:300], settled_at=settled_at, tried_at=now
    )


def _media(recording: Recording) -> Result:
    """Every file in the recording's folder, whoever put it there, and what is half downloaded.

    The rows go first: a worker that comes home with a file finds no row, and removes its file.
    """
    fetched = list(recording.artifacts.all())
    recording.artifacts.all().delete()
    for artifact in fetched:
        withdrawing.drop_partial(artifact)
    count = withdrawing.empty_folder(f"recordings/{recording.public_id}")
    if not count:
        return CopyState.NONE, "No file was stored."
    return CopyState.GONE, f"{count} file{'s' if count != 1 else ''}."


def _poster(recording: Recording) -> Result:
    name = str(recording.poster.name or "")
    if not name:
        return CopyState.NONE, ""
    default_storage.delete(name)
    Recording.everything.filter(pk=recording.pk).update(poster="")
    return CopyState.GONE, ""


@transaction.atomic
def _text(recording: Recording) -> Result:
    """Every row that hangs on the recording, also of models that this module has not heard of."""
    count = 0
    for relation in Recording._meta.related_objects:
        if relation.get_accessor_name() in (None, *KEPT_ROWS):
            continue
        rows = relation.related_model._base_manager
        count += rows.filter(**{relation.field.name: recording}).delete()[0]
    count += bool(recording.summary)
    Recording.everything.filter(pk=recording.pk).update(summary="")
    return (CopyState.GONE, "") if count else (CopyState.NONE, "No text had been made.")


def _index(recording: Recording) -> Result:
    Passage.objects.filter(transcript__recording=recording).delete()
    return CopyState.GONE, ""


def _chat(recording: Recording) -> Result:
    if withdrawing.beside(recording).exists():
        return CopyState.NONE, "It belongs to another recording of this meeting, and stays with it."
    bot = recording.bot
    count = bot.chat_messages.all().delete()[0] + bot.live_lines.all().delete()[0]
    seen = bot.sightings.all().delete()[0]
    note = "Who came and who left went with it." if seen else ""
    return (CopyState.GONE, note) if count or seen else (CopyState.NONE, "")


def _shares(recording: Recording) -> Result:
    count = sharing.forget_copies(recording, None)
    closed = f"{count} link{'s' if count != 1 else ''} closed"
    return (CopyState.GONE, closed) if count else (CopyState.NONE, "It was not shared.")


def _messages(recording: Recording) -> Result:
    """What the provider told of it, wherever such messages are kept."""
    if withdrawing.beside(recording).exists():
        return CopyState.NONE, "They belong to another recording of this meeting, and stay with it."
    ids = withdrawing.ids_of(recording.bot)
    count = sum(forget(recording.bot, ids) for forget in ledgers)
    if not count:
        return CopyState.NONE, "None had come. Of what comes later no word is kept either."
    noun = "message" if count == 1 else "messages"
    said = f"What {count} {noun} said; that they came is still noted."
    return CopyState.GONE, f"{said} Of what comes later no word is kept either."


def _exports(recording: Recording) -> Result:
    return CopyState.NONE, "None are kept: an export is made when it is asked for."


WAYS: dict[Place, Callable[[Recording], Result]] = {
    Place.MEDIA: _media,
    Place.POSTER: _poster,
    Place.TEXT: _text,
    Place.INDEX: _index,
    Place.CHAT: _chat,
    Place.MESSAGES: _messages,
    Place.SHARES: _shares,
    Place.EXPORTS: _exports,
    Place.PROVIDER_MEDIA: withdrawing.from_provider,
    Place.PROVIDER_TEXT: withdrawing.text_from_provider,
}
