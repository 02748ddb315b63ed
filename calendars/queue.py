"""Wake a worker once the transaction has committed.

The queue is a hint and the database is the truth: when the broker is down the wish is already
written, nobody's click fails, and `calendars.reconcile` finds it within a minute.
"""

from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction

LONGEST_WAIT_SECONDS = 10


def schedule(event_id: int) -> None:
    _wake("calendars.schedule_event", event_id=event_id)


def connect(calendar_id: int) -> None:
    _wake("calendars.connect_calendar", calendar_id=calendar_id)


def reconnect(calendar_id: int) -> None:
    _wake("calendars.reconnect_calendar", calendar_id=calendar_id)


def move(calendar_id: int) -> None:
    _wake("calendars.move_calendar", calendar_id=calendar_id)


def disconnect(calendar_id: int) -> None:
    _wake("calendars.disconnect_calendar", calendar_id=calendar_id)


def tell_lobby(bot_id: int) -> None:
    _wake("calendars.tell_lobby", bot_id=bot_id)


def sync(calendar_id: int, *, is_forced: bool = False, attempt: int = 0) -> None:
    """`attempt` counts how often the provider was found still reading; each waits a bit longer."""
    _wake(
        "calendars.sync_calendar",
        in_seconds=min(attempt, LONGEST_WAIT_SECONDS),
        calendar_id=calendar_id,
        is_forced=is_forced,
        attempt=attempt,
    )


def read_details(calendar_id: int, event_ids: list[int] | None = None) -> None:
    _wake("calendars.read_details", calendar_id=calendar_id, event_ids=event_ids)


def read_named(calendar_id: int, upstream_ids: list[str]) -> None:
    _wake("calendars.read_named", calendar_id=calendar_id, upstream_ids=upstream_ids)


def revise(workspace_id: int) -> None:
    _wake("calendars.revise", workspace_id=workspace_id)


def _wake(task: str, *, in_seconds: int = 0, **kwargs: Any) -> None:
    call = current_app.signature(task, kwargs=kwargs, immutable=True)
    send = partial(call.apply_async, retry=False, countdown=in_seconds)
    transaction.on_commit(send, robust=True)
