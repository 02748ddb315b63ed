"""The agenda, the switch in each of its rows, and the page of one event."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.http import WorkspaceRequest, workspace_member
from calendars import coverage
from calendars.agenda import by_day, make_rows
from calendars.days import on_days
from calendars.forms import AgendaForm
from calendars.models import Event
from calendars.models.events import EventQuerySet
from calendars.place import place_of

PAGE = 50
SHOWN_CHANGES = 50


@require_GET
@vary_on_headers("HX-Request")
@workspace_member
def agenda(request: WorkspaceRequest) -> HttpResponse:
    form = AgendaForm(request.GET)
    if not form.is_valid():
        raise Http404("no such page of the agenda")
    period, show, after = (form.cleaned_data[name] for name in ("period", "show", "after"))
    now = timezone.now()
    wanted = _period(request.workspace.events.all(), period, now).answered(show)
    events = list(wanted.from_place(after, is_reversed=period == "past")[: PAGE + 1])
    page, more = events[:PAGE], len(events) > PAGE
    calendars = list(request.workspace.calendars.for_list())
    context = {
        "days": by_day(make_rows(page, now), is_reversed=period == "past"),
        "next": _address(period, show, page[-1]) if more else "",
        "here": _address(period, show),
        "continues": timezone.localdate(after[0]) if after and request.htmx else None,
        "coverage": coverage.count(request.workspace, now),
        "calendars": calendars,
        "underway": [one for one in calendars if one.is_underway],
        "broken": [one for one in calendars if one.is_broken],
        "stale": [one for one in calendars if one.is_stale and not one.is_broken],
        "periods": AgendaForm.PERIODS,
        "period": period,
        "show": show,
        "live_topics": _topics(request, "events", "calendars", "bots"),
    }
    fragment = ("#more" if after else "#agenda") if request.htmx else ""
    return render(request, f"calendars/agenda.html{fragment}", context)


@require_GET
@workspace_member
def event(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(request.workspace.events.for_list(), public_id=public_id)
    (row,) = make_rows([found])
    context = {
        "row": row,
        "event": found,
        "changes": found.changes.newest_first()[:SHOWN_CHANGES],
        "history": request.workspace.audit_entries.filter(
            action="event.choose", target=found.public_id
        ).select_related("actor")[:20],
        "others": found.bot.events.exclude(pk=found.pk).select_related("calendar__connection__user")
        if found.bot
        else [],
        "live_topics": _topics(request, "events", "bots"),
    }
    return render(request, "calendars/event.html", context)


def _period(events: EventQuerySet, period: str, now: datetime) -> EventQuerySet:
    """The rows of one tab, in the zone of the viewer."""
    shown = events.shown(now).for_list()
    today = timezone.localdate(now)
    match period:
        case "today":
            return on_days(shown, today, today + timedelta(days=1))
        case "week":
            yesterday = today - timedelta(days=1)  # something of then may still run
            return on_days(shown.running_or_ahead(now), yesterday, today + timedelta(days=7))
        case "past":
            return shown.over(now)
        case _:
            return shown.running_or_ahead(now)


def _address(period: str, show: str, last: Event | None = None) -> str:
    query = {"period": period, "show": show}
    if last is not None:
        query["after"] = place_of(last)
    return "?" + urlencode(query)


def _topics(request: WorkspaceRequest, *names: str) -> str:
    return " ".join(f"{request.workspace.public_id}/{name}" for name in names)
