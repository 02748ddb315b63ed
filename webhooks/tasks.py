"""The inbox's tasks: for what arrives, for what was left, and for what a message did not tell."""

from celery import shared_task

from bots.models import Bot
from upstream.errors import Retryable
from webhooks import dispatch, processing


@shared_task(name="webhooks.process", ignore_result=True)
def process() -> None:
    processing.drain()


@shared_task(name="webhooks.sweep", ignore_result=True)
def sweep() -> None:
    processing.drain()


@shared_task(
    name="webhooks.look_behind",
    ignore_result=True,
    autoretry_for=(Retryable,),
    max_retries=6,
    retry_backoff=2,
    retry_backoff_max=120,
)
def look_behind(*, bot_id: int) -> None:
    """Whatever is still not known after these tries, `bots.reconcile` finds out."""
    if bot := Bot.objects.with_account().filter(pk=bot_id).first():
        dispatch.look_behind(bot)
