"""Bots that have been silent for too long are asked about; nothing depends on a webhook arriving.

a snapshot ── told as the same steps a webhook tells ──► lifecycle
404        ── the provider does not know it          ──► failed, not_found_upstream
an end reason ten minutes ago and still no end       ──► failed for that reason
"""

import logging
from datetime import datetime

from django.utils import timezone

from bots import lifecycle
from bots.models import SENT_AWAY, Bot, StatusChange
from bots.outcomes import is_failure, is_vague, is_without_transcript
from bots.querysets import HEED_WITHIN
from upstream.errors import NotFound, Refused
from upstream.events import BotCompleted, BotFailed, BotStatusChanged
from upstream.port import BotSnapshot
from upstream.registry import open_provider
from upstream.states import RANK, BotState

logger = logging.getLogger(__name__)

NOT_FOUND = "not_found_upstream"
MOST_AT_ONCE = 100


def silent_bots() -> list[int]:
    """Ids of the bots to look at now, the longest unseen first."""
    now = timezone.now()
    silent = Bot.objects.silent(now).order_by("looked_at", "pk").values_list("pk", flat=True)
    unexplained = Bot.objects.unexplained(now).order_by("heard_at").values_list("pk", flat=True)
    return [*silent[:MOST_AT_ONCE], *unexplained[:MOST_AT_ONCE]]


def unheeded_bots() -> list[int]:
    """Ids of the bots that somebody sent away a while ago, and that are still there."""
    staying = Bot.objects.unheeded(timezone.now()).order_by("leave_requested_at")
    return list(staying.values_list("pk", flat=True)[:MOST_AT_ONCE])


def surplus_bots() -> list[tuple[int, str]]:
    """Ids of the bots of which a second one was asked to leave and did not yet; and its own."""
    asked_before = timezone.now() - HEED_WITHIN
    asked = StatusChange.objects.filter(code=SENT_AWAY, happened_at__lt=asked_before)
    staying = asked.filter(bot__in=Bot.objects.with_surplus()).order_by("happened_at")
    return list(staying.values_list("bot_id", "upstream_id")[:MOST_AT_ONCE])


def look(bot: Bot) -> bool:
    """Ask the provider where this bot is and take in the answer; True when something changed."""
    bot.mark_looked()
    try:
        snapshot = _snapshot(bot)
    except Refused as refusal:
        logger.warning("bot %s cannot be looked up: %s", bot.public_id, refusal.code)
        return False
    if snapshot is None:
        return lifecycle.fail(bot, code=NOT_FOUND, upstream_id=bot.upstream_id)
    return _take_in(bot, snapshot)


def close_surplus(bot: Bot, upstream_id: str) -> bool:
    """Take in how a second bot ended that is not there any more: it may have recorded after all."""
    try:
        snapshot = open_provider(bot.account).get_bot(upstream_id)
    except NotFound:
        snapshot = None
    if snapshot and _has_media(snapshot):
        return _take_in(bot, snapshot)
    return lifecycle.close(bot, upstream_id=upstream_id)


def _snapshot(bot: Bot) -> BotSnapshot | None:
    """Read the bot; one whose id we never learned is found by ours, then read for its details."""
    provider = open_provider(bot.account)
    upstream_id = bot.upstream_id
    if not upstream_id:
        found = provider.find_bot(bot.public_id)
        is_ours = (
            found and not bot.changes.filter(upstream_id=found.bot_id, code=SENT_AWAY).exists()
        )
        upstream_id = found.bot_id if found and is_ours else ""
    try:
        return provider.get_bot(upstream_id) if upstream_id else None
    except NotFound:
        return None


def _take_in(bot: Bot, snapshot: BotSnapshot) -> bool:
    """Tell a snapshot in the words of a webhook.

    Media settle it: a bot that "failed" for its transcript alone brought a recording home.
    """
    at = snapshot.ended_at or snapshot.exited_at or timezone.now()
    is_failed = snapshot.state == BotState.FAILED
    if snapshot.state == BotState.DONE or (is_failed and _has_media(snapshot)):
        has_reason = _note_why(bot, snapshot, at)
        has_changed = lifecycle.apply(bot, _completed(snapshot, at))
        return _note_lost_text(bot, snapshot, at) or has_changed or has_reason
    if is_failed:
        return _failed(bot, snapshot, at)
    if snapshot.state == BotState.CANCELLED:
        return lifecycle.cancel(bot, upstream_id=snapshot.bot_id)
    return _follow(bot, snapshot)


def _failed(bot: Bot, snapshot: BotSnapshot, at: datetime) -> bool:
    """What the provider says of a failure counts as its message would, also after the end."""
    code, message = snapshot.error_code or snapshot.code, snapshot.error_message
    if is_vague(code):
        return lifecycle.fail(bot, code=code, message=message, upstream_id=snapshot.bot_id)
    why = BotFailed(bot_id=snapshot.bot_id, code=code, message=message, happened_at=at)
    return lifecycle.apply(bot, why)


def _has_media(snapshot: BotSnapshot) -> bool:
    return bool(snapshot.links.video or snapshot.links.audio)


def _note_why(bot: Bot, snapshot: BotSnapshot, at: datetime) -> bool:
    """Why it left a meeting that it recorded, where the message that said so got lost."""
    if bot.reason or not snapshot.left_because:
        return False
    why = BotStatusChanged(
        bot_id=snapshot.bot_id,
        code=snapshot.left_because,
        state=BotState.PROCESSING,
        happened_at=snapshot.exited_at or at,
        is_reason=True,
    )
    return lifecycle.apply(bot, why)


def _note_lost_text(bot: Bot, snapshot: BotSnapshot, at: datetime) -> bool:
    """A recording that is there without its transcript: nobody has to wait for one."""
    code = snapshot.error_code
    if not (code and is_without_transcript(code)):
        return False
    lost = BotFailed(
        bot_id=snapshot.bot_id, code=code, message=snapshot.error_message, happened_at=at
    )
    return lifecycle.apply(bot, lost)


def _completed(snapshot: BotSnapshot, at: datetime) -> BotCompleted:
    return BotCompleted(
        bot_id=snapshot.bot_id,
        happened_at=at,
        correlation_id=snapshot.correlation_id,
        duration_seconds=snapshot.duration_seconds,
        joined_at=snapshot.joined_at,
        exited_at=snapshot.exited_at,
        participants=snapshot.participants,
        speakers=snapshot.speakers,
        links=snapshot.links,
        is_data_deleted=snapshot.is_data_deleted,
    )


def _follow(bot: Bot, snapshot: BotSnapshot) -> bool:
    """Catch up with a bot under way. An end announced long ago and never confirmed counts now."""
    if _is_ahead(bot, snapshot):
        return lifecycle.apply(
            bot,
            BotStatusChanged(
                bot_id=snapshot.bot_id,
                code=snapshot.code,
                state=snapshot.state,
                happened_at=timezone.now(),
            ),
        )
    if bot.is_overdue and is_failure(bot.reason):
        return lifecycle.fail(
            bot, code=bot.reason, message=bot.reason_message, upstream_id=bot.upstream_id
        )
    bot.mark_heard(snapshot.bot_id)
    return False


def _is_ahead(bot: Bot, snapshot: BotSnapshot) -> bool:
    here = BotState(bot.state)
    there = snapshot.state or here
    return there != here and RANK[there] >= RANK[here]
