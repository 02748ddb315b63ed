"""A bot that a person asks for, from the filled-in form to the provider's yes.

order ─► one row, committed ─► bots.send ─► the provider knows it
              └── whatever gets lost in between: bots.reconcile finds the row and wakes bots.send

One worker at a time talks about a bot (a lease). After a call whose answer was lost the provider
is asked what it has before the call is repeated.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User, Workspace
from bots import actions, queue
from bots.broadcast import announce
from bots.models import SEND_LEASE, Bot
from bots.querysets import STILL_WORTH_SENDING
from upstream.errors import Retryable
from upstream.models import UpstreamAccount

MOST_AT_ONCE = 100
LEFT_ALONE = timedelta(seconds=30)
NOT_REACHED = "The recording service could not be reached so far. Earshot keeps trying."
BUSY = "The recording service has no bot free at the moment. Earshot keeps trying."
NO_BOT_FREE = 507


class NoAccount(Exception):
    """Nobody has entered a key for a recording service yet."""


def order(
    *,
    workspace: Workspace,
    by: User,
    order_id: str,
    meeting_url: str,
    starts_at: datetime,
    title: str = "",
    **setup: object,
) -> tuple[Bot, bool]:
    """Write down that this person wants a bot, once per form however often it is sent in.

    Returns the bot, and False when this form or this meeting has one already. Raises NoAccount.
    """
    try:
        with transaction.atomic():
            bot, is_new = _claim(
                workspace, by, meeting_url, starts_at, None, title, order_id=order_id, **setup
            )
    except IntegrityError:  # the same form, a moment ago, with another minute on the clock
        return workspace.bots.get(order_id=order_id), False
    if is_new:
        queue.send(bot.pk)
    return bot, is_new


def order_for_event(
    *,
    workspace: Workspace,
    by: User,
    meeting_url: str,
    starts_at: datetime,
    ends_at: datetime,
    title: str,
) -> tuple[Bot, bool]:
    """The bot of a meeting in a calendar, to be there at once whenever the meeting begins.

    Waking a worker is left to the caller; False when the meeting has a bot. Raises NoAccount.
    """
    bot, is_new = _claim(workspace, by, meeting_url, starts_at, ends_at, title)
    if is_new and bot.starts_at > timezone.now():
        bot.starts_at = timezone.now()
        bot.save(update_fields=["starts_at", "updated_at"])
    return bot, is_new


def _claim(
    workspace: Workspace,
    by: User,
    meeting_url: str,
    starts_at: datetime,
    ends_at: datetime | None,
    title: str,
    **wishes: object,
) -> tuple[Bot, bool]:
    account = UpstreamAccount.objects.for_workspace(workspace)
    if account is None:
        raise NoAccount
    return actions.claim(
        workspace=workspace,
        account=account,
        meeting_url=meeting_url,
        starts_at=starts_at,
        ends_at=ends_at,
        title=title,
        platform="",
        requested_by=by,
        is_by_hand=True,
        **wishes,
    )


def send(bot: Bot) -> None:
    """Have the provider send it, or take it back if nobody wants it any more.

    Raises Retryable after saying so on the bot's page. Somebody else at it: nothing to do.
    """
    if not bot.take_send_lease():
        return
    try:
        # Who had the lease a moment ago may have sent it: what was read before counts for nothing.
        if current := Bot.objects.unsent().with_account().filter(pk=bot.pk).first():
            _settle(current)
    finally:
        bot.release_send_lease()


def _settle(bot: Bot) -> None:
    try:
        if bot.leave_requested_at:
            actions.call_off(bot)
        else:
            actions.send_bot(bot)
    except Retryable as trouble:
        _tell(bot, BUSY if trouble.status == NO_BOT_FREE else NOT_REACHED)
        raise
    _tell(bot, "" if bot.notice in (NOT_REACHED, BUSY) else bot.notice)


def _tell(bot: Bot, notice: str) -> None:
    if bot.notice != notice:
        bot.note(notice)
    announce(bot, list(bot.changes.all()))


def unsent_bots() -> list[int]:
    """Ids of the bots that should have been sent by now and were not, the oldest first."""
    now = timezone.now()
    free = Q(sending_since=None) | Q(sending_since__lt=now - SEND_LEASE)
    waiting = Bot.objects.unsent().filter(
        free,
        created_at__lt=now - LEFT_ALONE,
        starts_at__gt=now - STILL_WORTH_SENDING,
    )
    return list(waiting.order_by("created_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
