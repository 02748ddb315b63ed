"""Which bots a person may still change: those that wait, until shortly before they go."""

from datetime import datetime, timedelta

from django.utils import timezone

from bots.models import Bot
from upstream.registry import capabilities_of
from upstream.states import BotState


def lock_window(bot: Bot) -> timedelta:
    """How long before its start the provider lets nobody change it."""
    return timedelta(seconds=capabilities_of(bot.account).lock_window_seconds)


def can_change(bot: Bot, now: datetime | None = None) -> bool:
    return is_waiting(bot) and not is_locked(bot, now)


def is_waiting(bot: Bot) -> bool:
    """Known to the provider, by its id or as the booking of an event, and not called off."""
    is_known = bool(bot.upstream_id) if bot.is_by_hand else bot.booked_at is not None
    return bot.state == BotState.SCHEDULED and is_known and bot.leave_requested_at is None


def is_locked(bot: Bot, now: datetime | None = None) -> bool:
    return bot.starts_at < (now or timezone.now()) + lock_window(bot)
