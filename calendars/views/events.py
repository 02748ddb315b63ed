"""The agenda, the switch in each of its rows, and the page of one event."""

from datetime import date, datetime, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import replace_url

from accounts.http import WorkspaceRequest, workspace_member
from accounts.models import Workspace
from accounts.roles import Permission
from calendars import coverage, filters
from calendars.agenda import by_day, make_rows
from calendars.days import on_days
from calendars.forms import AgendaForm
from calendars.models import Choice, Event, Reach
from calendars.models.events import EventQuerySet
from calendars.place import place_of
from upstream.states import Platform

PAGE = 50
LONGEST_PAGE = 500
WEEK, YEARS = timedelta(days=7), timedelta(days=5 * 365)
SHOWN_CHANGES = 50


@require_GET
@vary_on_headers("HX-Request")
@workspace_member
def agenda(request: WorkspaceRequest) -> HttpResponse:
    form = AgendaForm(request.GET)
    if not form.is_valid():
        raise Http404("no such page of the agenda")
    told = form.cleaned_data
    period, after, until = told["period"], told["after"], told["until"]
    now = timezone.now()
    listed = _period(request.workspace.events.all(), period, told["start"], now)
    wanted = filters.narrowed(
        listed.answered(told["show"]), **{name: told[name] for name in filters.NAMES}
    )
    size = _size_of_page(wanted, until, is_reversed=period == "past")
    events = list(wanted.from_place(after, is_reversed=period == "past")[: size + 1])
    page, more = events[:size], len(events) > size
    last = place_of(page[-1]) if page else ""
    calendars = list(request.workspace.calendars.for_list())
    context = {
        "form": form,
        "days": by_day(make_rows(page, now), is_reversed=period == "past"),
        "next": form.address(after=last) if more else "",
        "until": last if after or until else "",
        "here": form.address(),
        "continues": timezone.localdate(after[0]) if after and request.htmx else None,
        "next_with_link": None if page else _next_with_link(request.workspace, form, now),
        # Further rows are asked for alone, and have no line on top to count for.
        "coverage": SimpleLazyObject(lambda: coverage.count(request.workspace, now)),
        "calendars": calendars,
        "may_mend": request.membership.may(Permission.MEND_ANY),
        "underway": [one for one in calendars if one.is_underway],
        "broken": [one for one in calendars if one.is_broken],
        "stale": [one for one in calendars if one.is_stale and not one.is_broken],
        "periods": [
            (label, form.address(period=value, start=""), value == period)
            for value, label in AgendaForm.PERIODS
        ],
        "weeks": _weeks(form, now),
        "platforms": [one for one in Platform.choices if one[0]],
        "links": AgendaForm.LINKS,
        "period": period,
        "show": told["show"],
        "live_topics": _topics(request, "events", "calendars", "bots"),
    }
    fragment = ("#more" if after else "#agenda") if request.htmx else ""
    answer = render(request, f"calendars/agenda.html{fragment}", context)
    if fragment == "#more":
        # Whoever comes back to this page, or has it read again, finds as many rows as were shown.
        replace_url(answer, f"{request.path}{form.address(until=last)}")
    return answer


@require_GET
@vary_on_headers("HX-Request")
@workspace_member
def event(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(request.workspace.events.for_list(), public_id=public_id)
    (row,) = make_rows([found])
    alone = Choice.objects.filter(identity=found.identity, workspace=request.workspace)
    context = {
        "row": row,
        "event": found,
        "alone": alone.filter(reach=Reach.THIS).count(),
        "is_menu": bool(request.htmx),
    }
    if request.htmx:
        return render(request, "calendars/_choose.html", context)
    context |= {
        "changes": found.changes.newest_first()[:SHOWN_CHANGES],
        "history": request.workspace.audit_entries.filter(
            action__in=("event.choose", "event.undo_choice"), target=found.public_id
        ).select_related("actor")[:20],
        "others": found.bot.events.exclude(pk=found.pk).select_related("calendar__connection__user")
        if found.bot
        else [],
        "live_topics": _topics(request, "events", "bots"),
    }
    return render(request, "calendars/event.html", context)


def _period(events: EventQuerySet, period: str, start: date | None, now: datetime) -> EventQuerySet:
    """The rows of one tab, in the zone of the viewer; a week may begin on any day."""
    shown = events.shown(now).for_list()
    today = timezone.localdate(now)
    match period:
        case "today":
            return on_days(shown, today, today + timedelta(days=1))
        case "week" if start:
            return on_days(shown, start, start + WEEK)
        case "week":
            yesterday = today - timedelta(days=1)  # something of then may still run
            return on_days(shown.running_or_ahead(now), yesterday, today + WEEK)
        case "past":
            return shown.over(now)
        case _:
            return shown.running_or_ahead(now)


def _size_of_page(
    wanted: EventQuerySet, until: tuple[datetime, str] | None, *, is_reversed: bool
) -> int:
    """As long as it was when it was last shown, with what had been added to it."""
    if until is None:
        return PAGE
    shown = wanted.up_to_place(until, is_reversed=is_reversed).order_by().count()
    return min(max(shown, PAGE), LONGEST_PAGE)


def _weeks(form: AgendaForm, now: datetime) -> dict[str, str]:
    """Where the week before this one and the week after it are."""
    today = timezone.localdate(now)
    start = form.cleaned_data["start"] or today
    if not today - YEARS < start < today + YEARS:
        raise Http404("no such week")
    beside = {"before": start - WEEK, "after": start + WEEK}
    return {
        name: form.address(period="week", start="" if day == today else day)
        for name, day in beside.items()
    }


def _next_with_link(workspace: Workspace, form: AgendaForm, now: datetime) -> Event | None:
    """For a page with nothing on it that could be recorded: the first meeting that can."""
    told = form.cleaned_data
    is_short = told["period"] in ("today", "week") and not told["start"]
    is_whole = told["show"] == "all" and not form.is_narrowed
    if told["link"] != "yes" and not (is_short and is_whole):
        return None
    ahead = workspace.events.shown(now).running_or_ahead(now).exclude(meeting_url="")
    return ahead.order_by("starts_at").first()


def _topics(request: WorkspaceRequest, *names: str) -> str:
    return " ".join(f"{request.workspace.public_id}/{name}" for name in names)
