"""The versions of a transcript: have another one made, and choose which is shown."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from bots.setup import defaults_of
from recordings import access, retranscribing, versions
from recordings.correction_forms import AgainForm
from recordings.models import Recording, Version, VersionState
from recordings.retranscribing import AlreadyAsked
from upstream.registry import capabilities_of


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_member
def transcription(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Each version with its origin; the owner, the admins and whoever sent the bot may add one."""
    recording = _recording(request, public_id)
    form = _form(request, recording)
    why_not = retranscribing.why_not(recording)
    if request.method == "POST":
        if not _may_ask(request, recording):
            raise PermissionDenied("Only the owner, the admins and who sent the bot can do that.")
        if not why_not and form.is_valid():
            return _ask(request, recording, form)
    made = versions.listed(recording.transcript) if hasattr(recording, "transcript") else []
    context = {
        "recording": recording,
        "versions": made,
        "is_making": any(version.state == VersionState.MAKING for version in made),
        "form": form,
        "why_not": why_not,
        "may_ask": _may_ask(request, recording),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "recordings/transcription.html", context, status=status)


@require_POST
@allowed_to(Permission.CORRECT)
def showing(request: WorkspaceRequest, public_id: str, version_id: str) -> HttpResponse:
    recording = _recording(request, public_id)
    mine = Version.objects.filter(transcript__recording=recording)
    version = get_object_or_404(mine, public_id=version_id)
    with transaction.atomic():
        if retranscribing.choose(version):
            what = {"version": version.public_id}
            audit.record_request(
                request, "transcript.choose_version", recording.public_id, after=what
            )
            messages.info(request, "This version is shown now, with the changes people made.")
        else:
            messages.info(request, "This version is shown already, or is not there.")
    return redirect("recordings:recording", recording.public_id)


def _recording(request: WorkspaceRequest, public_id: str) -> Recording:
    found = access.seen(request).for_page().select_related("bot__account")
    recording = get_object_or_404(found, public_id=public_id)
    if not retranscribing.was_tried(recording):
        raise Http404("no transcript was asked for")
    return recording


def _may_ask(request: WorkspaceRequest, recording: Recording) -> bool:
    """It costs what a transcription costs."""
    return access.may_manage(request.membership, recording)


def _form(request: WorkspaceRequest, recording: Recording) -> AgainForm:
    usual = defaults_of(request.workspace)
    begins = {
        "language": recording.transcript.language[:2] if hasattr(recording, "transcript") else "",
        "summary": usual.summary,
        "finds_tasks": usual.finds_tasks,
        "finds_names": usual.finds_names,
    }
    data = request.POST if request.method == "POST" else None
    capabilities = capabilities_of(recording.bot.account)
    return AgainForm(data, initial=begins, capabilities=capabilities)


def _ask(request: WorkspaceRequest, recording: Recording, form: AgainForm) -> HttpResponse:
    try:
        with transaction.atomic():
            version = retranscribing.ask(recording, form.wish, by=request.user)
            audit.record_request(
                request, "transcript.make_again", recording.public_id, after=version.wishes
            )
    except AlreadyAsked:
        messages.info(request, "Another version is being made already.")
    else:
        messages.info(
            request,
            "It is being transcribed again, and shown once it is there.",
        )
    return redirect("recordings:transcription", recording.public_id)
