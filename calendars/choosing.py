"""People say whether to record: one meeting, this and later ones, a whole series, or many at once.

    choose ─► the choices as they should stand (a pure function over those that stand)
           ─► the difference is written, and kept for an undo
           ─► whatever meetings it reaches are decided again, and workers are woken

However many meetings there are, the number of queries is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, Workspace
from calendars import coverage, publishing, queue
from calendars.models import EVER, Choice, Event, Reach, Undo, Verdict, resolve
from upstream.states import FINAL

UNDO_KEPT_FOR = timedelta(hours=1)
Key = tuple[str, str, datetime]  # identity, reach, original start
Said = dict[Key, Choice]


class Scope(models.TextChoices):
    """What a person means when pointing at one meeting."""

    THIS = "this", "This meeting"
    LATER = "later", "This and later meetings"
    SERIES = "series", "The whole series"


class TooLate(Exception):
    """The change was taken back already, or nothing of it stands any more."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What came of it. `kept_alone`: meetings of the series for which another word stands."""

    undo: Undo
    events: Sequence[Event]
    kept_alone: int = 0


def begin_of(event: Event, scope: Scope) -> datetime:
    """From where on a choice for `scope` counts."""
    return EVER if scope == Scope.SERIES else event.original_start


def reached(events: Collection[Event], scope: Scope) -> list[Event]:
    """The rows a choice about these meetings is about, on every calendar; of a series, those ahead.

    All are of one workspace.
    """
    if not events:
        return []
    workspaces = {event.workspace_id for event in events}
    same = Event.objects.filter(
        workspace__in=workspaces, identity__in={event.identity for event in events}
    )
    if scope == Scope.THIS:
        keys = {event.choice_key for event in events}
        starts = {event.original_start for event in events}
        found = same.filter(original_start__in=starts).for_list()
        return [event for event in found if event.choice_key in keys]
    begins = min(begin_of(event, scope) for event in events)
    ahead = Q(original_start__gte=begins, ends_at__gt=timezone.now())
    clicked = Q(pk__in=[event.pk for event in events])
    return list(same.filter(ahead | clicked).for_list())


@transaction.atomic
def choose(
    events: Sequence[Event],
    verdict: Verdict | None,
    *,
    by: User,
    at: datetime,
    scope: Scope = Scope.THIS,
) -> Chosen:
    """Keep what a person said about these meetings of one workspace.

    `verdict` None lets go of what was said about single meetings, so that they do as their series.
    """
    workspace = events[0].workspace_id
    _take_turns(workspace)
    before = _standing(workspace, {event.identity for event in events})
    after = dict(before)
    for event in events:
        make = partial(
            Choice, workspace_id=workspace, chosen_by=by, chosen_at=at, identity=event.identity
        )
        _say(after, event, verdict, scope, make)
    rewritten = _write(before, after)
    touched = reached(events, scope)
    undo = Undo.objects.create(
        workspace_id=workspace,
        chosen_by=by,
        before=[_as_json(before[key]) for key in rewritten if key in before],
        after=[_as_json(after[key]) for key in rewritten if key in after],
        detached=_let_ended_bots_go(touched, events) if verdict == Verdict.RECORD else [],
        event=events[0].public_id if len(events) == 1 else "",
    )
    _settle(touched)
    return Chosen(undo, touched, _kept_alone(after, touched, verdict, events, scope))


@transaction.atomic
def take_back(undo: Undo) -> list[Event]:
    """Put the choices back as they were before; what somebody has changed since stays."""
    _take_turns(undo.workspace_id)
    undo.refresh_from_db()
    if undo.used_at is not None:
        raise TooLate
    was, left = _read(undo, undo.before), _read(undo, undo.after)
    keys = was.keys() | left.keys()
    stands = _standing(undo.workspace_id, {identity for identity, _, _ in keys})
    wanted = dict(stands)
    for key in keys:
        if _word(stands.get(key)) == _word(left.get(key)):
            wanted.pop(key, None)
            if key in was:
                wanted[key] = was[key]
    if not _write(stands, wanted) and was != left:
        raise TooLate
    undo.used_at = timezone.now()
    undo.save(update_fields=["used_at", "updated_at"])
    events = _reached_by(undo.workspace_id, keys)
    _attach_again(undo, events)
    _settle(events)
    return events


def forget_old_undos(now: datetime) -> None:
    """What nobody can press any more."""
    Undo.objects.filter(created_at__lt=now - UNDO_KEPT_FOR).delete()


def _say(said: Said, event: Event, verdict: Verdict | None, scope: Scope, make: Any) -> None:
    """Change `said` to what holds after one more word. Pure but for its first argument."""
    alone: Key = (event.identity, Reach.THIS, event.original_start)
    begins = begin_of(event, scope)
    if verdict is None:
        for key in _alone_from(said, event.identity, begins) if scope != Scope.THIS else [alone]:
            said.pop(key, None)
        return
    said.pop(alone, None)
    if scope == Scope.THIS:
        series = resolve(_of(said, event.identity, Reach.LATER), event.original_start)
        if verdict != Verdict.FOLLOW or _speaks(series):
            said[alone] = make(reach=Reach.THIS, original_start=alone[2], verdict=verdict)
        return
    for key in [key for key in said if key[:2] == (event.identity, Reach.LATER)]:
        if key[2] >= begins:
            del said[key]
    earlier = resolve(_of(said, event.identity, Reach.LATER), begins)
    if verdict != Verdict.FOLLOW or _speaks(earlier):
        choice = make(reach=Reach.LATER, original_start=begins, verdict=verdict)
        said[event.identity, Reach.LATER, begins] = choice


def _of(said: Said, identity: str, reach: Reach) -> Iterable[Choice]:
    return [choice for key, choice in said.items() if key[:2] == (identity, reach)]


def _alone_from(said: Said, identity: str, begins: datetime) -> list[Key]:
    return [key for key in said if key[:2] == (identity, Reach.THIS) and key[2] >= begins]


def _speaks(choice: Choice | None) -> bool:
    return choice is not None and choice.verdict != Verdict.FOLLOW


def _take_turns(workspace_id: int) -> None:
    """One change of choices per workspace at a time, so that the last click is the one that holds
    and an undo knows what really stood before it."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace_id)


def _standing(workspace_id: int, identities: Collection[str]) -> Said:
    found = Choice.objects.filter(workspace=workspace_id, identity__in=identities)
    return {(one.identity, one.reach, one.original_start): one for one in found}


def _write(before: Mapping[Key, Choice], after: Mapping[Key, Choice]) -> list[Key]:
    """Make the table say `after`, in two statements; return the keys that differ."""
    gone = [before[key].pk for key in before.keys() - after.keys()]
    fresh = [choice for key, choice in after.items() if choice is not before.get(key)]
    if gone:
        Choice.objects.filter(pk__in=gone).delete()
    if fresh:
        Choice.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["workspace", "identity", "original_start", "reach"],
            update_fields=["verdict", "chosen_by", "chosen_at", "updated_at"],
        )
    keys = before.keys() | after.keys()
    return sorted(key for key in keys if before.get(key) is not after.get(key))


def _let_ended_bots_go(touched: Iterable[Event], asked: Iterable[Event]) -> list[list[Any]]:
    """Asked for again: the bot that ended does not count. Returns which bot it was, per event."""
    wanted = {event.pk for event in asked}
    ended = [
        event
        for event in touched
        if event.pk in wanted and event.bot is not None and event.bot.state in FINAL
    ]
    let_go = [[event.pk, event.bot_id] for event in ended]
    Event.objects.filter(pk__in=[event.pk for event in ended]).update(bot=None)
    for event in ended:
        event.bot = None
    return let_go


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


def _settle(events: Sequence[Event]) -> None:
    """Decide again, wake a worker for each that has or wants a bot, and show the rows anew."""
    concerned = {event.pk for event in events if event.bot_id or event.booking_error}
    concerned |= {event.pk for event in coverage.decide_again(events)}
    for event in events:
        if event.pk in concerned or event.will_record:
            queue.schedule(event.pk)
    if events:
        publishing.publish_events(events[0].workspace, [event.pk for event in events])


def _kept_alone(
    said: Said,
    touched: Iterable[Event],
    verdict: Verdict | None,
    asked: Sequence[Event],
    scope: Scope,
) -> int:
    """Meetings ahead of which something else was said, so a choice for the series passes them."""
    if scope == Scope.THIS or verdict is None:
        return 0
    own = {
        event.choice_key
        for event in touched
        if (choice := said.get((event.identity, Reach.THIS, event.original_start)))
        and choice.verdict != verdict
    }
    return len(own - {event.choice_key for event in asked})


def _word(choice: Choice | None) -> tuple[Any, ...] | None:
    return (choice.verdict, choice.chosen_by_id, choice.chosen_at) if choice else None


def _as_json(choice: Choice) -> dict[str, Any]:
    return {
        "identity": choice.identity,
        "reach": str(choice.reach),
        "original_start": choice.original_start.isoformat(),
        "verdict": str(choice.verdict),
        "chosen_by": choice.chosen_by_id,
        "chosen_at": choice.chosen_at.isoformat(),
    }


def _read(undo: Undo, kept: Iterable[Mapping[str, Any]]) -> Said:
    """The choices as `_as_json` wrote them."""
    said: Said = {}
    for one in kept:
        choice = Choice(
            workspace_id=undo.workspace_id,
            identity=one["identity"],
            reach=one["reach"],
            original_start=datetime.fromisoformat(one["original_start"]),
            verdict=one["verdict"],
            chosen_by_id=one["chosen_by"],
            chosen_at=datetime.fromisoformat(one["chosen_at"]),
        )
        said[choice.identity, choice.reach, choice.original_start] = choice
    return said
