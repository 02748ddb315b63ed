"""The workspace changes its recording service: bots that wait for their time go along.

A bot keeps its row, its address and its history. Called off at the old service, it is one that was
never sent, and is sent by the new one. Who has set out stays with the service that sent them.

    begin()   writes the wish on each bot; a task sees to each
"""

from contextlib import suppress

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Workspace
from bots import queue
from bots.models import Bot
from upstream.errors import Refused
from upstream.models import UpstreamAccount
from upstream.registry import open_provider
from upstream.states import BotState

MOVED = ["account", "upstream_id", "booked_at", "send_tried_at", "moves_to", "updated_at"]


def waiting(workspace: Workspace, account: UpstreamAccount) -> QuerySet[Bot]:
    """Those that a person sent, that wait for their time, and are elsewhere than at `account`."""
    ours = workspace.bots.filter(state=BotState.SCHEDULED, is_by_hand=True)
    return ours.exclude(account=account).filter(leave_requested_at=None).order_by("starts_at")


def under_way(workspace: Workspace, account: UpstreamAccount) -> QuerySet[Bot]:
    """Those that stay with the service that sent them."""
    return workspace.bots.unfinished().exclude(Q(account=account) | Q(state=BotState.SCHEDULED))


@transaction.atomic
def begin(workspace: Workspace, account: UpstreamAccount) -> None:
    """Have every bot that waits elsewhere moved to `account`."""
    bots = list(waiting(workspace, account).values_list("pk", flat=True))
    Bot.objects.filter(pk__in=bots).update(moves_to=account)
    for pk in bots:
        queue.move(pk)


def to_be_moved() -> list[int]:
    """Ids of those that were promised to another service, and are not there yet."""
    return list(Bot.objects.unfinished().exclude(moves_to=None).values_list("pk", flat=True))


def move(bot: Bot) -> None:
    """Call it off where it is, and have the other service send it. Raises Retryable.

    A service that does not let us in any more is left alone: its key is dead, and so is its bot.
    """
    if not bot.take_send_lease():
        return
    try:
        current = Bot.objects.with_account().select_related("moves_to").get(pk=bot.pk)
        account, current.moves_to = current.moves_to, None
        if account is None:
            return
        if current.state == BotState.SCHEDULED and current.account_id != account.pk:
            _call_off(current)
            current.account, current.upstream_id = account, ""
            current.booked_at = current.send_tried_at = None
        current.save(update_fields=MOVED)
    finally:
        bot.release_send_lease()
    queue.send(bot.pk)


def _call_off(bot: Bot) -> None:
    provider = open_provider(bot.account)
    with suppress(Refused):
        known = provider.find_bot(bot.public_id) if bot.send_tried_at else None
        upstream_id = bot.upstream_id or (known.bot_id if known else "")
        if upstream_id:
            provider.cancel_scheduled_bot(upstream_id)
