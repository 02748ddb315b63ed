"""The first page: what Earshot is, to a stranger; how things stand, to a member; first steps."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http import WorkspaceRequest, workspace_member
from accounts.models import Workspace
from dashboard import first_steps
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
    standing = today(request.membership, timezone.now())  # type: ignore[attr-defined]
    context = {
        "today": standing,
        "steps": first_steps.look(request.membership, standing),  # type: ignore[attr-defined]
        "live_topics": " ".join(topics),
    }
    fragment = "#standing" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"dashboard/home.html{fragment}", context)


@require_POST
@workspace_member
def steps(request: WorkspaceRequest) -> HttpResponse:
    """Hide the first steps, or show them again."""
    if request.POST.get("show"):
        first_steps.show(request.membership)
    else:
        first_steps.hide(request.membership)
        messages.info(request, "The first steps are hidden. Settings, You, shows them again.")
    return redirect("dashboard:home")
