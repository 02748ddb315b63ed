"""The banner about bots that wait to be let in, by itself: pages fetch it again now and then."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, workspace_member
from calendars.forms import LobbyForm
from calendars.lobby import waiting_for


@require_safe
@workspace_member
def lobby(request: WorkspaceRequest) -> HttpResponse:
    if not request.htmx:
        return redirect("bots:index")
    form = LobbyForm(request.GET)
    told_here = form.cleaned_data["told_here"] if form.is_valid() else ""
    context = {
        "waiting": waiting_for(request.workspace, request.user, told_here=told_here),
        "told_here": told_here,
        "live_topic": f"{request.workspace.public_id}/bots",
    }
    return render(request, "calendars/_lobby.html", context)
