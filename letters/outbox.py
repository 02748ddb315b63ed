"""Puts a mail into the queue, once; takes back what must not be told any more."""

from collections.abc import Iterable
from typing import Any

from celery import current_app
from django.db import transaction

from letters.models import Letter, LetterState


def post(kind: str, *, key: str, to: str, reader: Any = None, about: str = "") -> Letter:
    """Queue a mail of `kind`; with a key that was there before, that letter is the one."""
    facts = {"kind": kind, "to": to, "reader": reader, "about": about}
    letter, is_new = Letter.objects.get_or_create(key=f"{kind}:{key}", defaults=facts)
    if is_new:
        _wake(letter)
    return letter


def forget(abouts: Iterable[str]) -> None:
    """What these letters were about is deleted: no address stays, and none is sent any more."""
    letters = Letter.objects.filter(about__in=list(abouts))
    letters.filter(state=LetterState.WAITING).update(state=LetterState.DROPPED)
    letters.update(to="", reader=None)


def _wake(letter: Letter) -> None:
    """By name, as tasks call this package. Rows are the truth: the broker may be down."""
    kwargs = {"letter_id": letter.pk}
    transaction.on_commit(
        lambda: current_app.send_task("letters.send", kwargs=kwargs, retry=False), robust=True
    )
