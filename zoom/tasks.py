"""The queue's view of Zoom accounts: ids in, one call, nothing out."""

import logging
from contextlib import suppress
from typing import Any

from celery import shared_task

from upstream.errors import NotFound, Refused, Retryable
from upstream.models import UpstreamAccount
from upstream.registry import open_provider
from zoom import connecting, health, queue
from zoom.models import ZoomAccount, ZoomConsent

logger = logging.getLogger(__name__)

PATIENT: dict[str, Any] = {
    "autoretry_for": (Retryable,),
    "max_retries": 6,
    "retry_backoff": 2,
    "retry_backoff_max": 120,
    "retry_jitter": True,
}


@shared_task(name="zoom.disconnect", **PATIENT)
def disconnect(*, account_id: int) -> None:
    gone = ZoomAccount.objects.left_behind().filter(pk=account_id)
    if account := gone.first():
        try:
            connecting.finish_disconnecting(account)
        except Refused as refusal:
            logger.warning("%s was not given back: %s", account.public_id, refusal.code)


@shared_task(name="zoom.forget", **PATIENT)
def forget(*, service_id: int, credential_id: str) -> None:
    """A credential that another has taken the place of."""
    if service := UpstreamAccount.objects.filter(pk=service_id).first():
        with suppress(NotFound):
            open_provider(service).forget_zoom(credential_id)


@shared_task(name="zoom.check")
def check(*, account_id: int) -> None:
    """Not tried again by itself: the next round comes within the hour."""
    if account := ZoomAccount.objects.connected().filter(pk=account_id).first():
        health.check(account)


@shared_task(name="zoom.reconcile")
def reconcile() -> None:
    ZoomConsent.objects.expired().delete()
    for account_id in ZoomAccount.objects.left_behind().values_list("pk", flat=True):
        queue.disconnect(account_id)
    for account_id in ZoomAccount.objects.connected().over().values_list("pk", flat=True):
        queue.tell(account_id)  # told once, however often it is asked for
    for account_id in ZoomAccount.objects.due_for_check().values_list("pk", flat=True):
        queue.check(account_id)
