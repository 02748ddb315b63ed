"""Make what is booked agree with what was decided, one event at a time.

    decide ─► recorded, nothing booked    booking: claim the meeting's bot, have it come
           ─► recorded, and it moved      following: the bot goes where the meeting is
           ─► not recorded, but booked    unbooking: unless somebody else wants it
           ─► as it should be             nothing

One worker at a time per event (a lease), and at most one changing call where all goes well. After a
call whose answer was lost the provider is read before the call is repeated.
"""

from datetime import datetime

from bots.models import Bot
from calendars import coverage, publishing, queue
from calendars.booking import Busy, book, book_if_lost
from calendars.following import call_back, follow
from calendars.models import Choice, Event
from calendars.problems import sentence_for
from calendars.unbooking import unbook, unbook_stray
from upstream.errors import Refused, Retryable
from upstream.states import BotState

__all__ = ["Busy", "follow_up", "schedule"]

Wish = tuple[bool, datetime, str]


def schedule(event: Event) -> None:
    """Settle one event. Raises Busy, or Retryable after noting on the row what is the matter."""
    if not event.take_lease():
        raise Busy
    event.refresh_from_db(from_queryset=Event.objects.for_work())
    seen = None
    try:
        seen = _settle(event)
    except (Retryable, Refused) as trouble:
        event.note_trouble(sentence_for(trouble), trouble)
        if isinstance(trouble, Retryable):
            raise
    finally:
        event.release_lease()
        publishing.publish_events(event.workspace, _affected(event))
    if seen is not None and seen != _wish(event):
        queue.schedule(event.pk)  # it changed while we were at it, and found us busy


def follow_up(bot: Bot) -> None:
    """A bot is home, or gone: whoever waited for that may have another now."""
    if not bot.is_final:
        return
    for event in coverage.decide_again(bot.events.for_list()):
        queue.schedule(event.pk)


def _settle(event: Event) -> Wish:
    """Return the wish that was seen to."""
    choice = Choice.objects.about(event)
    decision = coverage.decide_kept(event, choice)
    seen = (decision.will_record, event.starts_at, event.meeting_url)
    if decision.is_paused or decision.code == "over":
        return seen
    if decision.will_record:
        _have_a_bot(event, choice)
    else:
        _have_none(event)
    return seen


def _wish(event: Event) -> Wish:
    """What is to be seen to now, read again."""
    current = Event.objects.for_work().get(pk=event.pk)
    decision = coverage.decide_now(current, Choice.objects.about(current))
    return (decision.will_record, current.starts_at, current.meeting_url)


def _have_a_bot(event: Event, choice: Choice | None) -> None:
    bot = event.bot
    if bot is None or not event.is_covered or event.wants_another(choice):
        book(event)
    elif event.is_bot_too_early and not bot.is_leaving:
        call_back(event, bot)
    elif event.is_bot_elsewhere:
        follow(event, bot)
    elif _is_in_doubt(bot):
        book_if_lost(event, bot)
    elif event.booking_error:
        event.note_booking(is_scheduled=event.is_bot_scheduled)


def _have_none(event: Event) -> None:
    if event.bot is not None:
        unbook(event, event.bot)
    elif event.is_booked_by_others:
        unbook_stray(event)
    elif event.booking_error:
        event.note_booking(is_scheduled=event.is_bot_scheduled)


def _is_in_doubt(bot: Bot) -> bool:
    """Booked, but the last listing shows no booking; or sent away, and wanted again since."""
    if bot.state != BotState.SCHEDULED:
        return False
    is_unseen = not bot.upstream_id and not bot.events.filter(is_bot_scheduled=True).exists()
    return bot.leave_requested_at is not None or is_unseen


def _affected(event: Event) -> list[int]:
    """This row, and those of others on the same bot."""
    if event.bot_id is None:
        return [event.pk]
    return list(Event.objects.filter(bot=event.bot_id).values_list("id", flat=True))
