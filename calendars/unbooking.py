"""Have no bot come: take its booking back, or call it back, unless somebody still wants it.

Off always works: also on a broken calendar, over quota, or when the provider lost the meeting.
"""

from bots import actions, lifecycle, sending
from bots.models import Bot
from calendars import coverage
from calendars.models import Choice, Event
from upstream.errors import Conflict
from upstream.registry import open_provider
from upstream.states import BotState


def unbook(event: Event, bot: Bot) -> None:
    """Take the booking back at every meeting that holds it, unless one of them wants the bot."""
    if bot.is_final:
        return _let_go(event)
    others = bot.events.exclude(pk=event.pk).for_work()
    if wanting := next((other for other in others if _wants(other)), None):
        return _leave_it_to(wanting, event)
    bot.ask_to_leave()
    if bot.is_by_hand and not bot.upstream_id:
        sending.send(bot)  # takes it back in its turn: somebody may be asking for it just now
        bot.refresh_from_db()
    elif bot.upstream_id and not event.is_bot_scheduled:
        actions.leave(bot)
    else:
        _unbook_holders(event, bot)
    return _let_go(event) if bot.is_final else event.note_booking(is_scheduled=False)


def unbook_stray(event: Event) -> None:
    """The provider has a bot booked that nobody here wants, and of which we know nothing."""
    open_provider(event.calendar.account).unbook_event(event.ref)
    event.note_booking(is_scheduled=False)


def take_back(event: Event, bot: Bot) -> None:
    """Call off this bot before it sets out; the event is free for another."""
    if event.is_bot_scheduled:
        open_provider(event.calendar.account).unbook_event(event.ref)
        lifecycle.cancel(bot)
    else:
        bot.ask_to_leave()
        actions.leave(bot)
    if bot.is_final:
        _let_go(event)


def _unbook_holders(event: Event, bot: Bot) -> None:
    provider = open_provider(event.calendar.account)
    for holder in bot.events.for_work().order_by("-is_bot_scheduled", "id"):
        if holder.pk != event.pk and not holder.is_bot_scheduled:
            continue
        try:
            provider.unbook_event(holder.ref)
        except Conflict:
            if not bot.upstream_id:
                raise
            actions.leave(bot)  # it has set out: no booking to take back, but a bot to call back
        Event.objects.filter(pk=holder.pk).update(is_bot_scheduled=False)
    if bot.state == BotState.SCHEDULED:
        lifecycle.cancel(bot)


def _let_go(event: Event) -> None:
    event.attach(None)
    event.note_booking(is_scheduled=False)


def _wants(other: Event) -> bool:
    return coverage.decide_now(other, Choice.objects.about(other)).will_record


def _leave_it_to(other: Event, event: Event) -> None:
    """The bot stays for a colleague; one booked by link is theirs to move from now on."""
    if event.is_booked_by_link:
        Event.objects.filter(pk=other.pk).update(is_booked_by_link=True)
    event.note_booking(is_scheduled=event.is_bot_scheduled)
