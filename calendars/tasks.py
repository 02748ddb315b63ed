"""The queue's view of calendars: ids in, one call, nothing out."""

import logging
from random import uniform
from typing import Any

from celery import Task, shared_task
from django.utils import timezone

from accounts.models import Workspace
from calendars import (
    connecting,
    details,
    lobby,
    moving,
    queue,
    reconciliation,
    revising,
    scheduling,
    sync,
)
from calendars.models import Calendar, Event
from upstream.errors import Refused, Retryable

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 40

PATIENT: dict[str, Any] = {
    "max_retries": 6,
    "retry_backoff": 2,
    "retry_backoff_max": 120,
    "retry_jitter": True,
}


@shared_task(name="calendars.schedule_event", bind=True, max_retries=PATIENT["max_retries"])
def schedule_event(self: Task, *, event_id: int) -> None:  # type: ignore[type-arg]
    """Tried again when its row says so; after the last time `reconcile` goes on."""
    event = Event.objects.for_work().filter(pk=event_id).first()
    if event is None:
        return
    try:
        scheduling.schedule(event)
    except scheduling.Busy as busy:
        # Two that wait for each other must not come back at the same moment again.
        raise self.retry(exc=busy, countdown=2**self.request.retries * uniform(0.5, 1)) from busy  # noqa: S311
    except Retryable as trouble:
        raise self.retry(exc=trouble, eta=event.retry_at) from trouble


@shared_task(name="calendars.connect_calendar", autoretry_for=(Retryable,), **PATIENT)
def connect_calendar(*, calendar_id: int) -> None:
    if calendar := Calendar.objects.for_work().filter(pk=calendar_id).first():
        connecting.connect(calendar)


@shared_task(name="calendars.reconnect_calendar", autoretry_for=(Retryable,), **PATIENT)
def reconnect_calendar(*, calendar_id: int) -> None:
    if calendar := Calendar.objects.for_work().filter(pk=calendar_id).first():
        connecting.reconnect(calendar)


@shared_task(name="calendars.move_calendar", autoretry_for=(Retryable,), **PATIENT)
def move_calendar(*, calendar_id: int) -> None:
    waiting = Calendar.objects.for_work().filter(pk=calendar_id)
    if calendar := waiting.select_related("moves_to", "account", "workspace").first():
        moving.move(calendar)


@shared_task(name="calendars.disconnect_calendar", autoretry_for=(Retryable,), **PATIENT)
def disconnect_calendar(*, calendar_id: int) -> None:
    gone = Calendar.objects.disconnected().filter(pk=calendar_id)
    if calendar := gone.select_related("account", "connection").first():
        try:
            connecting.finish_disconnecting(calendar)
        except Refused as refusal:
            logger.warning("calendar %s was not deleted: %s", calendar.public_id, refusal.code)


@shared_task(name="calendars.sync_calendar", autoretry_for=(Retryable,), **PATIENT)
def sync_calendar(*, calendar_id: int, is_forced: bool = False, attempt: int = 0) -> None:
    """`is_forced`: the provider reads the calendar again too, instead of telling what it has."""
    calendar = Calendar.objects.for_work().filter(pk=calendar_id).exclude(upstream_id="").first()
    if calendar is None:
        return
    try:
        if is_forced:
            sync.ask_provider(calendar)
        sync.sync(calendar)
    except Refused as refusal:
        logger.warning("calendar %s could not be read: %s", calendar.public_id, refusal.code)
    except sync.NotReady:
        if attempt < MOST_ATTEMPTS:
            queue.sync(calendar.id, attempt=attempt + 1)


@shared_task(name="calendars.read_details", autoretry_for=(Retryable,), **PATIENT)
def read_details(*, calendar_id: int, event_ids: list[int] | None = None) -> None:
    calendar = Calendar.objects.for_work().filter(pk=calendar_id).exclude(upstream_id="").first()
    if calendar is None:
        return
    try:
        remaining = details.read(calendar, event_ids)
    except Refused as refusal:
        logger.warning("details on %s could not be read: %s", calendar.public_id, refusal.code)
    else:
        if remaining:
            queue.read_details(calendar.id)


@shared_task(name="calendars.read_named", autoretry_for=(Retryable,), **PATIENT)
def read_named(*, calendar_id: int, upstream_ids: list[str]) -> None:
    calendar = Calendar.objects.for_work().filter(pk=calendar_id).exclude(upstream_id="").first()
    if calendar is None:
        return
    try:
        details.read_named(calendar, upstream_ids)
    except Refused as refusal:
        logger.warning("meetings on %s cannot be read: %s", calendar.public_id, refusal.code)


@shared_task(name="calendars.revise")
def revise(*, workspace_id: int) -> None:
    """The rules changed: decide all that lies ahead again."""
    if workspace := Workspace.objects.filter(pk=workspace_id).first():
        revising.revise(workspace)


@shared_task(name="calendars.tell_lobby")
def tell_lobby(*, bot_id: int) -> None:
    lobby.tell(bot_id)


@shared_task(name="calendars.reconcile")
def reconcile() -> None:
    """Find what should have moved and did not; wake the workers for those only."""
    reconciliation.wake_workers(timezone.now())
