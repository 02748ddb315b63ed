"""What should have moved and did not, across all workspaces; the longest-stuck first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet

from bots.models import Bot
from calendars.models import Calendar, Event
from calendars.models.connections import BROKEN
from recordings.models import Artifact, ArtifactState, Deletion
from support.finding import page_of
from support.models import TaskEnd, TaskRun
from webhooks.models import Delivery, DeliveryState

MOST_SHOWN = 10
A_WHILE = timedelta(minutes=5)
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    workspace: str
    since: datetime | None
    note: str
    path: str


@dataclass(frozen=True, slots=True)
class Pile:
    """One kind of stuck work: how much there is, and what has waited longest."""

    label: str
    hint: str
    count: int
    items: list[Item]


def piles(now: datetime) -> list[Pile]:
    """Those with something in them; two queries each."""
    found = [_pile(*kind) for kind in _kinds(now)]
    return [pile for pile in found if pile.count]


def _kinds(now: datetime) -> Iterator[tuple[str, str, QuerySet[Any], str, str]]:
    """(label, hint, rows, since when they wait, what says why)"""
    deliveries = Delivery.objects.defer("body")
    yield (
        "Webhooks that failed",
        "Tried eight times. Mend the cause, then replay them in the inbox.",
        deliveries.filter(state=DeliveryState.FAILED),
        "received_at",
        "error",
    )
    yield (
        "Webhooks that wait",
        "Older than five minutes: are the workers running?",
        deliveries.filter(state=DeliveryState.PENDING, received_at__lt=now - A_WHILE),
        "received_at",
        "error",
    )
    yield from _of_bots(now)
    yield from _of_calendars(now)
    yield from _of_recordings(now)
    yield (
        "Tasks that failed today",
        "They gave up; what they were about is found again by the reconciliation.",
        TaskRun.objects.filter(end=TaskEnd.FAILED, started_at__gt=now - A_DAY),
        "started_at",
        "error",
    )


def _of_bots(now: datetime) -> Iterator[tuple[str, str, QuerySet[Any], str, str]]:
    known = Bot.objects.select_related("workspace")
    yield (
        "Bots that were never sent",
        "Promised to a person, unknown to the recording service.",
        known.unsent().filter(created_at__lt=now - A_WHILE),
        "created_at",
        "notice",
    )
    yield (
        "Bots without news",
        "They should have told something by now, and are being asked about.",
        known.silent(now),
        "state_at",
        "state",
    )
    yield (
        "Bots that do not leave",
        "Asked to leave, and by all we know still there.",
        known.unheeded(now),
        "leave_requested_at",
        "state",
    )


def _of_calendars(now: datetime) -> Iterator[tuple[str, str, QuerySet[Any], str, str]]:
    yield (
        "Meetings that could not be booked",
        "Wanted, and the recording service has not said yes.",
        Event.objects.select_related("workspace")
        .filter(will_record=True, ends_at__gt=now)
        .exclude(booking_error=""),
        "booking_checked_at",
        "booking_error",
    )
    connected = Calendar.objects.connected().select_related("workspace")
    yield (
        "Calendars that cannot be read",
        "Only their owner can reconnect them.",
        connected.filter(status__in=BROKEN),
        "synced_at",
        "status",
    )
    yield (
        "Calendars that were not read lately",
        "Connected and well, and yet not read.",
        connected.due_for_sync(),
        "synced_at",
        "sync_state",
    )


def _of_recordings(now: datetime) -> Iterator[tuple[str, str, QuerySet[Any], str, str]]:
    waiting = Artifact.objects.select_related("recording__workspace").filter(
        recording__binned_at=None
    )
    yield (
        "Files that failed",
        "Tried several times; they are tried again, rarely.",
        waiting.failed(),
        "created_at",
        "error",
    )
    yield (
        "Files that are late",
        "Long on their way, and not there yet.",
        waiting.exclude(late_at=None).filter(
            state__in=(ArtifactState.PENDING, ArtifactState.FETCHING)
        ),
        "late_at",
        "error",
    )
    yield (
        "Deletions without an end",
        "Something is left somewhere for more than an hour.",
        Deletion.objects.select_related("workspace")
        .unfinished()
        .filter(created_at__lt=now - AN_HOUR),
        "created_at",
        "cause",
    )


def _pile(label: str, hint: str, rows: QuerySet[Any], since: str, why: str) -> Pile:
    oldest = rows.order_by(F(since).asc(nulls_first=True), "pk")[:MOST_SHOWN]
    items = [_item(row, since, why) for row in oldest]
    return Pile(label, hint, rows.count() if len(items) == MOST_SHOWN else len(items), items)


def _item(row: Any, since: str, why: str) -> Item:
    owner = getattr(row, "recording", row)
    workspace = getattr(owner, "workspace", None)
    display = getattr(row, f"get_{why}_display", None)
    return Item(
        name=getattr(row, "public_id", "") or str(row),
        workspace=workspace.name if workspace else "",
        since=getattr(row, since),
        note=str(display() if display else getattr(row, why)),
        path=page_of(row),
    )
