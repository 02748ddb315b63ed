"""People say whether to record: one meeting, this and later ones, a whole series, or many at once.

    choose ─► the choices as they should stand (a pure function over those that stand)
           ─► the difference is written, and kept for an undo
           ─► whatever meetings it reaches are decided again, and workers are woken

However many meetings there are, the number of queries is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from calendars import coverage, merging, publishing, queue
from calendars.models import EVER, Choice, Event, Reach, Undo, Verdict, resolve
from calendars.said import Key, Said, as_json, standing, take_turns, write
from upstream.states import FINAL


class Scope(models.TextChoices):
    """What a person means when pointing at one meeting."""

    THIS = "this", "This meeting"
    LATER = "later", "This and later meetings"
    SERIES = "series", "The whole series"


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
    take_turns(workspace)
    events = _as_they_are(events)
    before = standing(workspace, {event.identity for event in events})
    after = dict(before)
    for event in events:
        make = partial(
            Choice, workspace_id=workspace, chosen_by=by, chosen_at=at, identity=event.identity
        )
        _say(after, event, verdict, scope, make)
    rewritten = write(before, after)
    touched = reached(events, scope)
    undo = Undo.objects.create(
        workspace_id=workspace,
        chosen_by=by,
        before=[as_json(before[key]) for key in rewritten if key in before],
        after=[as_json(after[key]) for key in rewritten if key in after],
        detached=_let_ended_bots_go(touched, events) if verdict == Verdict.RECORD else [],
        event=events[0].public_id if len(events) == 1 else "",
    )
    settle(touched)
    return Chosen(undo, touched, _kept_alone(after, touched, verdict, events, scope))


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


def _as_they_are(events: Sequence[Event]) -> list[Event]:
    """These meetings under their present identities, which no merge changes until we are done.

    A reading of the calendar may just have learnt who a meeting really is; what is said under its
    old name would be about nothing.
    """
    merging.take_turns(event.calendar_id for event in events)
    now = Event.objects.for_list().in_bulk([event.pk for event in events])
    return [now.get(event.pk, event) for event in events]


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


def settle(events: Sequence[Event]) -> None:
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
