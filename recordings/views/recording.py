"""The page people stay on: the player beside the transcript, and what the meeting was about."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.http import WorkspaceRequest, workspace_member
from recordings import fragments, ingest
from recordings.forms import RecordingForm
from recordings.models import ArtifactState, Participant, Recording, Utterance
from recordings.readiness import Readiness, readiness

MATCH_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    has_spoken: bool
    share: int | None  # of the talking, in percent; None when nobody measured it


@gzip_page  # a long transcript is 500 KB of text; Django pads against length attacks
@require_safe
@workspace_member
def recording(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    recording = get_object_or_404(request.workspace.recordings.for_page(), public_id=public_id)
    form = RecordingForm(request.GET)
    form.is_valid()  # a wrong place or no words count as none
    artifacts = list(recording.artifacts.all())
    ready = readiness(recording, artifacts)
    context = {
        "recording": recording,
        "artifacts": artifacts,
        "ready": ready,
        "people": _people(list(recording.participants.all())),
        "chapters": recording.chapters.all(),
        "turns": _turns(recording, ready),
        "form": form,
        "matches": _matches(recording, form.cleaned_data.get("q", "")),
        "start": form.cleaned_data.get("t"),
        "live_topics": f"{request.workspace.public_id}/{recording.public_id}",
    }
    return render(request, "recordings/recording.html", context)


@require_POST
@workspace_member
def fetching(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Fetch once more what failed; how it goes is told on the recording's page."""
    recording = get_object_or_404(request.workspace.recordings.for_page(), public_id=public_id)
    with transaction.atomic():
        failed = recording.artifacts.filter(state=ArtifactState.FAILED)
        kinds = [artifact.kind for artifact in failed if ingest.try_again(artifact)]
        if kinds:
            audit.record_request(
                request, "artifact.fetch_again", recording.public_id, after={"files": kinds}
            )
    if request.htmx:
        current = request.workspace.recordings.for_page().get(pk=recording.pk)
        context = {"recording": current, "artifacts": list(current.artifacts.all())}
        return render(request, "recordings/_status.html", context)
    messages.info(request, "It is being fetched again." if kinds else "There is nothing to fetch.")
    return redirect("recordings:recording", recording.public_id)


def _turns(recording: Recording, ready: Readiness) -> SafeString | str:
    """The transcript's HTML, as it was built when it arrived; empty while there is none."""
    if not (ready.transcript.is_ready and ready.has_speech):
        return ""
    return fragments.html(bytes(recording.transcript.fragment))


def _people(participants: list[Participant]) -> list[Person]:
    """Those who talked most first; names repeat nowhere, silence has no share."""
    total = sum(person.talk_seconds for person in participants)
    ranked = sorted(participants, key=lambda person: -person.talk_seconds)
    return [
        Person(
            person.name,
            person.has_spoken or person.talk_seconds > 0,
            round(100 * person.talk_seconds / total) if total else None,
        )
        for person in ranked
    ]


def _matches(recording: Recording, words: str) -> list[Utterance] | None:
    """The turns that hold `words`, for a page without script; None when nothing was looked for."""
    if not words:
        return None
    found = Utterance.objects.filter(transcript__recording=recording, text__icontains=words)
    return list(found[:MATCH_LIMIT])
