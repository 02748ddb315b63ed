"""Whether we can still read a calendar. Bad news pauses; it deletes nothing and cancels nothing."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from calendars import coverage, outages, publishing, queue
from calendars.models import Calendar, Connection
from calendars.models.connections import BROKEN
from calendars.models.outages import Outage
from notifications import telling
from notifications.kinds import KindName
from notifications.telling import News
from upstream.events import CalendarConnectionChanged, CalendarConnectionDeleted
from upstream.models import UpstreamAccount
from upstream.states import CalendarStatus

PROBLEMS = {
    CalendarStatus.ACTIVE: "",
    CalendarStatus.ERROR: (
        "{platform} had trouble telling us about changes. It is being tried again; "
        "nothing is needed from you."
    ),
    CalendarStatus.REVOKED: "{platform} no longer lets Earshot read this calendar. Reconnect it.",
    CalendarStatus.PERMISSION_DENIED: (
        "You are signed in at {platform}, but the permission to read this calendar is missing. "
        "Reconnect it and allow reading calendars."
    ),
}
NO_CALENDAR = "no such calendar here"
FORGOTTEN = "The recording service no longer has this calendar. Reconnect it."


def connection_changed(
    account: UpstreamAccount, event: CalendarConnectionChanged | CalendarConnectionDeleted
) -> str:
    """Take in what a webhook says about a connection; return its effect in a sentence."""
    calendar = Calendar.objects.named_by(account, event.calendar_id)
    if calendar is None:
        return NO_CALENDAR
    if isinstance(event, CalendarConnectionDeleted):
        take(calendar, CalendarStatus.REVOKED, problem=FORGOTTEN)
        return "calendar needs reconnecting"
    if event.status is not None:
        take(calendar, event.status)
    if event.status is None or calendar.status not in BROKEN:
        queue.sync(calendar.id)
    return f"calendar is {calendar.get_status_display().lower()}"


def problem_of(calendar: Calendar, status: str = "") -> str:
    """What the calendar's status means for a person; nothing when all is well."""
    sentence = PROBLEMS[CalendarStatus(status or calendar.status)]
    return sentence.replace("{platform}", calendar.platform_label)


@transaction.atomic
def take(
    calendar: Calendar, status: CalendarStatus, *, message: str = "", problem: str | None = None
) -> bool:
    """Keep the status; when it changed, decide the calendar's meetings again. False: no news."""
    problem = problem_of(calendar, status) if problem is None else problem
    if (calendar.status, calendar.status_message) == (status, message):
        return False
    was_broken = calendar.is_broken
    calendar.status, calendar.status_message = status, message
    calendar.problem, calendar.tried_at = problem, timezone.now()
    calendar.save(update_fields=["status", "status_message", "problem", "tried_at", "updated_at"])
    _sum_up(calendar.connection)
    if was_broken != calendar.is_broken:
        note = outages.begin if calendar.is_broken else outages.mend
        note(calendar)
        _tell_owner(calendar)
        for event in coverage.decide_calendar_again(calendar):
            queue.schedule(event.id)
        publishing.publish_agenda(calendar.workspace)
    publishing.publish_calendar(calendar)
    publishing.publish_troubles(calendar.workspace)
    return True


def _tell_owner(calendar: Calendar) -> None:
    """Only the owner can give the permission again; once it is given, nothing is to be done."""
    if not calendar.is_broken:
        telling.settle(KindName.CALENDAR, calendar.public_id)
        return
    outage = Outage.objects.unsettled().get(calendar=calendar)
    news = News(
        KindName.CALENDAR,
        key=f"{calendar.public_id} {outage.began_at.isoformat()}",
        title=str(calendar),
        note=calendar.problem,
        path=reverse("calendars:reconnect", args=[calendar.connection.public_id]),
        target=calendar.public_id,
    )
    telling.tell([calendar.owner], calendar.workspace, news)


def _sum_up(connection: Connection) -> None:
    """An account is as well as the worst of its calendars."""
    found = set(connection.calendars.connected().values_list("status", flat=True))
    worst = next((status for status in (*BROKEN, CalendarStatus.ERROR) if status in found), None)
    if worst is None and connection.token_refused_at is not None:
        worst = CalendarStatus.REVOKED
    connection.status = worst or CalendarStatus.ACTIVE
    connection.save(update_fields=["status", "updated_at"])
