"""The verbs of a bot that cross its row or the wire.

claim      one meeting, one bot: the first wish makes it, later ones find it
send_bot   ask the provider for it, once, even if the first answer got lost
call_off   take back what is not known to be there
leave, pause, resume, stop_recording, start_recording, say
           what a person may ask of a bot that is there
send_away  rid the meeting of a second bot that the provider sent
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User, Workspace
from bots import chat, lifecycle, on_behalf, pictures, reconciliation
from bots.broadcast import announce
from bots.links import meeting_key, platform_of
from bots.models import Bot
from bots.setup import SETUP_FIELDS, defaults_of, name_for
from upstream.errors import BadCredentials, Conflict, NotFound, Refused, UpstreamError
from upstream.models import UpstreamAccount
from upstream.port import BotSpec, Provider
from upstream.registry import open_provider
from upstream.states import BotState, Platform, TranscriptState
from upstream.webhook_address import webhook_url

logger = logging.getLogger(__name__)

SOON = timedelta(minutes=2)
PENDING, NOT_REQUESTED = TranscriptState.PENDING, TranscriptState.NOT_REQUESTED


def claim(
    *,
    workspace: Workspace,
    account: UpstreamAccount,
    meeting_url: str,
    starts_at: datetime,
    ends_at: datetime | None,
    title: str,
    platform: Platform | str,
    requested_by: User | None,
    **wishes: object,
) -> tuple[Bot, bool]:
    """Make the one unfinished bot of this meeting, or find it; True when it was made.

    Safe against a second claim at the same moment: the database lets one through, and the other
    gets the first one's bot. `wishes` are fields that differ from what the workspace's bots do.
    """
    usual = defaults_of(workspace)
    setup = {field: getattr(usual, field) for field in SETUP_FIELDS}
    is_transcribed = wishes.get("is_transcribed", usual.is_transcribed)
    return Bot.objects.unfinished().get_or_create(
        workspace=workspace,
        meeting_key=meeting_key(meeting_url, starts_at),
        defaults={
            "account": account,
            "meeting_url": meeting_url,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "title": title[:500],
            "name": usual.name or name_for(workspace),
            "platform": platform or platform_of(meeting_url),
            "requested_by": requested_by,
            "transcript_state": PENDING if is_transcribed else NOT_REQUESTED,
            **setup,
            **wishes,
        },
    )


def spec_for(bot: Bot) -> BotSpec:
    """What the provider is told; the callback is a second way home for the result."""
    usual = defaults_of(bot.workspace)
    picture = pictures.of(bot.workspace)
    return BotSpec(
        correlation_id=bot.public_id,
        bot_name=bot.name,
        meeting_url=bot.meeting_url,
        recording_mode=bot.view,
        entry_message=bot.entry_message,
        is_transcribed=bot.is_transcribed,
        language=bot.language,
        with_summary=bool(usual.summary),
        summary_style=usual.summary,
        finds_tasks=usual.finds_tasks,
        finds_names=usual.finds_names,
        transcriber=usual.transcriber,
        parts_voices=usual.parts_voices,
        starts_on=usual.starts_on,
        departure=usual.departure,
        picture_url=picture.address if picture else "",
        picture=bytes(picture.jpeg) if picture else b"",
        callback_url=webhook_url(bot.account),
        callback_secret=bot.account.callback_secret,
        zoom=on_behalf.pass_for(bot),
    )


def send_bot(bot: Bot) -> None:
    """Send a bot that was claimed by hand; a refusal is told on its page."""
    try:
        ask_for(bot)
    except Refused as refusal:
        lifecycle.fail(bot, code=refusal.code or "create_refused", message=str(refusal))


def ask_for(bot: Bot, *, at_once: bool = False) -> None:
    """Ask the provider for a bot, by its link. A repeat looks before it asks again.

    `at_once`: it goes now, though its meeting begins only in some minutes.

    Raises Refused, and Retryable when the answer may have been lost.
    """
    provider = open_provider(bot.account)
    at_once = at_once or bot.starts_at <= timezone.now() + SOON
    is_repeat = bot.send_tried_at is not None
    known = provider.find_bot(bot.public_id) if is_repeat else None
    bot.note_send_tried()
    is_there = known is not None and known.state != BotState.CANCELLED
    if is_repeat and not is_there:
        lifecycle.note_asked_again(bot)
    upstream_id = known.bot_id if known and is_there else _create(bot, provider, at_once=at_once)
    bot.mark_booked(upstream_id)
    if at_once:
        lifecycle.advance(
            bot, state=BotState.QUEUED, code="sent_by_earshot", upstream_id=upstream_id
        )


def _create(bot: Bot, provider: Provider, *, at_once: bool) -> str:
    if at_once:
        return provider.create_bot(spec_for(bot))
    return provider.schedule_bot(spec_for(bot), join_at=bot.starts_at)


def call_off(bot: Bot) -> None:
    """Take back a bot that may never have been sent; asked first, if the answer got lost."""
    provider = open_provider(bot.account)
    if known := provider.find_bot(bot.public_id) if bot.send_tried_at else None:
        bot.mark_booked(known.bot_id)
        leave(bot)
    else:
        lifecycle.cancel(bot)


def leave(bot: Bot) -> None:
    """Make the bot go. One that has not set out is called off; one inside keeps what it has."""
    provider = open_provider(bot.account)
    is_waiting = bot.state == BotState.SCHEDULED

    def call_off(upstream_id: str) -> None:
        with suppress(NotFound):  # nothing to call off, which is what we want
            provider.cancel_scheduled_bot(upstream_id)

    call = call_off if is_waiting else provider.leave
    if _ask(bot, call, failure="The bot had already left.") and is_waiting:
        lifecycle.cancel(bot)


def send_away(bot: Bot, upstream_id: str) -> None:
    """Make a surplus bot of the provider's go; its end tells that it went."""
    if upstream_id not in lifecycle.surplus_of(bot):
        return
    try:
        open_provider(bot.account).leave(upstream_id)
    except (Conflict, NotFound):
        reconciliation.close_surplus(bot, upstream_id)
    except Refused as refusal:
        logger.warning("bot %s: a surplus one stays: %s", bot.public_id, refusal.code)


def pause(bot: Bot) -> None:
    """Stop recording for a while; v2 cuts the gap out of the recording."""
    provider = open_provider(bot.account)
    _ask(bot, provider.pause, failure="It could not be paused: it is not recording right now.")


def resume(bot: Bot) -> None:
    provider = open_provider(bot.account)
    _ask(bot, provider.resume, failure="It could not go on: it is not paused right now.")


def stop_recording(bot: Bot) -> None:
    """End this recording, and stay: the next one is another."""
    provider = open_provider(bot.account)
    if _ask(bot, provider.stop_recording, failure="It is not recording right now."):
        Bot.objects.filter(pk=bot.pk).update(stopped_at=timezone.now())


def start_recording(bot: Bot) -> None:
    """Begin another recording, as the first was wished for."""
    provider = open_provider(bot.account)

    def start(upstream_id: str) -> None:
        provider.start_recording(upstream_id, spec_for(bot))

    if _ask(bot, start, failure="No recording could be begun; is the bot in the meeting?"):
        Bot.objects.filter(pk=bot.pk).update(stopped_at=None)


def say(bot: Bot, *, text: str, sent_by: User | None, message_id: str) -> None:
    """Write into the meeting's chat. Providers do not report our own words, so we keep them."""
    provider = open_provider(bot.account)
    is_said = _ask(
        bot,
        lambda upstream_id: provider.send_chat_message(upstream_id, text),
        failure="The message could not be sent; is the bot in the meeting?",
        given_up_on=UpstreamError,
    )
    if is_said:
        chat.keep_own(bot, text=text, sent_by=sent_by, message_id=message_id)


def _ask(
    bot: Bot,
    call: Callable[[str], None],
    *,
    failure: str,
    given_up_on: type[UpstreamError] = Refused,
) -> bool:
    """Ask the provider; a refusal becomes a sentence on the bot's page, where the wish was made."""
    try:
        call(bot.upstream_id)
    except BadCredentials:
        _tell(bot, "The recording service refused: it does not accept our key.")
        return False
    except given_up_on:
        _tell(bot, failure)
        return False
    return True


def tell_unreached(bot: Bot) -> None:
    """Say that what was asked last never got through."""
    _tell(bot, "The recording service could not be reached, so the bot was not told. Ask again.")


def _tell(bot: Bot, notice: str) -> None:
    bot.note(notice)
    announce(bot, list(bot.changes.all()))
