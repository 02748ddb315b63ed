"""Take back what was just said: the choices stand again as they stood before.

What somebody else has said since stays as they said it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from calendars import merging, said
from calendars.choosing import settle
from calendars.models import Choice, Event, Reach, Undo
from calendars.said import Key

UNDO_KEPT_FOR = timedelta(hours=1)


class TooLate(Exception):
    """The change was taken back already, or nothing of it stands any more."""


@transaction.atomic
def take_back(undo: Undo) -> list[Event]:
    """Put the choices back as they were before; what somebody has changed since stays."""
    said.take_turns(undo.workspace_id)
    _wait_for_merges(undo)
    undo.refresh_from_db()
    if undo.used_at is not None:
        raise TooLate
    was, left = said.read(undo.workspace_id, undo.before), said.read(undo.workspace_id, undo.after)
    keys = was.keys() | left.keys()
    stands = said.standing(undo.workspace_id, {identity for identity, _, _ in keys})
    wanted = dict(stands)
    for key in keys:
        if _word(stands.get(key)) == _word(left.get(key)):
            wanted.pop(key, None)
            if key in was:
                wanted[key] = was[key]
    if not said.write(stands, wanted) and was != left:
        raise TooLate
    undo.used_at = timezone.now()
    undo.save(update_fields=["used_at", "updated_at"])
    events = _reached_by(undo.workspace_id, keys)
    _attach_again(undo, events)
    settle(events)
    return events


def _wait_for_merges(undo: Undo) -> None:
    """A merge may be learning who these meetings really are; it tells the choices and the undo."""
    identities = {word["identity"] for word in undo.before + undo.after}
    known = Event.objects.filter(workspace=undo.workspace_id, identity__in=identities)
    merging.take_turns(known.values_list("calendar", flat=True))


def forget_old_undos(now: datetime) -> None:
    """What nobody can press any more."""
    Undo.objects.filter(created_at__lt=now - UNDO_KEPT_FOR).delete()


def _attach_again(undo: Undo, events: Iterable[Event]) -> None:
    known = {event.pk: event for event in events}
    for event_id, bot_id in undo.detached:
        if (event := known.get(event_id)) and event.bot_id is None:
            Event.objects.filter(pk=event_id, bot=None).update(bot=bot_id)
            event.refresh_from_db(fields=["bot"])


def _reached_by(workspace_id: int, keys: Iterable[Key]) -> list[Event]:
    """The meetings that choices with these keys are about."""
    keys = list(keys)
    alone = {key[::2] for key in keys if key[1] == Reach.THIS}
    series: dict[str, datetime] = {}
    for identity, reach, begins in keys:
        if reach == Reach.LATER:
            series[identity] = min(begins, series.get(identity, begins))
    same = Event.objects.filter(workspace=workspace_id, identity__in={key[0] for key in keys})
    starts = Q(original_start__in={start for _, start in alone})
    ahead = Q(identity__in=series, ends_at__gt=timezone.now())
    return [
        event
        for event in same.filter(starts | ahead).for_list()
        if (event.identity, event.original_start) in alone
        or (event.identity in series and event.original_start >= series[event.identity])
    ]


def _word(choice: Choice | None) -> tuple[Any, ...] | None:
    return (choice.verdict, choice.chosen_by_id, choice.chosen_at) if choice else None
