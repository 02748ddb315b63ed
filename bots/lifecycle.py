"""What happens to a bot when somebody says something about it.

    provider's event ┐
    our own step     ├─► one StatusChange row ─► derive(all rows) ─► the bot's row ─► open pages
    what a look found┘

Everything runs under a lock on the bot's row and takes the same number of queries however long
the story is. Telling the same thing twice changes nothing.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bots import on_behalf, queue
from bots.broadcast import announce
from bots.life import LateMove, Life, derive
from bots.models import ASKED_AGAIN, REPLACED, SENT_AWAY, Bot, StatusChange, Surplus
from bots.outcomes import is_vague, is_without_transcript, outcome_of
from upstream.events import BotCompleted, BotFailed, BotStatusChanged
from upstream.states import FINAL, BotState, TranscriptState

logger = logging.getLogger(__name__)

BotEvent = BotStatusChanged | BotCompleted | BotFailed
LONGEST_CODE = 80
LIFE_FIELDS = (
    "state", "state_at", "reason", "reason_message", "has_media", "outcome", "transcript_state",
    "upstream_id", "duration_seconds", "joined_at", "exited_at", "surplus",
)  # fmt: skip


def apply(bot: Bot, event: BotEvent) -> bool:
    """Take in what the provider told; True when something changed. `bot` is brought up to date."""
    with transaction.atomic():
        locked = Bot.objects.locked(bot)
        locked.heard_at = timezone.now()
        changed = _take(locked, step_of(event))
        is_main = event.bot_id in ("", locked.upstream_id)
        if isinstance(event, BotFailed) and is_main and locked.state not in FINAL:
            queue.look(locked.pk)
    bot.refresh_from_db(fields=[*LIFE_FIELDS, "heard_at", "notice"])
    return changed


def cancel(bot: Bot, *, upstream_id: str = "") -> bool:
    """Call off a bot that the provider no longer has, or never had; False when it was over.

    With an `upstream_id` only that one of the provider's bots is meant; so in all of these.
    """
    return _decide(bot, state=BotState.CANCELLED, code="cancelled_here", upstream_id=upstream_id)


def fail(bot: Bot, *, code: str, message: str = "", upstream_id: str = "") -> bool:
    """End a bot that cannot come any more; `code` is what the reasons are looked up by."""
    return _decide(bot, state=BotState.FAILED, code=code, message=message, upstream_id=upstream_id)


def advance(bot: Bot, *, state: BotState, code: str, upstream_id: str = "") -> bool:
    """Note a step that we took ourselves, such as having asked for the bot."""
    return _decide(bot, state=state, code=code, upstream_id=upstream_id)


def note_asked_again(bot: Bot) -> None:
    """Note that the create call was repeated: the first may have been late, and not lost."""
    with transaction.atomic():
        _add(Bot.objects.locked(bot), [], _own("", ASKED_AGAIN, ""))


def leave_behind(bot: Bot, *, at: datetime) -> None:
    """Note that the meeting moved too late: the provider's first bot comes `at` the old time."""
    with transaction.atomic():
        locked = Bot.objects.locked(bot)
        locked.left_behind_at = at
        locked.save(update_fields=["left_behind_at"])
        _bring_up_to_date(locked, list(locked.changes.all()))
    bot.refresh_from_db(fields=[*LIFE_FIELDS, "left_behind_at", "notice"])


def surplus_of(bot: Bot) -> tuple[str, ...]:
    """The provider's bots that still have to leave."""
    return _life_of(bot, list(bot.changes.all())).surplus


def replace_booking(bot: Bot, *, upstream_id: str) -> None:
    """Note that the provider booked it anew, under another id: what the old one says is nothing."""
    old_id = bot.upstream_id
    if upstream_id in ("", old_id):
        return
    with transaction.atomic():
        locked = Bot.objects.locked(bot)
        locked.upstream_id = upstream_id
        story = list(locked.changes.all())
        for state, code in (("", SENT_AWAY), (BotState.CANCELLED, REPLACED)):
            _add(locked, story, _own(state, code, old_id))
        _bring_up_to_date(locked, story)
    bot.refresh_from_db(fields=[*LIFE_FIELDS, "notice"])


def close(bot: Bot, *, upstream_id: str) -> bool:
    """Note that a surplus bot is not there any more, though its end was never told."""
    with transaction.atomic():
        locked = Bot.objects.locked(bot)
        changed = _take(locked, _own(BotState.CANCELLED, "gone_unseen", upstream_id))
    bot.refresh_from_db(fields=[*LIFE_FIELDS, "notice"])
    return changed


def _decide(
    bot: Bot, *, state: BotState, code: str, message: str = "", upstream_id: str = ""
) -> bool:
    with transaction.atomic():
        locked = Bot.objects.locked(bot)
        changed = locked.state not in FINAL and _take(
            locked, _own(state, code, upstream_id, message)
        )
    bot.refresh_from_db(fields=[*LIFE_FIELDS, "notice"])
    return changed


def _own(state: BotState | str, code: str, upstream_id: str, message: str = "") -> StatusChange:
    return StatusChange(
        code=code,
        state=state,
        message=message,
        upstream_id=upstream_id,
        happened_at=timezone.now(),
    )


def _take(bot: Bot, step: StatusChange) -> bool:
    """Add one step to the story and let the bot be where the whole story puts it."""
    story = list(bot.changes.all())
    is_news = not any(step.is_same_as(known) for known in story)
    if is_news:
        _add(bot, story, step)
        _log_unknown(bot, step)
    return _bring_up_to_date(bot, story, is_news=is_news)


def _bring_up_to_date(bot: Bot, story: list[StatusChange], *, is_news: bool = False) -> bool:
    before = _facts(bot)
    life = _life_of(bot, story)
    if unwanted := _unwanted(bot, life):
        _send_away(bot, story, unwanted)
        life = _life_of(bot, story)
    _settle(bot, life, story)
    is_changed = is_news or before != _facts(bot)
    if before[0] != bot.state:
        bot.notice = ""
        on_behalf.heed_end(bot)
    bot.save(update_fields=[*LIFE_FIELDS, "heard_at", "notice", "updated_at"])
    if is_changed:
        announce(bot, story)
    return is_changed


def _add(bot: Bot, story: list[StatusChange], step: StatusChange) -> None:
    step.bot = bot
    step.save()
    story.append(step)


def _facts(bot: Bot) -> tuple[str, str, bool, str]:
    return bot.state, bot.reason, bot.has_media, bot.surplus


def _life_of(bot: Bot, story: list[StatusChange]) -> Life:
    moved = LateMove(bot.left_behind_at, bot.starts_at) if bot.left_behind_at else None
    return derive(story, leave_requested_at=bot.leave_requested_at, late_move=moved)


def _unwanted(bot: Bot, life: Life) -> tuple[str, ...]:
    """The provider's bots that have no business in the meeting."""
    is_back = bot.state in FINAL and life.state not in FINAL
    if is_back and (bot.leave_requested_at or bot.is_replaced()):
        return (*life.surplus, life.upstream_id)
    return life.surplus


def _send_away(bot: Bot, story: list[StatusChange], unwanted: tuple[str, ...]) -> None:
    """Ask each to leave, once: the step is the wish, and `bots.reconcile` sees to it."""
    asked = {step.upstream_id for step in story if step.code == SENT_AWAY}
    for upstream_id in unwanted:
        if upstream_id not in asked:
            _add(bot, story, _own("", SENT_AWAY, upstream_id))
            queue.send_away(bot.pk, upstream_id)


def _log_unknown(bot: Bot, step: StatusChange) -> None:
    """Codes come without notice; somebody should teach us. Once: a step is news once."""
    if not step.state or (step.state == BotState.FAILED and is_vague(step.code)):
        logger.warning("bot %s: nobody knows the code %s", bot.public_id, step.code)


def _settle(bot: Bot, life: Life, story: list[StatusChange]) -> None:
    bot.state = life.state
    bot.state_at = life.state_at or bot.state_at
    bot.reason, bot.reason_message = life.reason, life.reason_message
    bot.has_media = life.has_media
    bot.joined_at, bot.exited_at = life.joined_at, life.exited_at
    bot.duration_seconds = life.duration_seconds
    if life.upstream_id or bot.upstream_id in life.others:
        bot.upstream_id = life.upstream_id
    bot.surplus = _surplus_of(life)
    bot.outcome = outcome_of(bot)
    is_pending = bot.transcript_state == TranscriptState.PENDING
    if is_pending and any(is_without_transcript(step.code) for step in bot.own(story)):
        bot.transcript_state = TranscriptState.FAILED


def _surplus_of(life: Life) -> Surplus | str:
    if life.surplus:
        return Surplus.LEAVING
    return Surplus.GONE if life.gone else ""


def step_of(event: BotEvent) -> StatusChange:
    match event:
        case BotStatusChanged():
            return _reported(event)
        case BotCompleted():
            return StatusChange(
                upstream_id=event.bot_id,
                code="completed",
                state=BotState.DONE,
                happened_at=event.happened_at,
                has_media=bool(event.links.video or event.links.audio or event.is_data_deleted),
                joined_at=event.joined_at,
                exited_at=event.exited_at,
                duration_seconds=event.duration_seconds,
            )
        case BotFailed():
            # "Only the transcript failed" is no end yet: a look tells whether there is a recording.
            is_open = is_without_transcript(event.code)
            return StatusChange(
                upstream_id=event.bot_id,
                code=event.code[:LONGEST_CODE],
                state=BotState.PROCESSING if is_open else BotState.FAILED,
                happened_at=event.happened_at,
                message=event.message,
                is_reason=True,
            )


def _reported(event: BotStatusChanged) -> StatusChange:
    return StatusChange(
        upstream_id=event.bot_id,
        code=event.code[:LONGEST_CODE],
        state=event.state or "",
        happened_at=event.happened_at,
        message=event.message,
        is_reason=event.is_reason,
        is_retry=event.is_retry,
        has_media=event.state == BotState.DONE and is_without_transcript(event.code),
        attempt=event.attempt,
        max_attempts=event.max_attempts,
    )
