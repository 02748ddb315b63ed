"""One click that has a bot in a meeting at once."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to
from accounts.roles import Permission
from calendars import publishing, sending
from calendars.agenda import make_rows
from calendars.models import Event


@require_POST
@allowed_to(Permission.SEND)
def send_now(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Answer with the row as it is then; 409 when no bot can go, and why."""
    event = get_object_or_404(request.workspace.events.for_list(), public_id=public_id)
    status = 200
    try:
        _send(request, event)
    except sending.NotPossible as reason:
        messages.warning(request, str(reason))
        status = 409
    else:
        messages.info(request, f"A bot is being sent to “{event.shown_title}”.")
    if not request.htmx:
        return redirect("calendars:event", event.public_id)
    (row,) = make_rows([request.workspace.events.for_list().get(pk=event.pk)])
    return render(request, "calendars/_row.html", {"row": row}, status=status)


@transaction.atomic
def _send(request: WorkspaceRequest, event: Event) -> None:
    bot = sending.send_now(event, by=request.user)
    after = {"bot": bot.public_id, "verdict": "record"}
    audit.record_request(request, "event.send_bot", event.public_id, after=after)
    publishing.publish_events(request.workspace, [event.pk])
