"""What has changed in a transcript since a page was made, for that page to take in."""

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, workspace_member
from recordings import access, fragments, naming, versions
from recordings.correction_forms import ChangesForm
from recordings.forms import RecordingForm
from recordings.models import Transcript
from recordings.readiness import readiness
from recordings.views.recording import side


@gzip_page
@require_safe
@workspace_member
def changes(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """The turns that are not as they were, or all of them, and all that is reckoned from them."""
    found = access.seen(request).for_page().exclude(transcript=None)
    recording = get_object_or_404(found, public_id=public_id)
    form = ChangesForm(request.GET)
    if not form.is_valid():
        return HttpResponseBadRequest("since which revision?")
    ready = readiness(recording, list(recording.artifacts.all()))
    context = {
        "recording": recording,
        **side(recording, ready),
        "speaker_form": RecordingForm(),
        "corrected": recording.transcript.corrections.in_force().filter(has_place=True).count(),
        "offers": naming.offers(recording),
        **_turns(recording.transcript, form.cleaned_data["since"]),
    }
    response = render(request, "recordings/_changes.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _turns(transcript: Transcript, since: int) -> dict[str, object]:
    """Speakers are numbered in order of appearance, so those of all turns must be known."""
    if transcript.versions.filter(is_shown=True, revision__gt=since).exists():
        return {"turns": fragments.html(bytes(transcript.fragment)), "are_all": True}
    later = transcript.corrections.filter(revision__gt=since).values_list("turns", flat=True)
    only = {index for turns in later for index in turns}
    shown = versions.as_shown(transcript)
    edited = {one.index for one in transcript.originals.all() if one.text != shown[one.index].text}
    return {"turns": fragments.lines(shown, edited, only), "are_all": False}
