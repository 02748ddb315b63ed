"""A second bot of the provider's, made by a create call that took longer than we waited for it.

A call whose answer does not come is looked up, and repeated when there is nothing. Where the
provider knows no idempotency key (v2), the first call may be carried out all the same, a little
later. For a while it is looked whether there are two, and the one that is not ours is sent away.
"""

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from bots import lifecycle
from bots.models import ASKED_AGAIN, Bot, StatusChange
from upstream.errors import NotFound
from upstream.events import BotStatusChanged
from upstream.port import BotSnapshot, Provider
from upstream.registry import open_provider
from upstream.states import FINAL, BotState

LATE_BY_AT_MOST = timedelta(minutes=10)
MOST_AT_ONCE = 100


def bots_asked_for_again() -> list[int]:
    """Ids of the bots under way for which the create call was repeated a short while ago."""
    lately = StatusChange.objects.filter(
        code=ASKED_AGAIN, happened_at__gt=timezone.now() - LATE_BY_AT_MOST
    )
    asked = Bot.objects.unfinished().filter(changes__in=lately).exclude(upstream_id="")
    return list(asked.distinct().order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def look_for_twins(bot: Bot) -> None:
    """Ask the provider for all that carry our id. Raises the provider's errors."""
    provider = open_provider(bot.account)
    told = set(bot.changes.values_list("upstream_id", flat=True))
    for found in provider.find_bots(bot.public_id):
        is_ours = found.bot_id in (bot.upstream_id, *told)
        if not is_ours and found.state and found.state not in FINAL:
            _send_away(bot, found, provider)


def _send_away(bot: Bot, twin: BotSnapshot, provider: Provider) -> None:
    """Take back one that waits for its time; one that has set out is told, and so surplus."""
    if twin.state == BotState.SCHEDULED:
        with suppress(NotFound):
            provider.cancel_scheduled_bot(twin.bot_id)
        return
    lifecycle.apply(
        bot,
        BotStatusChanged(
            bot_id=twin.bot_id, code=twin.code, state=twin.state, happened_at=timezone.now()
        ),
    )
