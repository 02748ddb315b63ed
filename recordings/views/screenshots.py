"""The pictures the bot took in the room, all on one page."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, workspace_member
from recordings import access, pictures
from recordings.models import Artifact, ArtifactKind, ArtifactState, Recording
from recordings.serving import CACHE


@require_safe
@workspace_member
def screenshots(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    recording = access.get_seen(request, public_id)
    context = {"recording": recording, "numbers": pictures.numbers(_archive(recording))}
    return render(request, "recordings/screenshots.html", context)


@require_safe
@workspace_member
def screenshot(request: WorkspaceRequest, public_id: str, number: int) -> HttpResponse:
    recording = access.get_seen(request, public_id)
    picture = pictures.one(_archive(recording), number)
    if picture is None:
        raise Http404("no such picture")
    headers = {"Cache-Control": CACHE, "X-Content-Type-Options": "nosniff"}
    kind = pictures.content_type(picture)
    return HttpResponse(picture, content_type=kind, headers=headers)


def _archive(recording: Recording) -> Artifact:
    return get_object_or_404(
        recording.artifacts, kind=ArtifactKind.SCREENSHOTS, state=ArtifactState.READY
    )
