"""Sending a bot into a meeting at once: one that runs and has none, or one that has not begun.

The wish is a choice like any other, so that nothing takes the bot away again; and the bot is the
meeting's own, so that whoever else wants it recorded finds it.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from bots import queue as bots_queue
from bots import sending
from bots.models import Bot
from calendars import choosing, coverage
from calendars.models import Choice, Event, Verdict


class NotPossible(Exception):
    """The message says why, in words for the person who asked."""


@transaction.atomic
def send_now(event: Event, *, by: User) -> Bot:
    """Have a bot in this meeting as soon as it can be there. Raises NotPossible."""
    if event.bot and not event.bot.is_final:
        raise NotPossible("A bot is already on its way to this meeting.")
    event.attach(None)
    choosing.choose([event], Verdict.RECORD, by=by, at=timezone.now())
    decision = coverage.decide_now(event, Choice.objects.about(event))
    if not (decision.will_record or decision.is_paused) or not event.meeting_url:
        raise NotPossible(f"No bot was sent. {decision.reason}.")
    bot = _order(event, by)
    event.attach(bot)
    if decision.is_paused:  # nobody books on a broken calendar, but a bot needs no calendar
        bots_queue.send(bot.pk)
    return bot


def _order(event: Event, by: User) -> Bot:
    try:
        bot, is_new = sending.order_for_event(
            workspace=event.workspace,
            by=by,
            meeting_url=event.meeting_url,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            title=event.title_for_bot,
        )
    except sending.NoAccount:
        raise NotPossible("Earshot has no recording service yet, so no bot can be sent.") from None
    if not is_new:
        raise NotPossible("A bot is already on its way to this meeting.")
    return bot
