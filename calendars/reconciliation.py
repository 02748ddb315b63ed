"""Once a minute: what was wished, lost on the way, and can be found in the tables."""

from datetime import datetime

from calendars import choosing, coverage, queue
from calendars.models import Calendar, Consent, Event, Revision

AT_ONCE = 200


def wake_workers(now: datetime) -> None:
    """Queue a task for each row that is not as it should be, a bounded number of them."""
    Consent.objects.expired().delete()
    choosing.forget_old_undos(now)
    _refresh_answers(now)
    for workspace_id in Revision.objects.lost().values_list("workspace_id", flat=True):
        queue.revise(workspace_id)
    soonest_first = Event.objects.unsettled(now).order_by("starts_at")
    for event_id in soonest_first.values_list("id", flat=True)[:AT_ONCE]:
        queue.schedule(event_id)
    for calendar_id in Calendar.objects.stuck_connecting().values_list("id", flat=True):
        queue.connect(calendar_id)
    for calendar_id in Calendar.objects.unrenewed().values_list("id", flat=True)[:AT_ONCE]:
        queue.reconnect(calendar_id)
    for calendar_id in Calendar.objects.due_for_sync().values_list("id", flat=True)[:AT_ONCE]:
        queue.sync(calendar_id)
    for calendar_id in Calendar.objects.without_details().values_list("id", flat=True)[:AT_ONCE]:
        queue.read_details(calendar_id)
    for calendar_id in Calendar.objects.left_undeleted().values_list("id", flat=True)[:AT_ONCE]:
        queue.disconnect(calendar_id)


def _refresh_answers(now: datetime) -> None:
    """A kept answer can only go stale where a bot is or was wished for."""
    concerned = Event.objects.running_or_ahead(now).concerned().for_list()
    coverage.decide_again(concerned[: AT_ONCE * 10], now)
