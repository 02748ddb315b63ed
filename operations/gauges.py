"""How Earshot is doing, in numbers that every process agrees on: they are asked of the database.

What happened is told for the last hour, so that a number needs no history and can fall again.
Each number has a row in GAUGES; the dashboard and the alerts in deploy/ name no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from bots.models import Bot
from calendars.models import Calendar, Event
from live.hub import STREAMS_NAME
from recordings.models import Artifact, ArtifactState
from support.models import TaskEnd, TaskRun
from upstream.models import Call, ProviderName, UpstreamAccount
from upstream.states import LIVE
from webhooks.models import Delivery, DeliveryState, RefusalCount

AN_HOUR = timedelta(hours=1)
SOON = timedelta(hours=1)
NO_ANSWER = "none"

Samples = Iterator[tuple[tuple[str, ...], float]]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number, or one per combination of `labels`."""

    name: str
    help: str
    read: Callable[[datetime], Samples]
    labels: tuple[str, ...] = ()


def _inbox_waiting(now: datetime) -> Samples:
    yield (), Delivery.objects.filter(state=DeliveryState.PENDING).count()


def _inbox_lag(now: datetime) -> Samples:
    waiting = Delivery.objects.filter(state=DeliveryState.PENDING)
    yield (), _age(waiting, "received_at", now)


def _deliveries(now: datetime) -> Samples:
    lately = Delivery.objects.filter(
        account__in=UpstreamAccount.objects.values("pk"), received_at__gt=now - AN_HOUR
    )
    found = dict.fromkeys(DeliveryState.values, 0)
    found |= dict(lately.values_list("state").annotate(count=Count("pk")).order_by())
    for state, count in found.items():
        yield (state,), count


def _refusals(now: datetime) -> Samples:
    yield (), RefusalCount.objects.aggregate(sum=Coalesce(Sum("count"), 0))["sum"]


def _webhook_silence(now: datetime) -> Samples:
    """Only while bots are out, for they have something to tell."""
    busy = UpstreamAccount.objects.filter(bots__state__in=LIVE).values_list("provider")
    rows = busy.annotate(heard_at=Min(Coalesce("last_delivery_at", "created_at"))).order_by()
    found = dict.fromkeys(ProviderName.values, 0.0)
    for provider, heard_at in rows:
        found[provider] = (now - heard_at).total_seconds()
    for provider, seconds in found.items():
        yield (provider,), seconds


def _calls(now: datetime) -> Samples:
    lately = Call.objects.filter(at__gt=now - AN_HOUR)
    rows = lately.values_list("account__provider", "status").annotate(count=Count("pk"))
    for provider, status, count in rows.order_by():
        yield (provider or "unknown", str(status or NO_ANSWER)), count


def _gap(now: datetime) -> Samples:
    yield (), Event.objects.unsettled(now).count()


def _gap_soon(now: datetime) -> Samples:
    yield (), Event.objects.unsettled(now).filter(starts_at__lt=now + SOON).count()


def _artifacts(now: datetime) -> Samples:
    kept = _unfetched()
    found = kept.aggregate(
        pending=Count("pk", filter=Q(state=ArtifactState.PENDING)),
        fetching=Count("pk", filter=Q(state=ArtifactState.FETCHING)),
        failed=Count("pk", filter=Q(state=ArtifactState.FAILED)),
    )
    for state, count in found.items():
        yield (state,), count


def _artifact_age(now: datetime) -> Samples:
    coming = _unfetched().exclude(state=ArtifactState.FAILED).filter(next_try_at__lte=now)
    yield (), _age(coming, "next_try_at", now)


def _streams(now: datetime) -> Samples:
    """Each process writes its count into the name of the connection it listens with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(substr(application_name, %s)::int), 0) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name ~ %s",
            [len(STREAMS_NAME) + 1, rf"^{STREAMS_NAME}\d+$"],
        )
        yield (), cursor.fetchone()[0]


def _bots(now: datetime) -> Samples:
    found = dict.fromkeys((state.value for state in LIVE), 0)
    found |= dict(Bot.objects.live().values_list("state").annotate(count=Count("pk")).order_by())
    for state, count in found.items():
        yield (state,), count


def _silent_bots(now: datetime) -> Samples:
    yield (), Bot.objects.silent(now).count()


def _calendars(now: datetime) -> Samples:
    known = Calendar.objects.connected()
    rows = known.values_list("connection__platform", "status").annotate(count=Count("pk"))
    for platform, status, count in rows.order_by():
        yield (platform, status), count


def _tasks(now: datetime) -> Samples:
    lately = TaskRun.objects.filter(started_at__gt=now - AN_HOUR)
    found = dict.fromkeys(TaskEnd.values, 0)
    found |= dict(lately.values_list("end").annotate(count=Count("pk")).order_by())
    for end, count in found.items():
        yield (end,), count


GAUGES = (
    Gauge("earshot_inbox_waiting", "Deliveries not worked off yet.", _inbox_waiting),
    Gauge("earshot_inbox_lag_seconds", "Age of the oldest of them.", _inbox_lag),
    Gauge(
        "earshot_deliveries_last_hour",
        "Deliveries of the last hour, by what came of them.",
        _deliveries,
        ("result",),
    ),
    Gauge(
        "earshot_deliveries_refused",
        "Calls with a signature that is not good, since accounts exist.",
        _refusals,
    ),
    Gauge(
        "earshot_webhook_silence_seconds",
        "Since a provider was last heard of, while it has bots out; else 0.",
        _webhook_silence,
        ("provider",),
    ),
    Gauge(
        "earshot_upstream_calls_last_hour",
        "Calls to providers in the last hour, by HTTP status; none: no answer.",
        _calls,
        ("provider", "status"),
    ),
    Gauge(
        "earshot_scheduling_gap",
        "Meetings booked otherwise than decided, and due for another try.",
        _gap,
    ),
    Gauge(
        "earshot_scheduling_gap_soon",
        "Those of them that start within the hour, or have begun.",
        _gap_soon,
    ),
    Gauge("earshot_ingest_files", "Files not here yet, by state.", _artifacts, ("state",)),
    Gauge(
        "earshot_ingest_lag_seconds",
        "How long the oldest file that should be fetched has waited for it.",
        _artifact_age,
    ),
    Gauge("earshot_open_streams", "Pages that listen for news, over all processes.", _streams),
    Gauge("earshot_bots", "Bots that are out, by state.", _bots, ("state",)),
    Gauge("earshot_bots_silent", "Bots that should have told something.", _silent_bots),
    Gauge(
        "earshot_calendars",
        "Connected calendars, by how they are.",
        _calendars,
        ("platform", "status"),
    ),
    Gauge(
        "earshot_tasks_last_hour",
        "Ends of tasks about a row in the last hour.",
        _tasks,
        ("end",),
    ),
)


def _unfetched() -> QuerySet[Artifact]:
    states = (ArtifactState.PENDING, ArtifactState.FETCHING, ArtifactState.FAILED)
    return Artifact.objects.filter(state__in=states, recording__binned_at=None)


def _age(rows: QuerySet[Any], since: str, now: datetime) -> float:
    oldest = rows.aggregate(oldest=Min(F(since)))["oldest"]
    return max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
