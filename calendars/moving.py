"""The workspace changes its recording service: its calendars are given to the other one.

    begin()   writes the wish on each calendar; a task sees to each
    move()    the old service forgets the calendar and what it has booked; the new one takes it on

What people chose hangs on the calendar's own identity of a meeting, and what was recorded on its
bot: neither is touched. Meetings to come are read again and booked again as they are read.
"""

import logging

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Workspace
from calendars import publishing, queue
from calendars.connecting import drop_bookings
from calendars.models import Calendar, Event, SyncState
from upstream.errors import NotFound, Refused
from upstream.models import UpstreamAccount
from upstream.registry import capabilities_of, open_provider
from upstream.states import CalendarStatus

logger = logging.getLogger(__name__)


def elsewhere(workspace: Workspace, account: UpstreamAccount) -> QuerySet[Calendar]:
    """Connected calendars that another account reads."""
    return workspace.calendars.connected().exclude(account=account)


def rebooked(workspace: Workspace, account: UpstreamAccount) -> list[Event]:
    """Meetings to come whose bots are booked at another account, the soonest first."""
    ahead = Event.objects.standing().running_or_ahead(timezone.now())
    booked = ahead.filter(workspace=workspace, bot__state="scheduled", bot__is_by_hand=False)
    return list(booked.exclude(calendar__account=account).order_by("starts_at"))


@transaction.atomic
def begin(workspace: Workspace, account: UpstreamAccount) -> int:
    """Have every calendar that is elsewhere moved to `account`; returns how many."""
    calendars = list(elsewhere(workspace, account).values_list("pk", flat=True))
    Calendar.objects.filter(pk__in=calendars).update(moves_to=account)
    for pk in calendars:
        queue.move(pk)
    return len(calendars)


def move(calendar: Calendar) -> None:
    """Take one calendar to where it is to go. Raises Retryable while the old service is silent."""
    account = calendar.moves_to
    if account is None:
        return
    if calendar.upstream_id and calendar.account_id != account.pk:
        _have_forgotten(calendar)
    with transaction.atomic():
        drop_bookings(calendar)
        ahead = calendar.events.filter(ends_at__gt=timezone.now(), gone_at=None)
        ahead.update(gone_at=timezone.now(), is_bot_scheduled=False)
        calendar.account, calendar.upstream_id, calendar.moves_to = account, "", None
        calendar.status, calendar.problem = CalendarStatus.ACTIVE, _why_unread(calendar)
        calendar.sync_state = SyncState.FAILED if calendar.problem else SyncState.CONNECTING
        calendar.synced_at = calendar.tried_at = None
        calendar.read_count = 0
        calendar.save()
        if not calendar.problem:
            queue.connect(calendar.pk)
    publishing.publish_agenda(calendar.workspace)


def _why_unread(calendar: Calendar) -> str:
    """A service that reads only the main calendar of an account would take that for this one."""
    capabilities = capabilities_of(calendar.account)
    return "" if calendar.is_primary else capabilities.why_not("can_choose_calendar")


def _have_forgotten(calendar: Calendar) -> None:
    """A service that refuses us cannot be told; its key is dead, or it has forgotten already."""
    try:
        open_provider(calendar.account).delete_calendar(calendar.upstream_id)
    except NotFound:
        return
    except Refused as refusal:
        logger.warning("calendar %s was not deleted: %s", calendar.public_id, refusal.code)
