"""The meeting moved, or its link changed: have its bot be where the meeting is.

booked on the calendar   most providers move the booking; ours only has to be told
booked by link           moved by us
too late for a new time  the provider's first bot comes for the old one and is sent away; a
                         second comes for the new one
too late for a new link  the booking is taken back, and a bot is sent to the new one at once
"""

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from bots import actions, lifecycle
from bots.links import meeting_key
from bots.models import SAME_APPOINTMENT, Bot
from calendars.booking import book, is_about_to_start
from calendars.models import Event, LinkSource
from calendars.unbooking import take_back
from upstream.errors import Conflict
from upstream.port import Provider
from upstream.registry import open_provider
from upstream.states import BotState


def follow(event: Event, bot: Bot) -> None:
    """Move the bot of this event's booking to where the event is now."""
    if bot.is_by_hand:  # it goes where a person sent it, and this meeting is elsewhere now
        event.attach(None)
        return book(event)
    provider = open_provider(event.calendar.account)
    if event.is_booked_by_link:
        return _follow_by_link(event, bot, provider)
    if event.link_source == LinkSource.FOUND:
        return _replace(event, bot)  # the booking has the link of before, and keeps it
    was_due_at = bot.starts_at
    is_late = is_about_to_start(was_due_at, provider)
    if is_late and event.starts_at == was_due_at and event.meeting_url != bot.meeting_url:
        return _replace(event, bot)  # too late for its booking: it would go to the old link
    if not provider.capabilities.follows_moved_events:
        provider.rebook_event(event.ref, actions.spec_for(bot))
    if not _move(bot, event):
        return _replace(event, bot)  # another has the new time: this one is one too many
    if is_late and event.starts_at > was_due_at + SAME_APPOINTMENT:
        lifecycle.leave_behind(bot, at=was_due_at)
    return event.note_booking(is_scheduled=event.is_bot_scheduled)


def call_back(event: Event, bot: Bot) -> None:
    """It set out for the old time. When it has gone, another is booked for the new one."""
    bot.ask_to_leave()
    actions.leave(bot)
    event.note_booking(is_scheduled=event.is_bot_scheduled)


def _follow_by_link(event: Event, bot: Bot, provider: Provider) -> None:
    is_late = any(is_about_to_start(at, provider) for at in (bot.starts_at, event.starts_at))
    if is_late and abs(event.starts_at - bot.starts_at) <= SAME_APPOINTMENT:
        _move(bot, event)  # it comes a little early and waits
        return event.note_booking(is_scheduled=False)
    if is_late:
        return _replace(event, bot)
    spec = replace(actions.spec_for(bot), meeting_url=event.meeting_url)
    try:
        upstream_id = provider.reschedule_bot(bot.upstream_id, spec, join_at=event.starts_at)
    except Conflict:
        return _replace(event, bot)
    lifecycle.replace_booking(bot, upstream_id=upstream_id)
    if not _move(bot, event):
        return _replace(event, bot)
    return event.note_booking(is_scheduled=False)


def _replace(event: Event, bot: Bot) -> None:
    """Call this bot off and have another come; one that set out has to be gone first."""
    take_back(event, bot)
    if event.bot is None:
        book(event)


def _move(bot: Bot, event: Event) -> bool:
    """Keep the bot's new place; False when another bot has it."""
    now: datetime = timezone.now()
    try:
        with transaction.atomic():
            Bot.objects.filter(pk=bot.pk, state=BotState.SCHEDULED).update(
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                title=event.title_for_bot,
                meeting_url=event.meeting_url,
                meeting_key=meeting_key(event.meeting_url, event.starts_at),
                updated_at=now,
            )
    except IntegrityError:
        return False
    bot.refresh_from_db(fields=["starts_at", "ends_at", "meeting_key"])
    return True
