"""How long a bot waits before it leaves by itself: as its workspace said and its provider takes it.

What is set while it waits is told as well, though the provider keeps what it was sent with. A
platform may turn it away earlier than it would go by itself (meetingbaas-v2.md §5, recall.md §3).
"""

from datetime import datetime, timedelta

from bots.models import Bot
from bots.setup import BotDefaults
from upstream.options import Departure, Span
from upstream.registry import capabilities_of
from upstream.states import Platform

LOBBIES_HOLD = {
    Platform.MEET: timedelta(minutes=10),
    Platform.TEAMS: timedelta(minutes=30),
}


def gives_up_at(bot: Bot) -> datetime:
    """Until about when a bot in a waiting room stays there."""
    options = capabilities_of(bot.account).options
    wished = _within(options.waiting_room, _departure(bot).waiting_room)
    return bot.state_at + min(wished, LOBBIES_HOLD.get(Platform(bot.platform), wished))


def leaves_alone_at(bot: Bot) -> datetime | None:
    """Until about when a bot stays in a meeting to which nobody else comes; None: till its end."""
    options = capabilities_of(bot.account).options
    if bot.platform == Platform.ZOOM and not options.leaves_empty_zoom:
        return None
    return bot.state_at + _within(options.nobody_joined, _departure(bot).nobody_joined)


def leaves_empty_at(bot: Bot, since: datetime) -> datetime | None:
    """Until about when it stays where everybody has left; None where that is the provider's."""
    offered = capabilities_of(bot.account).options.everyone_left
    return since + _within(offered, _departure(bot).everyone_left) if offered else None


def _departure(bot: Bot) -> Departure:
    usual: BotDefaults | None = getattr(bot.workspace, "bot_defaults", None)
    return usual.departure if usual else Departure()


def _within(offered: Span | None, seconds: int) -> timedelta:
    return timedelta(seconds=offered.nearest(seconds) if offered else seconds)
