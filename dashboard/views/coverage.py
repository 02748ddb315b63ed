"""Will it be recorded, was it? One sentence and one button for each meeting."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http import WorkspaceRequest, workspace_member
from calendars.models import Event
from calendars.place import place_of
from dashboard.coverage import Asked, tell
from dashboard.forms import CoverageForm


@require_safe
@vary_on_headers("HX-Request")
@workspace_member
def coverage(request: WorkspaceRequest) -> HttpResponse:
    form = CoverageForm(request.GET)
    if not form.is_valid():
        raise Http404("no such number")
    asked = Asked(**form.cleaned_data)
    told = tell(request.membership, asked, timezone.now())
    has_rows = bool(told.lead or told.days)
    calendars = [] if has_rows else list(request.workspace.calendars.connected())
    context = {
        "asked": asked,
        "told": told,
        "periods": form.PERIODS,
        "here": _address(asked),
        "next": _address(asked, told.last) if told.last else "",
        "continues": timezone.localdate(asked.after[0]) if asked.after and request.htmx else None,
        "has_calendar": has_rows or bool(calendars),
        "is_underway": any(calendar.is_underway for calendar in calendars),
        "live_topics": f"{request.workspace.public_id}/coverage",
    }
    fragment = ("#more" if asked.after else "#coverage") if request.htmx else ""
    return render(request, f"dashboard/coverage.html{fragment}", context)


def _address(asked: Asked, last: Event | None = None) -> str:
    query = {"period": asked.period, "show": asked.show}
    if asked.day:
        query["day"] = asked.day.isoformat()
    if last is not None:
        query["after"] = place_of(last)
    return "?" + urlencode(query)
