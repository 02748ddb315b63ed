"""Take a recording along: its text in the format one needs, its picture and its sound."""

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http import WorkspaceRequest, workspace_member
from recordings import access
from recordings.exports import formats
from recordings.exports.about import download_name
from recordings.forms import ExportForm
from recordings.models import Recording
from recordings.readiness import readiness
from recordings.serving import hand_out


@require_safe
@workspace_member
@vary_on_headers("HX-Request")
def export(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    recording = _recording(request, public_id)
    form = ExportForm(request.GET)
    preview = ""
    if _has_text(recording):
        kind = form.cleaned_data["format"]
        preview = formats.preview(recording, recording.transcript, kind, form.wishes)
    context = {
        "recording": recording,
        "form": form,
        "preview": preview,
        "asked": formats.FORMATS[form.cleaned_data["format"]],
        "is_corrected": _is_corrected(recording),
        "media": recording.artifacts.playable(),
    }
    template = "recordings/export.html#preview" if request.htmx else "recordings/export.html"
    return render(request, template, context)


@require_safe
@workspace_member
def export_file(request: WorkspaceRequest, public_id: str) -> HttpResponseBase:
    recording = _recording(request, public_id)
    if not _has_text(recording):
        raise Http404("there is no text")
    form = ExportForm(request.GET)
    kind = form.cleaned_data["format"]
    return hand_out(
        request,
        formats.export(recording, recording.transcript, kind, form.wishes),
        content_type=formats.FORMATS[kind].content_type,
        download_name=f"{download_name(recording)}.{formats.FORMATS[kind].suffix}",
    )


def _recording(request: WorkspaceRequest, public_id: str) -> Recording:
    return get_object_or_404(access.seen(request).for_page(), public_id=public_id)


def _is_corrected(recording: Recording) -> bool:
    return _has_text(recording) and recording.transcript.originals.exists()


def _has_text(recording: Recording) -> bool:
    ready = readiness(recording, list(recording.artifacts.all()))
    return ready.transcript.is_ready and ready.has_speech
