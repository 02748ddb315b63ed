"""What is done with all that is ticked in the library at once."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, workspace_member
from recordings import ingest
from recordings.exports.archive import zipped
from recordings.library_forms import ManyForm
from recordings.models import Recording
from recordings.readiness import readiness
from recordings.serving import hand_out


@require_POST
@workspace_member
def texts(request: WorkspaceRequest) -> HttpResponseBase:
    """Their transcripts as files in one archive."""
    form = ManyForm(request.POST, workspace=request.workspace)
    if not form.is_valid():
        return _nothing(request)
    found = [one for one in form.recordings if _has_text(one)]
    if not found:
        messages.info(request, "None of them has a text yet.")
        return redirect("recordings:library")
    return hand_out(
        request,
        zipped(found, form.cleaned_data["format"] or "txt"),
        content_type="application/zip",
        download_name="transcripts.zip",
    )


@require_POST
@workspace_member
def refetching(request: WorkspaceRequest) -> HttpResponse:
    """Fetch once more what failed of them."""
    form = ManyForm(request.POST, workspace=request.workspace)
    if not form.is_valid():
        return _nothing(request)
    with transaction.atomic():
        asked = sum(_fetch_again(request, recording) for recording in form.recordings)
    if asked:
        noun = "recording" if asked == 1 else "recordings"
        messages.info(request, f"What failed of {asked} {noun} is being fetched again.")
    else:
        messages.info(request, "Nothing of them failed.")
    return HttpResponse(status=200) if request.htmx else redirect("recordings:library")


def _fetch_again(request: WorkspaceRequest, recording: Recording) -> bool:
    failed = recording.artifacts.failed()
    kinds = [artifact.kind for artifact in failed if ingest.try_again(artifact)]
    if kinds:
        audit.record_request(
            request, "artifact.fetch_again", recording.public_id, after={"files": kinds}
        )
    return bool(kinds)


def _has_text(recording: Recording) -> bool:
    ready = readiness(recording, recording.artifacts.all())
    return ready.transcript.is_ready and ready.has_speech


def _nothing(request: WorkspaceRequest) -> HttpResponse:
    messages.info(request, "Tick some recordings first; up to 100 at once.")
    return redirect("recordings:library")
