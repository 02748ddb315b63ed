"""Once a minute: what was wished, lost on the way, and can be found in the tables."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from calendars import coverage, lobby, missed, queue, undoing
from calendars.models import Calendar, Consent, Event, Revision

AT_ONCE = 200


def wake_workers(now: datetime) -> None:
    """Queue a task for each row that is not as it should be, a bounded number of them."""
    Consent.objects.expired().delete()
    undoing.forget_old_undos(now)
    _refresh_answers(now)
    missed.tell_new(now)
    lobby.settle_over()
    for wake, waiting in _waiting(now):
        for pk in waiting[:AT_ONCE]:
            wake(pk)


def _waiting(
    now: datetime,
) -> Iterator[tuple[Callable[[int], None], QuerySet[Any, int] | list[int]]]:
    """Which task is woken for which rows, by their ids."""
    calendars = Calendar.objects.all()
    soonest_first = Event.objects.unsettled(now).order_by("starts_at")
    yield queue.revise, Revision.objects.lost().values_list("workspace_id", flat=True)
    yield queue.schedule, soonest_first.values_list("id", flat=True)
    yield queue.tell_lobby, lobby.untold(now)
    yield queue.move, calendars.to_be_moved().values_list("id", flat=True)
    yield queue.connect, calendars.stuck_connecting().values_list("id", flat=True)
    yield queue.reconnect, calendars.unrenewed().values_list("id", flat=True)
    yield queue.sync, calendars.due_for_sync().values_list("id", flat=True)
    yield queue.read_details, calendars.without_details().values_list("id", flat=True)
    yield queue.disconnect, calendars.left_undeleted().values_list("id", flat=True)


def _refresh_answers(now: datetime) -> None:
    """A kept answer can only go stale where a bot is or was wished for."""
    concerned = Event.objects.running_or_ahead(now).concerned().for_list()
    coverage.decide_again(concerned[: AT_ONCE * 10], now)
