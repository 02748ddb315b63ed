"""Which calls were made to providers, for support: how each was answered, and how long that took.

    note    called by the wire, in memory: a call is part of somebody's transaction, its record is
            not, and tells of it also when all else is taken back
    write   one insert for all that was noted, when the task or the request is over

Bodies, queries, keys and headers are never kept; nor are the records, for longer than KEPT_FOR.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from celery import current_task
from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=30)
MOST_WAITING = 10_000  # of a process that never comes to an end with anything
LONGEST_ERROR = 60
FAILED = Q(status=None) | Q(status__gte=400)


class CallQuerySet(models.QuerySet["Call"]):
    def about(self, subjects: Iterable[str], task_ids: Iterable[str] = ()) -> CallQuerySet:
        """What named one of these ids at the provider, or was made by one of these tasks."""
        return self.filter(Q(subject__in=list(subjects)) | Q(task_id__in=list(task_ids)))

    def old(self, now: datetime) -> CallQuerySet:
        return self.filter(at__lt=now - KEPT_FOR)


class Call(models.Model):
    """One request and what came back. An account that is deleted leaves its calls behind."""

    account = models.ForeignKey(
        "upstream.UpstreamAccount",
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="calls",
    )
    at = models.DateTimeField(default=timezone.now)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=200, help_text="with the names of the ids in it")
    subject = models.CharField(
        max_length=200, blank=True, help_text="the last id in the path, as the provider calls it"
    )
    status = models.PositiveSmallIntegerField(null=True, help_text="empty: no answer")
    error = models.CharField(max_length=LONGEST_ERROR, blank=True)
    milliseconds = models.PositiveIntegerField()
    request_id = models.CharField(max_length=100, blank=True)
    task_id = models.CharField(max_length=64, blank=True, help_text="of the queue")

    objects = CallQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], name="calls_of_account"),
            models.Index(fields=["at"], name="calls_by_age"),
            models.Index(fields=["subject"], condition=~Q(subject=""), name="calls_by_subject"),
            models.Index(fields=["task_id"], condition=~Q(task_id=""), name="calls_by_task"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


waiting: deque[Call] = deque(maxlen=MOST_WAITING)


def note(
    account_id: int | None,
    *,
    method: str,
    path: str,
    ids: Mapping[str, str],
    status: int | str,
    milliseconds: int,
    request_id: str,
) -> None:
    """Remember one call until `write`."""
    is_answer = isinstance(status, int)
    waiting.append(
        Call(
            account_id=account_id,
            method=method[:8],
            path=path[:200],
            subject="".join([*ids.values()][-1:])[:200],
            status=status if is_answer else None,
            error="" if is_answer else str(status)[:LONGEST_ERROR],
            milliseconds=milliseconds,
            request_id=request_id[:100],
            task_id=current_task.request.id or "" if current_task else "",
        )
    )


def write() -> None:
    """Store what was noted; support may miss a record, nobody else is to suffer for it."""
    calls = []
    while waiting:
        calls.append(waiting.popleft())
    if not calls:
        return
    try:
        with transaction.atomic():
            Call.objects.bulk_create(calls)
    except DatabaseError:
        logger.warning("%d calls to providers were not written down", len(calls))


def call_log_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Write down what a page asked of providers."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            return get_response(request)
        finally:
            write()

    return middleware
