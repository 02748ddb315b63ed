"""Changing a bot that waits for its time. The row tells what the provider has, until it has more.

Where and when a bot goes that follows an event of a calendar is the event's; how it goes is not.

ask ─► `wanted` beside the row ─► bots.change ─► yes ─► it is the row
                                              ─► no  ─► a notice; as `declined` it fills the form

With nothing wanted, the provider is told anew of the bot as it is: who lets it in has changed.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from bots import actions, lifecycle, queue
from bots.broadcast import announce
from bots.links import meeting_key, platform_of
from bots.models import Bot
from bots.setup import SETUP_FIELDS
from upstream.errors import BadCredentials, Conflict, NotFound, Refused, Retryable
from upstream.registry import open_provider
from upstream.states import BotState, TranscriptState

WISHED = ("title", "name", *SETUP_FIELDS)
KEPT = (
    *WISHED, "meeting_url", "meeting_key", "platform", "starts_at", "ends_at", "transcript_state",
)  # fmt: skip
MOST_AT_ONCE = 100
LEFT_ALONE = timedelta(minutes=1)

STILL = "The bot comes as it was booked. What you asked for is still in the form."
UNREACHED = "The change has not got through to the recording service yet. Earshot keeps trying."
TOO_LATE = f"It was too late for the change. {STILL}"
REFUSED = f"The recording service did not take the change. {STILL}"
NO_KEY = f"The recording service refused the change: it does not accept our key. {STILL}"
AS_BEFORE = (
    "The recording service was not told that the Zoom accounts changed. The bot comes as it \
was booked."
)


def ask(bot: Bot, *, meeting_url: str, starts_at: datetime, **wishes: Any) -> bool:
    """Write the wish down; False when another bot has that meeting."""
    wanted = {"meeting_url": meeting_url, "starts_at": starts_at.isoformat(), **wishes}
    try:
        with transaction.atomic():
            Bot.objects.filter(pk=bot.pk).update(
                wanted=wanted,
                declined={},
                notice="",
                change_asked_at=timezone.now(),
                meeting_key=meeting_key(meeting_url, starts_at),
            )
    except IntegrityError:
        return False
    queue.change(bot.pk)
    return True


def ask_setup(bot: Bot, **wishes: Any) -> None:
    """Write down how a bot shall go, that follows an event of a calendar."""
    Bot.objects.filter(pk=bot.pk).update(
        wanted=wishes, declined={}, notice="", change_asked_at=timezone.now()
    )
    queue.change(bot.pk)


def carry_out(bot: Bot) -> None:
    """Tell the provider all of it, and keep what it took. Raises Retryable after saying so.

    One worker at a time, or an older wish might be the last that the provider hears.
    """
    if not bot.take_send_lease():
        return
    waiting = Bot.objects.unfinished().exclude(change_asked_at=None).filter(pk=bot.pk)
    try:
        if current := waiting.with_account().first():
            _carry_out(current)
    finally:
        bot.release_send_lease()
    if waiting.exists():
        queue.change(bot.pk)  # it was asked for while we were at it


def _carry_out(bot: Bot) -> None:
    if bot.state != BotState.SCHEDULED or bot.leave_requested_at:
        return _give_up(bot, TOO_LATE)
    wished = _wished(bot)
    try:
        upstream_id = _tell_provider(bot, wished)
    except Retryable:
        _tell(bot, UNREACHED)
        raise
    except BadCredentials:
        return _give_up(bot, NO_KEY)
    except (Conflict, NotFound):
        return _give_up(bot, TOO_LATE)
    except Refused:
        return _give_up(bot, REFUSED)
    _keep(wished)
    return lifecycle.replace_booking(bot, upstream_id=upstream_id)


def _tell_provider(bot: Bot, wished: Bot) -> str:
    """Return its id there, which may be another one now; a booking has none before it sets out."""
    provider, spec = open_provider(bot.account), actions.spec_for(wished)
    if bot.is_by_hand or bot.send_tried_at:
        return provider.reschedule_bot(bot.upstream_id, spec, join_at=wished.starts_at)
    # Of several calendars with this meeting, one has the booking.
    events = bot.events.select_related("calendar", "series").order_by("-is_bot_scheduled", "pk")
    if (event := events.first()) is None:
        raise NotFound("No event has this bot any more.")
    provider.rebook_event(event.ref, spec)
    return bot.upstream_id


def unanswered_bots() -> list[int]:
    """Ids of the bots whose change was asked for a while ago and not answered."""
    long_ago = timezone.now() - LEFT_ALONE
    waiting = Bot.objects.unfinished().filter(change_asked_at__lt=long_ago)
    return list(waiting.order_by("change_asked_at").values_list("pk", flat=True)[:MOST_AT_ONCE])


def _wished(bot: Bot) -> Bot:
    """The bot as it was asked for, not saved."""
    wished = Bot.objects.with_account().get(pk=bot.pk)
    for field in bot.wanted.keys() & set(WISHED):
        setattr(wished, field, bot.wanted[field])
    if "meeting_url" in bot.wanted:
        _send_elsewhere(wished, bot)
    is_written = wished.is_transcribed
    state = TranscriptState.PENDING if is_written else TranscriptState.NOT_REQUESTED
    wished.transcript_state = state
    return wished


def _send_elsewhere(wished: Bot, bot: Bot) -> None:
    wished.meeting_url = bot.wanted["meeting_url"]
    wished.platform = platform_of(wished.meeting_url)
    wished.starts_at = datetime.fromisoformat(bot.wanted["starts_at"])
    wished.meeting_key = meeting_key(wished.meeting_url, wished.starts_at)
    if bot.ends_at:
        wished.ends_at = wished.starts_at + (bot.ends_at - bot.starts_at)


def _keep(wished: Bot) -> None:
    """The provider took it. What somebody asked for meanwhile is seen to next."""
    kept = {field: getattr(wished, field) for field in KEPT}
    same_wish = Bot.objects.filter(pk=wished.pk, change_asked_at=wished.change_asked_at)
    notice = REFUSED if wished.declined else ""  # what was asked before that is still in the form
    answered: dict[str, Any] = {"wanted": {}, "change_asked_at": None, "notice": notice}
    if not same_wish.update(**kept, **answered, updated_at=timezone.now()):
        return
    wished.wanted, wished.change_asked_at, wished.notice = {}, None, notice
    announce(wished, list(wished.changes.all()))


def _give_up(bot: Bot, notice: str) -> None:
    """Let go of the meeting it was to go to, and keep what was typed."""
    same_wish = Bot.objects.filter(pk=bot.pk, change_asked_at=bot.change_asked_at)
    declined = bot.wanted or bot.declined
    if not same_wish.update(change_asked_at=None, wanted={}, declined=declined):
        return  # somebody asked for something else meanwhile
    if not bot.wanted:
        notice = AS_BEFORE
    bot.change_asked_at, bot.wanted, bot.declined = None, {}, declined
    old_key = meeting_key(bot.meeting_url, bot.starts_at)
    try:
        with transaction.atomic():
            Bot.objects.filter(pk=bot.pk).update(meeting_key=old_key)
    except IntegrityError:  # somebody sent another bot to the old meeting; both are shown
        pass
    _tell(bot, notice)


def _tell(bot: Bot, notice: str) -> None:
    bot.note(notice)
    announce(bot, list(bot.changes.all()))
