"""Have one bot come to a meeting: on its calendar, by its link, or at once.

    on the calendar   the provider knows the link and moves the bot with the meeting
    by link           the link was found by us, or the calendar's one booking is spent
    at once           the meeting is about to start, or running

The bot is claimed first and asked for second: whatever happens in between, there is one and we know
it. When an earlier answer may have been lost, the provider is asked before anything is repeated.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from bots import actions, lifecycle, sending
from bots.models import Bot
from calendars.models import Event, LinkSource
from calendars.problems import is_kept, sentence_for
from upstream.errors import NotFound, Refused
from upstream.port import Provider
from upstream.registry import open_provider
from upstream.states import BotState

COMES_EARLY = timedelta(minutes=4)


class Busy(Exception):
    """Another worker is talking to the provider about this meeting; come back in a moment."""


def book(event: Event) -> None:
    """Find or make the one bot of this meeting, and have it come. Raises Busy, or Retryable."""
    bot, is_new = actions.claim(
        workspace=event.workspace,
        account=event.calendar.account,
        meeting_url=event.meeting_url,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        title=event.title_for_bot,
        platform=event.platform,
        requested_by=event.calendar.owner,
    )
    if bot.is_leaving:
        return event.note_booking(is_scheduled=event.is_bot_scheduled)  # never two at once
    event.attach(bot)
    if bot.is_by_hand:
        return _lean_on(event, bot)
    wait_for_colleagues(event, bot)
    if bot.booked_at is not None and bot.leave_requested_at is None:
        return event.note_booking(is_scheduled=event.is_bot_scheduled)
    return _ask_for(event, bot, is_first_try=is_new)


def _lean_on(event: Event, bot: Bot) -> None:
    """A person sent this bot: it needs no booking, only to be on its way."""
    if bot.booked_at is None and not bot.is_final:
        sending.send(Bot.objects.with_account().get(pk=bot.pk))
    return event.note_booking(is_scheduled=event.is_bot_scheduled)


def wait_for_colleagues(event: Event, bot: Bot) -> None:
    """Let whoever is asking for this bot, or sending it away, finish.

    Each attaches before it looks, so one sees the other. Raises Busy; once nobody else is at it,
    `bot` is as the last of them left it.
    """
    others_at_work = bot.events.exclude(pk=event.pk).at_work().exists()
    current = Bot.objects.filter(pk=bot.pk).first()
    if others_at_work or current is None or current.is_final or current.is_leaving:
        event.attach(None)
        raise Busy
    bot.refresh_from_db()


def book_if_lost(event: Event, bot: Bot) -> None:
    """A booking in doubt: the listing may have been older than it, so the provider is asked."""
    wait_for_colleagues(event, bot)
    _ask_for(event, bot, is_first_try=False)


def is_about_to_start(starts_at: datetime, provider: Provider) -> bool:
    """Inside the lock window, or running: too late for the provider to book or to change."""
    window = timedelta(seconds=provider.capabilities.lock_window_seconds)
    return starts_at <= timezone.now() + window


def _ask_for(event: Event, bot: Bot, *, is_first_try: bool) -> None:
    try:
        _have_it_come(event, bot, is_first_try=is_first_try)
    except Refused as refusal:
        if is_kept(refusal):
            raise
        _give_up(event, bot, refusal)
    else:
        bot.ask_to_stay()


def _have_it_come(event: Event, bot: Bot, *, is_first_try: bool) -> None:
    """Ask, once. Of a bot that is not new the answer may have been lost, here or elsewhere."""
    is_by_link = bot.send_tried_at is not None
    if not (is_first_try or is_by_link) and (holder := _holder_of(bot)):
        Event.objects.filter(pk=holder.pk).update(is_bot_scheduled=True)
        bot.mark_booked()
        return event.note_booking(is_scheduled=holder.pk == event.pk)
    provider = open_provider(event.calendar.account)
    is_late = is_about_to_start(event.starts_at, provider)
    if is_late or is_by_link or _needs_link(event, is_first_try=is_first_try):
        if event.is_bot_scheduled:
            bot.note_send_tried()
            provider.unbook_event(event.ref)  # whatever the provider still has there is not ours
        # Late is up to ten minutes before; nobody wants a bot to wait for so long.
        is_due = event.starts_at <= timezone.now() + COMES_EARLY
        actions.ask_for(bot, at_once=is_late and is_due)
        return event.note_booking(is_scheduled=False, is_by_link=True)
    provider.book_event(event.ref, actions.spec_for(bot))
    bot.mark_booked()
    return event.note_booking(is_scheduled=True)


def _needs_link(event: Event, *, is_first_try: bool) -> bool:
    """The calendar tells the provider no link; or has a booking already that is not this bot's."""
    return event.link_source == LinkSource.FOUND or (is_first_try and event.is_bot_scheduled)


def _holder_of(bot: Bot) -> Event | None:
    """The event under which the provider has this bot booked: asked, not remembered."""
    events = bot.events.for_work().exclude(link_source=LinkSource.FOUND)
    return next((event for event in events if _is_booked_already(event)), None)


def _is_booked_already(event: Event) -> bool:
    provider = open_provider(event.calendar.account)
    try:
        return provider.get_event(event.calendar.upstream_id, event.upstream_id).is_bot_scheduled
    except NotFound:
        return False


def _give_up(event: Event, bot: Bot, refusal: Refused) -> None:
    """The provider said no. Let go of the bot, so that another calendar of this meeting may try.

    Attached to the last: who claims this bot meanwhile sees us at work, and books another later.
    """
    others = bot.events.exclude(pk=event.pk).exists()
    if not others and bot.state == BotState.SCHEDULED:
        lifecycle.cancel(bot)
    event.attach(None)
    event.note_trouble(sentence_for(refusal), refusal)
