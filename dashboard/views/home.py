"""The first page: what Earshot is, to a stranger; how things stand, to a member."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.models import Workspace
from dashboard.today import today

LIVE = ("bots", "events", "recordings", "calendars")


@require_safe
@vary_on_headers("HX-Request")
def home(request: HttpRequest) -> HttpResponse:
    workspace: Workspace | None = request.workspace  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return render(request, "dashboard/welcome.html")
    if workspace is None:
        return render(request, "dashboard/no_workspace.html")
    topics = [f"{workspace.public_id}/{what}" for what in LIVE]
    context = {"today": today(workspace, timezone.now()), "live_topics": " ".join(topics)}
    fragment = "#standing" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"dashboard/home.html{fragment}", context)
