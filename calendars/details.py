"""Who comes to a meeting, and where it is if not by its link: told one meeting at a time.

Reading a hundred takes a while, so an answer may be older than what a webhook told meanwhile; such
a meeting is asked about again before anything is kept.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from calendars import sync
from calendars.merging import merge, take_turns
from calendars.models import Calendar
from upstream.errors import BadCredentials, NotFound, Refused, Retryable
from upstream.events import CalendarEvent
from upstream.registry import open_provider

logger = logging.getLogger(__name__)

Answer = tuple[datetime, CalendarEvent]  # when it was asked for


def read(calendar: Calendar, event_ids: list[int] | None = None) -> int:
    """Ask who comes to these meetings, or to any nobody asked about; return how many remain."""
    waiting = calendar.events.without_details().order_by("starts_at")
    named = calendar.events.filter(id__in=event_ids) if event_ids else waiting
    upstream_ids = list(named.values_list("upstream_id", flat=True)[: sync.DETAILS_AT_ONCE])
    try:
        read_named(calendar, upstream_ids)
    finally:
        sync.note(calendar, details_left=waiting.count())
    return 0 if event_ids else calendar.details_left


def read_named(calendar: Calendar, upstream_ids: list[str]) -> None:
    """Read these meetings, known here or not, by the provider's ids."""
    if outdated := _read_some(calendar, upstream_ids[: sync.DETAILS_AT_ONCE]):
        _read_some(calendar, outdated, is_second_time=True)


def _read_some(
    calendar: Calendar, upstream_ids: list[str], *, is_second_time: bool = False
) -> list[str]:
    """Read these and keep what came; return those told of otherwise since they were asked for."""
    answers: list[Answer] = []
    outdated: set[str] = set()
    try:
        for trouble in _read_each(calendar, upstream_ids, into=answers):
            raise trouble
    finally:
        with transaction.atomic():
            take_turns([calendar.pk])
            if not is_second_time:
                outdated = _outdated(calendar, answers)
            fresh = [event for _, event in answers if event.event_id not in outdated]
            sync.follow_up(calendar, merge(calendar, fresh, with_details=True))
    return sorted(outdated)


def _outdated(calendar: Calendar, answers: list[Answer]) -> set[str]:
    """Reading many takes a while; a webhook or another reader may have brought newer news."""
    asked_at = {event.event_id: moment for moment, event in answers}
    rows = calendar.events.filter(upstream_id__in=asked_at)
    known = rows.values_list("upstream_id", "updated_at")
    return {upstream_id for upstream_id, told_at in known if told_at >= asked_at[upstream_id]}


def _read_each(
    calendar: Calendar, upstream_ids: list[str], *, into: list[Answer]
) -> list[Retryable]:
    """Read one after the other; one that fails does not keep the others waiting, two in a row do.

    Returns the trouble there was.
    """
    troubles: list[Retryable] = []
    failed_before = False
    for upstream_id in upstream_ids:
        asked_at = timezone.now()
        try:
            found = _details(calendar, upstream_id)
        except Retryable as trouble:
            troubles.append(trouble)
            if failed_before:
                break
            failed_before = True
        else:
            failed_before = False
            into.extend([(asked_at, found)] if found else [])
    return troubles


def _details(calendar: Calendar, upstream_id: str) -> CalendarEvent | None:
    try:
        return open_provider(calendar.account).get_event(calendar.upstream_id, upstream_id)
    except BadCredentials:
        raise  # of the account: nothing else can be read either
    except Refused as refusal:
        # It left the provider's store, or cannot be read there. The others can; and note that we
        # asked, or we would ask for ever.
        if not isinstance(refusal, NotFound):
            logger.warning("event %s cannot be read: %s", upstream_id, refusal.code or refusal)
        calendar.events.filter(upstream_id=upstream_id).update(details_at=timezone.now())
        return None
