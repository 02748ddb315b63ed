"""Where a bot is, read from the *set* of its steps: their order and repetition cannot matter.

    changes ── dedupe, sort by (happened_at, rank, code) ── fold ──► Life

    forward only, except after an explicit retry    recording ⇄ paused share a rank, time decides
    an end is final                                 except failed/cancelled → done with media
    a step without a state informs                  an unknown code is such a step

No database, no clock: property tests run this over every permutation of each recorded story.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bots.models import StatusChange
from bots.outcomes import is_end_before_recording, is_vague
from upstream.states import FINAL, RANK, BotState


@dataclass(frozen=True, slots=True)
class Life:
    """`reason` is the provider's code for why the bot left or never came; empty if all is well."""

    state: BotState = BotState.SCHEDULED
    state_at: datetime | None = None
    reason: str = ""
    reason_message: str = ""
    has_media: bool = False


def derive(changes: Iterable[StatusChange], *, leave_requested_at: datetime | None) -> Life:
    """Tell the state that this set of steps adds up to."""
    steps = sorted({_identity(change): change for change in changes}.items())
    life = Life()
    for _, change in steps:
        life = _after(life, change)
    if (
        life.state == BotState.FAILED
        and leave_requested_at
        and is_end_before_recording(life.reason)
    ):
        life = replace(life, state=BotState.CANCELLED)
    return replace(life, has_media=any(change.has_media for _, change in steps))


def _identity(change: StatusChange) -> tuple[datetime, int, str, str, bool, bool]:
    """What makes two steps the same, in the order in which steps are read."""
    state = BotState(change.state) if change.state else None
    return (
        change.happened_at,
        RANK[state] if state else -1,
        change.code,
        change.state,
        change.has_media,
        change.is_retry,
    )


def _after(life: Life, change: StatusChange) -> Life:
    if life.state in FINAL:
        return _after_the_end(life, change)
    if change.is_retry:
        life = replace(life, reason="", reason_message="")
    if change.is_reason or change.state == BotState.FAILED:
        life = _with_reason(life, change)
    if not change.state or not _may_move(life, change):
        return life
    return replace(life, state=BotState(change.state), state_at=change.happened_at)


def _after_the_end(life: Life, change: StatusChange) -> Life:
    """Only a recording that came home after all, or a better reason, changes an end."""
    if life.state == BotState.DONE:
        return life
    if change.state == BotState.DONE and change.has_media:
        return Life(state=BotState.DONE, state_at=change.happened_at)
    if change.state == BotState.FAILED and life.state == BotState.FAILED:
        return _with_reason(life, change)
    return life


def _may_move(life: Life, change: StatusChange) -> bool:
    """The same state told again keeps the moment it began."""
    state = BotState(change.state)
    if state == life.state:
        return life.state_at is None
    return change.is_retry or RANK[state] >= RANK[life.state]


def _with_reason(life: Life, change: StatusChange) -> Life:
    """The final message knows best, then whoever spoke first: what follows is a consequence."""
    is_final_word = change.state == BotState.FAILED and life.state != BotState.FAILED
    says_more = not is_vague(change.code) and (is_final_word or is_vague(life.reason))
    if says_more or not life.reason:
        return replace(life, reason=change.code, reason_message=change.message)
    return life
