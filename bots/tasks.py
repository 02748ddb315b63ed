"""The queue's view of bots: ids in, one call. Only what may heal by itself is tried again."""

import logging
from typing import TypedDict

from celery import Task, shared_task
from django.utils import timezone

from accounts.models import User
from bots import (
    actions,
    changing,
    live_lines,
    moving,
    on_behalf,
    queue,
    reconciliation,
    sending,
    strays,
    twins,
)
from bots.models import Bot
from upstream.errors import Refused, Retryable
from upstream.models import UpstreamAccount

logger = logging.getLogger(__name__)


class Patience(TypedDict):
    autoretry_for: tuple[type[Retryable], ...]
    max_retries: int
    retry_backoff: int
    retry_backoff_max: int
    retry_jitter: bool


PATIENT = Patience(
    autoretry_for=(Retryable,),
    max_retries=6,
    retry_backoff=2,
    retry_backoff_max=120,
    retry_jitter=True,
)


class Wish(Task):  # type: ignore[type-arg]
    """What a person asked of a bot once: when our patience ends, the bot's page says so."""

    def on_failure(
        self, exc: Exception, task_id: str, args: object, kwargs: dict[str, int], einfo: object
    ) -> None:
        if bot := _unfinished(kwargs["bot_id"]):
            actions.tell_unreached(bot)


@shared_task(name="bots.send", **PATIENT)
def send(*, bot_id: int) -> None:
    if bot := Bot.objects.unsent().with_account().filter(pk=bot_id).first():
        sending.send(bot)


@shared_task(name="bots.change", **PATIENT)
def change(*, bot_id: int) -> None:
    if bot := _unfinished(bot_id):
        changing.carry_out(bot)


@shared_task(name="bots.move", **PATIENT)
def move(*, bot_id: int) -> None:
    if bot := _unfinished(bot_id):
        moving.move(bot)


@shared_task(name="bots.leave", **PATIENT)
def leave(*, bot_id: int) -> None:
    if (bot := _unfinished(bot_id)) and bot.upstream_id:
        actions.leave(bot)
    elif bot:
        send(bot_id=bot_id)  # a bot that is not known to be there is taken back in its turn


@shared_task(name="bots.send_away", **PATIENT)
def send_away(*, bot_id: int, upstream_id: str) -> None:
    """Not only of unfinished bots: a surplus one may come when ours is already home."""
    if bot := Bot.objects.with_account().with_surplus().filter(pk=bot_id).first():
        actions.send_away(bot, upstream_id)


@shared_task(name="bots.pause", base=Wish, **PATIENT)
def pause(*, bot_id: int) -> None:
    if bot := _unfinished(bot_id):
        actions.pause(bot)


@shared_task(name="bots.stop_recording", base=Wish, **PATIENT)
def stop_recording(*, bot_id: int) -> None:
    if bot := _unfinished(bot_id):
        actions.stop_recording(bot)


@shared_task(name="bots.start_recording", base=Wish, **PATIENT)
def start_recording(*, bot_id: int) -> None:
    if bot := _unfinished(bot_id):
        actions.start_recording(bot)


@shared_task(name="bots.resume", base=Wish, **PATIENT)
def resume(*, bot_id: int) -> None:
    if bot := _unfinished(bot_id):
        actions.resume(bot)


@shared_task(name="bots.say")
def say(*, bot_id: int, text: str, sent_by_id: int, message_id: str) -> None:
    """Not tried again: a message that comes twice, or late, is worse than one that failed aloud."""
    sent_by = User.objects.filter(pk=sent_by_id).first()
    if bot := _unfinished(bot_id):
        actions.say(bot, text=text, sent_by=sent_by, message_id=message_id)


@shared_task(name="bots.reconcile")
def reconcile() -> None:
    for bot_id in moving.to_be_moved():
        queue.move(bot_id)
    for bot_id in sending.unsent_bots():
        queue.send(bot_id)
    for bot_id in changing.unanswered_bots():
        queue.change(bot_id)
    for bot_id in reconciliation.silent_bots():
        queue.look(bot_id)
    for bot_id in reconciliation.unheeded_bots():
        queue.leave(bot_id)
    for bot_id in twins.bots_asked_for_again():
        queue.look_for_twins(bot_id)
    for bot_id, upstream_id in reconciliation.surplus_bots():
        queue.send_away(bot_id, upstream_id)
    live_lines.forget_old(timezone.now())


@shared_task(name="bots.rebook_zoom")
def rebook_zoom(*, workspace_id: int) -> None:
    on_behalf.rebook(workspace_id)


@shared_task(name="bots.look_for_strays")
def look_for_strays() -> None:
    """Not tried again by itself: the next hour comes, and till then the last list stands."""
    for account in UpstreamAccount.objects.filter(is_active=True):
        try:
            strays.look_for_strays(account)
        except (Refused, Retryable) as trouble:
            logger.warning("the bots of %s could not be listed: %s", account.public_id, trouble)


@shared_task(name="bots.look")
def look(*, bot_id: int) -> None:
    """Not tried again by itself: a bot that stays silent is looked at again in five minutes."""
    if bot := _unfinished(bot_id):
        try:
            reconciliation.look(bot)
        except Retryable as trouble:
            logger.info("bot %s could not be looked at: %s", bot.public_id, trouble)


@shared_task(name="bots.look_for_twins")
def look_for_twins(*, bot_id: int) -> None:
    """Not tried again by itself: a minute later it is looked for once more."""
    if bot := _unfinished(bot_id):
        try:
            twins.look_for_twins(bot)
        except (Refused, Retryable) as trouble:
            logger.info("no second bot of %s could be looked for: %s", bot.public_id, trouble)


def _unfinished(bot_id: int) -> Bot | None:
    return Bot.objects.unfinished().with_account().filter(pk=bot_id).first()
