"""Each run of a task that is about a row is written down when it ends, and its calls with it.

What a task carries besides keys may be content (words for a meeting's chat), and what an error says
may quote it: neither is kept.
"""

import logging
import time
from datetime import datetime
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.db import DatabaseError, transaction
from django.utils import timezone

from support.models import TaskEnd, TaskRun
from upstream import call_log

logger = logging.getLogger(__name__)

ENDS = {"SUCCESS": TaskEnd.DONE, "RETRY": TaskEnd.RETRIED}
SILENT = {"IGNORED", "REJECTED"}

_begun: dict[str, tuple[datetime, float]] = {}


@task_prerun.connect
def begin(task_id: str, **_: Any) -> None:
    _begun[task_id] = (timezone.now(), time.monotonic())


@task_postrun.connect
def end(
    task_id: str, task: Any, kwargs: dict[str, Any], retval: Any, state: str = "", **_: Any
) -> None:
    started_at, started = _begun.pop(task_id, (timezone.now(), time.monotonic()))
    run = TaskRun(
        task_id=task_id,
        name=task.name[:80],
        subject=subject_of(kwargs),
        started_at=started_at,
        milliseconds=round((time.monotonic() - started) * 1000),
        end=ENDS.get(state, TaskEnd.FAILED),
        error=kind_of(retval),
    )
    is_telling = run.subject or run.end != TaskEnd.DONE
    if is_telling and state not in SILENT:
        _store(run)
    call_log.write()


def subject_of(kwargs: dict[str, Any]) -> str:
    """The first key among a task's keywords; a list of keys stands for no single row."""
    keys = (f"{name}={key}" for name, key in kwargs.items() if name.endswith("_id"))
    return next(keys, "")[:80]


def kind_of(result: Any) -> str:
    """The class of what went wrong, and the provider's code where there is one."""
    error = getattr(result, "exc", None) or result
    if not isinstance(error, BaseException):
        return ""
    return f"{type(error).__name__} {getattr(error, 'code', '') or ''}".strip()[:120]


def _store(run: TaskRun) -> None:
    """Support may miss a record; the task is not to suffer for it."""
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except DatabaseError:
        logger.warning("a run of %s was not written down", run.name)
