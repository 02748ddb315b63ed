"""Which app a domain event belongs to. The one place where the inbox knows the product."""

from dataclasses import dataclass
from functools import partial

from celery import current_app
from django.db import transaction
from structlog.contextvars import bind_contextvars

import bots.chat
import bots.lifecycle
import bots.live_lines
import bots.reconciliation
import bots.stays
import calendars.health
import calendars.publishing
import calendars.queue
import calendars.scheduling
import calendars.sync
import recordings.deleting
import recordings.ingest
import recordings.retranscribing
from bots.models import Bot
from calendars.models import Event
from upstream.events import (
    BotCompleted,
    BotFailed,
    BotResultChanged,
    BotStatusChanged,
    CalendarConnectionChanged,
    CalendarConnectionDeleted,
    CalendarEventsChanged,
    ChatMessageSent,
    DomainEvent,
    Ignored,
    PersonMoved,
    TranscriptChanged,
    TranscriptLineHeard,
)
from upstream.models import UpstreamAccount
from upstream.states import BotState


@dataclass(frozen=True, slots=True)
class Effect:
    """What came of a delivery, as support reads it."""

    sentence: str
    is_ours: bool = True
    is_news: bool = True
    bot: Bot | None = None


BOT = "bot"  # under which log lines name whom a delivery is about
NO_BOT = Effect("No bot of ours.", is_ours=False, is_news=False)


def dispatch(account: UpstreamAccount, event: DomainEvent) -> Effect:
    """Let the event have its effect. Repeating it has none."""
    match event:
        case BotStatusChanged() | BotCompleted() | BotFailed():
            return _tell_bot(account, event)
        case BotResultChanged() | TranscriptChanged():
            return _tell_known_bot(account, event)
        case ChatMessageSent() | PersonMoved() | TranscriptLineHeard():
            return _tell_known_bot(account, event)
        case CalendarConnectionChanged() | CalendarConnectionDeleted():
            told = calendars.health.connection_changed(account, event)
            return Effect(told, is_news=told != calendars.health.NO_CALENDAR)
        case CalendarEventsChanged():
            told = calendars.sync.apply_change(account, event)
            no_news = (calendars.health.NO_CALENDAR, calendars.sync.NO_NEWS)
            return Effect(told, is_news=told not in no_news)
        case Ignored():
            return Effect(event.reason, is_ours=False, is_news=False)


def _tell_bot(
    account: UpstreamAccount, event: BotStatusChanged | BotCompleted | BotFailed
) -> Effect:
    bot = Bot.objects.for_delivery(
        account, bot_id=event.bot_id, correlation_id=event.correlation_id
    ) or _bot_of_meeting(account, event.event_id)
    if bot is None:
        return NO_BOT
    bind_contextvars(**{BOT: bot.public_id})
    has_changed = bots.lifecycle.apply(bot, event)
    if isinstance(event, BotCompleted) and event.bot_id in ("", bot.upstream_id):
        recordings.ingest.begin(bot)
    if has_changed:
        _tell_meetings(bot)
        return Effect(f"{bot.public_id} is now {bot.get_state_display().lower()}.", bot=bot)
    return Effect(f"{bot.public_id} knew that already.", is_news=False, bot=bot)


def _tell_known_bot(
    account: UpstreamAccount,
    event: BotResultChanged
    | TranscriptChanged
    | ChatMessageSent
    | PersonMoved
    | TranscriptLineHeard,
) -> Effect:
    bot = Bot.objects.for_delivery(
        account, bot_id=event.bot_id, correlation_id=event.correlation_id
    )
    if bot is None:
        return NO_BOT
    bind_contextvars(**{BOT: bot.public_id})
    match event:
        case BotResultChanged():
            _ask_for_look(bot)
            return Effect(f"{bot.public_id} is being looked at.", bot=bot)
        case TranscriptChanged():
            is_waited_for = recordings.retranscribing.hasten(bot)
            is_news = recordings.ingest.fetch_transcript(bot) or is_waited_for
            told = "The transcript of {} is being fetched.", "{} needs no transcript."
        case ChatMessageSent() | PersonMoved() if recordings.deleting.is_over(bot):
            is_news = False
            told = "", "The recording of {} is deleted: no word of this is kept."
        case ChatMessageSent():
            is_news = bots.chat.store(bot, event)
            told = "A chat message for {}.", "{} had that chat message already."
        case PersonMoved():
            is_news = bots.stays.note(bot, event)
            told = "Somebody came or left where {} is.", "{} had seen that already."
        case TranscriptLineHeard():
            is_news = bots.live_lines.hear(bot, event)
            told = "Something was said where {} is.", "{} had heard that already."
    return Effect(told[not is_news].format(bot.public_id), is_news=is_news, bot=bot)


def look_behind(bot: Bot) -> None:
    """Read how it ended, where the message only said that it did. Raises Retryable."""
    if bots.reconciliation.look(bot):
        _tell_meetings(bot)
    if bot.state == BotState.DONE and bot.has_media:
        recordings.ingest.begin(bot)


def _ask_for_look(bot: Bot) -> None:
    call = current_app.signature("webhooks.look_behind", kwargs={"bot_id": bot.pk}, immutable=True)
    transaction.on_commit(partial(call.apply_async, retry=False), robust=True)


def _tell_meetings(bot: Bot) -> None:
    calendars.publishing.publish_bot(bot)
    calendars.scheduling.follow_up(bot)
    if bot.state == BotState.WAITING_ROOM:
        calendars.queue.tell_lobby(bot.pk)


def _bot_of_meeting(account: UpstreamAccount, upstream_event_id: str) -> Bot | None:
    """Bots booked through a calendar tell their own id for the first time here."""
    if not upstream_event_id:
        return None
    return Event.objects.bot_for(account, upstream_event_id)
