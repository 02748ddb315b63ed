"""What happens to a bot when somebody says something about it.

    provider's event ┐
    our own step     ├─► one StatusChange row ─► derive(all rows) ─► the bot's row ─► open pages
    what a look found┘

Everything runs under a lock on the bot's row and takes the same number of queries however long
the story is. Telling the same thing twice changes nothing.
"""

import logging

from django.db import transaction
from django.utils import timezone

from bots import queue
from bots.broadcast import announce
from bots.life import derive
from bots.models import Bot, StatusChange
from bots.outcomes import is_vague, is_without_transcript, outcome_of
from upstream.events import BotCompleted, BotFailed, BotStatusChanged
from upstream.states import FINAL, BotState, TranscriptState

logger = logging.getLogger(__name__)

BotEvent = BotStatusChanged | BotCompleted | BotFailed
LONGEST_CODE = 80
LIFE_FIELDS = (
    "state", "state_at", "reason", "reason_message", "has_media", "outcome", "transcript_state",
)  # fmt: skip
HEARD_FIELDS = ("upstream_id", "duration_seconds", "joined_at", "exited_at", "heard_at")


def apply(bot: Bot, event: BotEvent) -> bool:
    """Take in what the provider told; True when something changed. `bot` is brought up to date."""
    with transaction.atomic():
        locked = Bot.objects.locked(bot)
        _learn(locked, event)
        changed = _take(locked, step_of(event), also_save=HEARD_FIELDS)
        if isinstance(event, BotFailed) and locked.state not in FINAL:
            queue.look(locked.pk)
    bot.refresh_from_db(fields=[*LIFE_FIELDS, *HEARD_FIELDS, "notice"])
    return changed


def cancel(bot: Bot) -> bool:
    """Call off a bot that the provider no longer has, or never had; False when it was over."""
    return _decide(bot, state=BotState.CANCELLED, code="cancelled_here")


def fail(bot: Bot, *, code: str, message: str = "") -> bool:
    """End a bot that cannot come any more; `code` is what the reasons are looked up by."""
    return _decide(bot, state=BotState.FAILED, code=code, message=message)


def advance(bot: Bot, *, state: BotState, code: str) -> bool:
    """Note a step that we took ourselves, such as having asked for the bot."""
    return _decide(bot, state=state, code=code)


def _decide(bot: Bot, *, state: BotState, code: str, message: str = "") -> bool:
    with transaction.atomic():
        locked = Bot.objects.locked(bot)
        changed = locked.state not in FINAL and _take(
            locked,
            StatusChange(code=code, state=state, message=message, happened_at=timezone.now()),
        )
    bot.refresh_from_db(fields=[*LIFE_FIELDS, "notice"])
    return changed


def _take(bot: Bot, step: StatusChange, *, also_save: tuple[str, ...] = ()) -> bool:
    """Add one step to the story and let the bot be where the whole story puts it."""
    story = list(bot.changes.all())
    is_news = not any(step.is_same_as(known) for known in story)
    if is_news:
        step.bot = bot
        step.save()
        story.append(step)
        _log_unknown(bot, step)
    before = bot.state, bot.reason, bot.has_media
    _settle(bot, story)
    is_changed = is_news or before != (bot.state, bot.reason, bot.has_media)
    if before[0] != bot.state:
        bot.notice = ""
    bot.save(update_fields=[*LIFE_FIELDS, *also_save, "notice", "updated_at"])
    if is_changed:
        announce(bot, story)
    return is_changed


def _log_unknown(bot: Bot, step: StatusChange) -> None:
    """Codes come without notice; somebody should teach us. Once: a step is news once."""
    if not step.state or (step.state == BotState.FAILED and is_vague(step.code)):
        logger.warning("bot %s: nobody knows the code %s", bot.public_id, step.code)


def _settle(bot: Bot, story: list[StatusChange]) -> None:
    life = derive(story, leave_requested_at=bot.leave_requested_at)
    bot.state = life.state
    bot.state_at = life.state_at or bot.state_at
    bot.reason, bot.reason_message = life.reason, life.reason_message
    bot.has_media = life.has_media
    bot.outcome = outcome_of(bot)
    is_pending = bot.transcript_state == TranscriptState.PENDING
    if is_pending and any(is_without_transcript(step.code) for step in story):
        bot.transcript_state = TranscriptState.FAILED


def _learn(bot: Bot, event: BotEvent) -> None:
    """Keep what the message says besides its step; whichever copy comes first, all agree."""
    bot.heard_at = timezone.now()
    is_first_media = isinstance(event, BotCompleted) and bot.state != BotState.DONE
    if event.bot_id and (not bot.upstream_id or is_first_media):
        # A second bot for a moved event carries our id too: we want the one that recorded.
        bot.upstream_id = event.bot_id
    if isinstance(event, BotCompleted):
        bot.joined_at = min(filter(None, (bot.joined_at, event.joined_at)), default=None)
        bot.exited_at = max(filter(None, (bot.exited_at, event.exited_at)), default=None)
        bot.duration_seconds = max(
            filter(None, (bot.duration_seconds, event.duration_seconds)), default=None
        )


def step_of(event: BotEvent) -> StatusChange:
    match event:
        case BotStatusChanged():
            return _reported(event)
        case BotCompleted():
            return StatusChange(
                code="completed",
                state=BotState.DONE,
                happened_at=event.happened_at,
                has_media=bool(event.links.video or event.links.audio or event.is_data_deleted),
            )
        case BotFailed():
            # "Only the transcript failed" is no end yet: a look tells whether there is a recording.
            is_open = is_without_transcript(event.code)
            return StatusChange(
                code=event.code[:LONGEST_CODE],
                state=BotState.PROCESSING if is_open else BotState.FAILED,
                happened_at=event.happened_at,
                message=event.message,
                is_reason=True,
            )


def _reported(event: BotStatusChanged) -> StatusChange:
    return StatusChange(
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
