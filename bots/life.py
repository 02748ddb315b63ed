"""Where a bot is, read from the *set* of its steps: their order and repetition cannot matter.

    changes ── dedupe, sort by (happened_at, rank, code) ── fold ──► Life

    forward only, except after an explicit retry    recording ⇄ paused share a rank, time decides
    an end is final                                 except failed/cancelled → done with media,
                                                    which keeps the reason that was told
    a step without a state informs                  an unknown code is such a step

A provider may send two bots for one of ours: a meeting that moves too late for it gets a second,
and the first comes all the same. The steps of each are folded by themselves, with our own steps in
both; then one is ours, and whichever else is still there is surplus.

    with media > not ended > ended, each the earliest; but never one that we sent away, or that came
    for the time before a late move, as long as there is or may be another

No database, no clock: property tests run this over every permutation of each recorded story.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bots.models import REPLACED, SAME_APPOINTMENT, SENT_AWAY, StatusChange
from bots.outcomes import is_end_before_recording, is_removal, is_vague
from upstream.states import FINAL, RANK, BotState


@dataclass(frozen=True, slots=True)
class Life:
    """`reason` is the provider's code for why the bot left or never came; empty if all is well.

    `upstream_id` is the provider's bot that this is the life of, `others` are those that it sent
    besides; of them `surplus` have to leave, and `gone` were sent away and have left.
    """

    state: BotState = BotState.SCHEDULED
    state_at: datetime | None = None
    reason: str = ""
    reason_message: str = ""
    has_media: bool = False
    joined_at: datetime | None = None
    exited_at: datetime | None = None
    duration_seconds: float | None = None
    upstream_id: str = ""
    others: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LateMove:
    """The meeting was moved when the provider could not move its bot any more."""

    before: datetime
    after: datetime

    def leaves_behind(self, came_at: datetime) -> bool:
        """Whether a bot that came then came for the time before."""
        is_early = came_at < self.after - SAME_APPOINTMENT
        return is_early and abs(came_at - self.before) < abs(came_at - self.after)


def derive(
    changes: Iterable[StatusChange],
    *,
    leave_requested_at: datetime | None,
    late_move: LateMove | None = None,
) -> Life:
    """Tell the state that this set of steps adds up to."""
    steps = [step for _, step in sorted({_identity(one): one for one in changes}.items())]
    ours = _fold([step for step in steps if not step.upstream_id])
    attempts = _attempts(steps, late_move)
    chosen = _choose(attempts, ours)
    life = chosen.life if chosen else ours
    if life.state == BotState.FAILED and leave_requested_at and _is_called_off(life, steps):
        life = replace(life, state=BotState.CANCELLED)
    return replace(
        life,
        upstream_id=chosen.upstream_id if chosen else "",
        others=tuple(one.upstream_id for one in attempts if one is not chosen),
        surplus=tuple(one.upstream_id for one in attempts if one.is_surplus(chosen)),
        gone=tuple(one.upstream_id for one in attempts if one.has_gone),
    )


def _is_called_off(life: Life, steps: list[StatusChange]) -> bool:
    """It ended before recording; "removed" was then us, as a provider may have no other word."""
    has_recorded = any(step.state == BotState.RECORDING for step in steps)
    return is_end_before_recording(life.reason) or (is_removal(life.reason) and not has_recorded)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One of the provider's bots. `is_there`: by the provider's own word it has not ended."""

    upstream_id: str
    life: Life
    is_there: bool
    is_sent_away: bool
    is_left_behind: bool
    is_replaced: bool = False  # a booking that was made anew: it never came

    @property
    def is_wanted(self) -> bool:
        return not (self.is_sent_away or self.is_left_behind)

    @property
    def has_gone(self) -> bool:
        return self.is_sent_away and not (self.is_there or self.is_replaced)

    def is_surplus(self, chosen: _Attempt | None) -> bool:
        """Still there, and not the one; or called off by us, and it came all the same."""
        is_called_off = self.life.state == BotState.CANCELLED
        return self.is_there and (self is not chosen or is_called_off)


def _attempts(steps: list[StatusChange], late_move: LateMove | None) -> list[_Attempt]:
    """Each of the provider's bots, the one that came first in front."""
    found = []
    for upstream_id in dict.fromkeys(step.upstream_id for step in steps if step.upstream_id):
        own = [step for step in steps if step.upstream_id == upstream_id]
        told = [step for step in own if step.code != SENT_AWAY]
        came_at = min(step.happened_at for step in told or own)
        attempt = _Attempt(
            upstream_id=upstream_id,
            life=_fold([step for step in steps if step.upstream_id in ("", upstream_id)]),
            is_there=_fold(own).state not in FINAL,
            is_sent_away=len(told) < len(own),
            is_left_behind=late_move is not None and late_move.leaves_behind(came_at),
            is_replaced=any(step.code == REPLACED for step in own),
        )
        found.append((came_at, upstream_id, attempt))
    return [attempt for _, _, attempt in sorted(found, key=lambda one: one[:2])]


def _choose(attempts: list[_Attempt], ours: Life) -> _Attempt | None:
    """The one that is ours; None while the one we want has not been heard of."""
    wanted = [one for one in attempts if one.is_wanted]
    with_media = [one for one in attempts if one.life.has_media]
    if present := [one for one in wanted if one in with_media] or [
        one for one in wanted if one.life.state not in FINAL
    ]:
        return present[0]
    if not wanted and ours.state not in FINAL:
        return None
    return next(iter([*with_media, *wanted, *attempts]), None)


def _fold(steps: list[StatusChange]) -> Life:
    """The life that these steps, in their order, add up to."""
    life = Life()
    for step in steps:
        life = _after(life, step)
    if life.state == BotState.DONE and not _is_told(life.reason, steps):
        life = replace(life, reason="", reason_message="")
    return replace(
        life,
        has_media=any(step.has_media for step in steps),
        joined_at=min((step.joined_at for step in steps if step.joined_at), default=None),
        exited_at=_exited_at(steps) if life.state in FINAL else None,
        duration_seconds=max(
            (step.duration_seconds for step in steps if step.duration_seconds), default=None
        ),
    )


def _is_told(reason: str, steps: list[StatusChange]) -> bool:
    """By the provider; what we concluded ourselves is void once a recording is there."""
    return any(step.is_reason and step.code == reason for step in steps)


def _exited_at(steps: list[StatusChange]) -> datetime | None:
    """When it left, as its end tells; v1 tells it by the steps alone."""
    told = [step.exited_at for step in steps if step.exited_at]
    left = [step.happened_at for step in steps if step.state == BotState.PROCESSING]
    return max(told) if told else min(left, default=None)


def _identity(change: StatusChange) -> tuple[datetime, int, str, str, bool, bool, str]:
    """What makes two steps the same, in the order in which steps are read."""
    state = BotState(change.state) if change.state else None
    return (
        change.happened_at,
        RANK[state] if state else -1,
        change.code,
        change.state,
        change.has_media,
        change.is_retry,
        change.upstream_id,
    )


def _after(life: Life, change: StatusChange) -> Life:
    if life.state in FINAL:
        return _after_the_end(life, change)
    if change.is_retry:
        life = replace(life, reason="", reason_message="")
    if change.is_reason or change.state == BotState.FAILED:
        life = _with_reason(life, change)
    if not change.state:
        return life
    state = _meant(life, BotState(change.state))
    if not _may_move(life, state, is_retry=change.is_retry):
        return life
    return replace(life, state=state, state_at=change.happened_at)


def _meant(life: Life, state: BotState) -> BotState:
    """In the meeting and not recording, after it was recording: somebody paused it."""
    is_pause = state == BotState.IN_CALL and life.state in (BotState.RECORDING, BotState.PAUSED)
    return BotState.PAUSED if is_pause else state


def _after_the_end(life: Life, change: StatusChange) -> Life:
    """Only a recording that came home after all, or a better reason, changes an end."""
    if life.state == BotState.DONE:
        return life
    if change.state == BotState.DONE and change.has_media:
        return replace(life, state=BotState.DONE, state_at=change.happened_at)
    if change.state == BotState.FAILED and life.state == BotState.FAILED:
        return _with_reason(life, change)
    return life


def _may_move(life: Life, state: BotState, *, is_retry: bool) -> bool:
    """The same state told again keeps the moment it began."""
    if state == life.state:
        return life.state_at is None
    return is_retry or RANK[state] >= RANK[life.state]


def _with_reason(life: Life, change: StatusChange) -> Life:
    """The final message knows best, then whoever spoke first: what follows is a consequence.

    "Failed" alone is no such message once something failed already; the one that says why is.
    """
    is_news = change.is_reason or life.state != BotState.FAILED
    is_final_word = change.state == BotState.FAILED and is_news
    says_more = not is_vague(change.code) and (is_final_word or is_vague(life.reason))
    if says_more or not life.reason:
        return replace(life, reason=change.code, reason_message=change.message)
    return life
