"""Bring a calendar's meetings here: all of them from a listing, or the few a webhook names.

A listing that fails or stops half way changes nothing. A webhook carries no order and no people, so
it is applied at once and what it names is then read again; what is read is the truth.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from calendars import coverage, health, outages, publishing, queue
from calendars.merging import Merged, mark_gone, merge
from calendars.models import Calendar, Event, SyncState
from calendars.models.connections import BROKEN
from calendars.models.events import WINDOW
from calendars.problems import sentence_for
from upstream.errors import (
    CALENDAR_REFUSED,
    BadCredentials,
    Refused,
    Retryable,
    UpstreamError,
)
from upstream.events import CalendarEvent, CalendarEventsChanged
from upstream.models import UpstreamAccount
from upstream.port import CalendarSnapshot, Provider
from upstream.registry import open_provider
from upstream.states import CalendarStatus

logger = logging.getLogger(__name__)

# The provider's words for its copy of a calendar (§8): in the first two meetings may be missing.
PATCHY = ("partial", "failed")
WHOLE = "success"
TELL_EVERY = 100
DETAILS_AT_ONCE = 100
NAMED_AT_ONCE = 20
LONG_UNREAD = timedelta(minutes=10)
RESUBSCRIBE_AFTER = timedelta(minutes=30)
MERGED = "{} meetings new, {} changed"
NO_NEWS = MERGED.format(0, 0)


class NotReady(Exception):
    """The provider has not finished its own first reading; ask again in a moment."""


def sync(calendar: Calendar) -> Merged:
    """Read the whole window again. Raises NotReady, or the provider's error after noting it."""
    note(calendar, sync_state=SyncState.READING, tried_at=timezone.now(), read_count=0)
    try:
        provider = open_provider(calendar.account)
        if not provider.capabilities.tells_calendar_health and _is_long_unread(calendar):
            _have_read(calendar, provider)
        snapshot = provider.get_calendar(calendar.upstream_id)
        health.take(calendar, snapshot.status, message=snapshot.status_message)
        if _is_unsubscribed(snapshot):
            _resubscribe(calendar)
        if snapshot.synced_at is None and snapshot.status == CalendarStatus.ACTIVE:
            note(calendar, sync_state=SyncState.WAITING)
            raise NotReady
        start = timezone.now()
        events = list(_counted(calendar, start))
    except Retryable:
        state = SyncState.READY if calendar.synced_at else SyncState.WAITING
        trouble = "The recording service did not answer. Trying again soon."
        note(calendar, sync_state=state, problem=trouble)
        raise
    except UpstreamError as error:
        note(calendar, sync_state=SyncState.FAILED, problem=sentence_for(error))
        raise
    is_whole = _is_whole(snapshot)
    merged = _apply_listing(calendar, events, start, is_whole=is_whole)
    if outages.settle(calendar, provider_read_at=snapshot.synced_at if is_whole else None):
        publishing.publish_troubles(calendar.workspace)
    return merged


def _is_long_unread(calendar: Calendar) -> bool:
    """A reading that was just told of needs no other, or each would lead to the next."""
    return calendar.synced_at is None or calendar.synced_at < timezone.now() - LONG_UNREAD


def _have_read(calendar: Calendar, provider: Provider) -> None:
    """Have the provider read it. Where nobody tells that a permission has ended, this shows it."""
    try:
        provider.sync_calendar(calendar.upstream_id)
    except BadCredentials as refusal:
        if refusal.code == CALENDAR_REFUSED:
            health.take(calendar, CalendarStatus.REVOKED)
        raise


def _is_whole(snapshot: CalendarSnapshot) -> bool:
    """Whether the provider has all of the calendar: only then is what it lacks gone from there.

    A provider that may not read it any more, or is in trouble, may have emptied its copy.
    """
    if snapshot.status in BROKEN or snapshot.sync_status in PATCHY:
        return False
    return snapshot.status == CalendarStatus.ACTIVE or snapshot.sync_status == WHOLE


def _is_unsubscribed(snapshot: CalendarSnapshot) -> bool:
    """The provider hears of no changes any more: meetingbaas-v2.md §9, push subscription."""
    until = snapshot.subscription_expires_at
    return snapshot.status == CalendarStatus.ERROR and until is not None and until < timezone.now()


def _resubscribe(calendar: Calendar) -> None:
    """Ask for news again, at most every half hour; a refusal shows in the status."""
    now = timezone.now()
    if calendar.resubscribed_at and calendar.resubscribed_at > now - RESUBSCRIBE_AFTER:
        return
    note(calendar, resubscribed_at=now)
    try:
        open_provider(calendar.account).resubscribe_calendar(calendar.upstream_id)
    except Refused as refusal:
        logger.warning("calendar %s: no new subscription: %s", calendar.public_id, refusal.code)


def ask_provider(calendar: Calendar) -> None:
    """Have the provider read the calendar again; what it finds comes by webhook."""
    try:
        _have_read(calendar, open_provider(calendar.account))
    except Refused as error:
        note(calendar, sync_state=SyncState.FAILED, problem=sentence_for(error))
        raise


def apply_change(account: UpstreamAccount, event: CalendarEventsChanged) -> str:
    """Take in what a webhook says about some meetings; return its effect in a sentence."""
    calendar = Calendar.objects.named_by(account, event.calendar_id)
    if calendar is None:
        return health.NO_CALENDAR
    with transaction.atomic():
        merged = merge(calendar, event.events)
        if event.is_first_sync:
            note(
                calendar,
                sync_state=SyncState.READY,
                synced_at=timezone.now(),
                read_count=len(event.events),
                problem=health.problem_of(calendar),
            )
        follow_up(calendar, merged)
    _read_again(calendar, event)
    if event.named:
        return f"{len(event.named)} meetings to be read"
    return MERGED.format(len(merged.added), len(merged.changed))


def _counted(calendar: Calendar, start: datetime) -> Iterator[CalendarEvent]:
    """The listing, telling open pages now and then how far it is."""
    provider = open_provider(calendar.account)
    listing = provider.list_events(calendar.upstream_id, start=start, end=start + WINDOW)
    for number, event in enumerate(listing, start=1):
        if number % TELL_EVERY == 0:
            note(calendar, read_count=number)
        yield event


@transaction.atomic
def _apply_listing(
    calendar: Calendar, events: list[CalendarEvent], start: datetime, *, is_whole: bool
) -> Merged:
    """Take a listing in. Its pages may be older than what webhooks told since `start`.

    `is_whole`: the provider had read all of the calendar, so what is missing is gone from it.
    """
    told_since = calendar.events.filter(updated_at__gte=start)
    _queue_details(calendar, list(told_since.values_list("id", flat=True)))
    merged = merge(calendar, events)
    seen = {event.event_id for event in events}
    window = {"start": start, "end": start + WINDOW}
    gone = mark_gone(calendar, seen=seen, **window) if is_whole else []
    note(
        calendar,
        sync_state=SyncState.READY,
        read_count=len(events),
        synced_at=timezone.now(),
        problem=health.problem_of(calendar),
        details_left=calendar.events.without_details().count(),
    )
    follow_up(calendar, Merged(merged.added, (*merged.changed, *gone)))
    if calendar.details_left:
        queue.read_details(calendar.id)
    return merged


def follow_up(calendar: Calendar, merged: Merged) -> None:
    """Decide what came and what changed, have bookings put right, and show it."""
    if not merged.ids:
        return
    events = Event.objects.filter(pk__in=merged.ids).for_list()
    for event in coverage.decide_again(events):
        queue.schedule(event.id)
    publishing.publish_events(calendar.workspace, merged.changed)
    publishing.publish_agenda(calendar.workspace)


def _read_again(calendar: Calendar, event: CalendarEventsChanged) -> None:
    """Have the truth read behind a webhook; of a cancelled meeting too: was it declined?"""
    if event.is_first_sync:
        return queue.read_details(calendar.id)
    if not event.events:
        return _read_behind(calendar, event.named)
    named = [one.event_id for one in event.events]
    told = calendar.events.filter(upstream_id__in=named)
    return _queue_details(calendar, list(told.values_list("id", flat=True)))


def _queue_details(calendar: Calendar, event_ids: list[int]) -> None:
    """Have the details of all these meetings read, a task for each hundred."""
    for first in range(0, len(event_ids), DETAILS_AT_ONCE):
        queue.read_details(calendar.id, event_ids[first : first + DETAILS_AT_ONCE])


def _read_behind(calendar: Calendar, named: tuple[str, ...]) -> None:
    """The message told nothing but names: a few are read one by one, many in a listing."""
    if named and len(named) <= NAMED_AT_ONCE:
        queue.read_named(calendar.id, list(named))
    else:
        queue.sync(calendar.id)


def note(calendar: Calendar, **fields: Any) -> None:
    """Keep how far the reading of this calendar is, and show it."""
    for name, value in fields.items():
        setattr(calendar, name, value)
    calendar.save(update_fields=[*fields, "updated_at"])
    publishing.publish_calendar(calendar)
