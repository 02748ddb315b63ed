"""Make what is booked agree with what was decided, one event at a time.

    decide ─► recorded, nothing booked    claim the meeting's bot, then book it, or find it covered
           ─► not recorded, but booked    take the booking back, unless somebody else wants it
           ─► as it should be             let the bot follow a meeting that moved

One worker at a time per event (a lease), at most one changing call per run. After a call whose
answer was lost the event is read again before the call is repeated.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from bots import actions, lifecycle, sending
from bots.links import meeting_key
from bots.models import Bot
from calendars import coverage, publishing
from calendars.models import Choice, Event
from calendars.problems import sentence_for
from upstream.errors import Conflict, NotFound, Refused, Retryable
from upstream.port import Provider
from upstream.registry import open_provider
from upstream.states import BotState


class Busy(Exception):
    """Another worker is talking to the provider about this event; come back in a moment."""


def schedule(event: Event) -> None:
    """Settle one event. Raises Busy, or Retryable after noting on the row what is the matter."""
    if not event.take_lease():
        raise Busy
    event.refresh_from_db(from_queryset=Event.objects.for_work())
    try:
        _settle(event)
    except Retryable as trouble:
        event.note_booking(is_scheduled=event.is_bot_scheduled, error=sentence_for(trouble))
        raise
    except Refused as refusal:
        event.note_booking(is_scheduled=event.is_bot_scheduled, error=sentence_for(refusal))
    finally:
        event.release_lease()
        publishing.publish_events(event.workspace, _affected(event))


def _settle(event: Event) -> None:
    decision = coverage.decide_now(event, Choice.objects.about(event))
    if coverage.keep(event, decision):
        event.save(update_fields=[*coverage.KEPT, "updated_at"])
    if decision.is_paused or decision.code == "over":
        return
    bot = event.bot
    if decision.will_record and not event.is_covered:
        _book(event)
    elif decision.will_record and bot is not None and event.is_bot_elsewhere:
        _follow(event, bot)
    elif decision.will_record and bot is not None and _is_in_doubt(event, bot):
        _book_if_lost(event, bot)
    elif not decision.will_record and bot is not None:
        _unbook(event, bot)
    elif event.booking_error:
        event.note_booking(is_scheduled=event.is_bot_scheduled)


def _book(event: Event) -> None:
    """Claim first, call second: whatever happens in between, there is one bot and we know it."""
    bot, is_ours = actions.claim(
        workspace=event.workspace,
        account=event.calendar.account,
        meeting_url=event.meeting_url,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        title=event.title,
        platform=event.platform,
        requested_by=event.calendar.owner,
    )
    event.attach(bot)
    if bot.is_by_hand:
        return _lean_on(event, bot)
    if bot.booked_at is None:
        _wait_for_colleagues(event, bot)
    if bot.booked_at is not None:
        return event.note_booking(is_scheduled=event.is_bot_scheduled)
    try:
        is_scheduled = _have_booked(event, bot, is_first_try=is_ours)
    except Refused as refusal:
        return _give_up(event, bot, refusal)
    if bot.booked_at is None and not bot.is_final:
        bot.mark_booked()
    return event.note_booking(is_scheduled=is_scheduled)


def _lean_on(event: Event, bot: Bot) -> None:
    """A person sent this bot: it needs no booking, only to be on its way."""
    if bot.booked_at is None and not bot.is_final:
        sending.send(Bot.objects.with_account().get(pk=bot.pk))
    return event.note_booking(is_scheduled=event.is_bot_scheduled)


def _wait_for_colleagues(event: Event, bot: Bot) -> None:
    """Let whoever is asking for this bot finish. Each attaches before it looks: one sees the other.

    Raises Busy; once nobody else is at it, `bot` is as the last of them left it.
    """
    if bot.events.exclude(pk=event.pk).at_work().exists():
        raise Busy
    bot.refresh_from_db()


def _have_booked(event: Event, bot: Bot, *, is_first_try: bool) -> bool:
    """Have the bot come, once; True when this event holds the booking.

    When the bot is not new its answer may have been lost, at this event or at a colleague's.
    """
    if not is_first_try and (holder := _holder_of(bot)):
        Event.objects.filter(pk=holder.pk).update(is_bot_scheduled=True)
        return holder.pk == event.pk
    provider = open_provider(event.calendar.account)
    is_late = is_about_to_start(event, provider)
    if is_late:
        _send_now(bot)
    else:
        provider.book_event(event.ref, actions.spec_for(bot))
    return not is_late


def is_about_to_start(event: Event, provider: Provider) -> bool:
    """Inside the lock window, or running: too late for a booking, so a bot is sent at once."""
    window = timedelta(seconds=provider.capabilities.lock_window_seconds)
    return event.starts_at <= timezone.now() + window


def _send_now(bot: Bot) -> None:
    if bot.starts_at > timezone.now():
        bot.starts_at = timezone.now()
        bot.save(update_fields=["starts_at", "updated_at"])
    actions.send_bot(bot)


def _holder_of(bot: Bot) -> Event | None:
    """The event under which the provider has this bot booked: asked, not remembered."""
    return next((event for event in bot.events.for_work() if _is_booked_already(event)), None)


def _is_booked_already(event: Event) -> bool:
    provider = open_provider(event.calendar.account)
    try:
        return provider.get_event(event.calendar.upstream_id, event.upstream_id).is_bot_scheduled
    except NotFound:
        return False


def _is_in_doubt(event: Event, bot: Bot) -> bool:
    """Booked, but the last listing shows no booking; or sent away, and wanted again since."""
    if bot.state != BotState.SCHEDULED or bot.upstream_id:
        return False
    holders = bot.events.filter(is_bot_scheduled=True)
    return bot.leave_requested_at is not None or not holders.exists()


def _book_if_lost(event: Event, bot: Bot) -> None:
    """The listing may have been older than the booking, so the provider is asked first."""
    _wait_for_colleagues(event, bot)
    is_scheduled = _have_booked(event, bot, is_first_try=False)
    bot.ask_to_stay()
    event.note_booking(is_scheduled=is_scheduled)


def _give_up(event: Event, bot: Bot, refusal: Refused) -> None:
    """The provider said no. Let go of the bot, so that another calendar of this meeting may try."""
    others = list(bot.events.exclude(pk=event.pk))
    event.attach(None)
    event.note_booking(is_scheduled=False, error=sentence_for(refusal))
    if not others:
        lifecycle.cancel(bot)


def _unbook(event: Event, bot: Bot) -> None:
    """Take the booking back at every event that holds it, unless somebody still wants the bot."""
    if bot.is_final:
        return _let_go(event)
    if any(_wants(other) for other in bot.events.exclude(pk=event.pk).for_work()):
        return event.note_booking(is_scheduled=event.is_bot_scheduled)
    bot.ask_to_leave()
    if bot.upstream_id and not event.is_bot_scheduled:
        actions.leave(bot)
    else:
        _unbook_holders(event, bot)
    return _let_go(event) if bot.is_final else event.note_booking(is_scheduled=False)


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


def _follow(event: Event, bot: Bot) -> None:
    """The meeting moved. Most providers move the booking with it; ours only has to be told."""
    if bot.is_by_hand:  # it goes where a person sent it, and this meeting is elsewhere now
        event.attach(None)
        return _book(event)
    provider = open_provider(event.calendar.account)
    if not provider.capabilities.follows_moved_events:
        provider.rebook_event(event.ref, actions.spec_for(bot))
    if not _move(bot, event, timezone.now()):
        # Another bot has the new time: this one is one too many.
        provider.unbook_event(event.ref)
        lifecycle.cancel(bot)
        event.attach(None)
        return _book(event)
    return event.note_booking(is_scheduled=event.is_bot_scheduled)


def _move(bot: Bot, event: Event, now: datetime) -> bool:
    try:
        with transaction.atomic():
            Bot.objects.filter(pk=bot.pk, state=BotState.SCHEDULED).update(
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                title=event.title,
                meeting_url=event.meeting_url,
                meeting_key=meeting_key(event.meeting_url, event.starts_at),
                updated_at=now,
            )
    except IntegrityError:
        return False
    bot.refresh_from_db(fields=["starts_at", "ends_at", "meeting_key"])
    return True


def _affected(event: Event) -> list[int]:
    """This row, and those of others on the same bot."""
    if event.bot_id is None:
        return [event.pk]
    return list(Event.objects.filter(bot=event.bot_id).values_list("id", flat=True))
