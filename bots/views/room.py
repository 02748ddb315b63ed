"""A look into the room: a part of the bot's page that fetches itself, and the picture in it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http import WorkspaceRequest, workspace_member
from bots import room, stays
from bots.broadcast import topic_of

# The page asks for each picture under its number, so that a browser may keep it for a while.
KEEP_BRIEFLY = "private, max-age=600"


@require_safe
@vary_on_headers("HX-Request")
@workspace_member
def look(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    bot = get_object_or_404(request.workspace.bots.with_account(), public_id=public_id)
    seen = room.look_in(bot)
    context = {
        "bot": bot,
        "room": seen,
        **stays.tell(bot),
        "look_every": room.seconds_to_wait(bot, seen),
        "topic": topic_of(bot),
    }
    return render(request, "bots/_room.html" if request.htmx else "bots/room.html", context)


@require_safe
@workspace_member
def picture(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """204 when there is none: whoever may see the bot may know that."""
    bot = get_object_or_404(request.workspace.bots.with_account(), public_id=public_id)
    seen = room.last_picture(bot)
    if seen is None:
        return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": KEEP_BRIEFLY}
    return HttpResponse(seen.content, content_type=seen.content_type, headers=headers)
