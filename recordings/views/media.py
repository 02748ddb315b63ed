"""What the recording page plays and reads: files of Earshot's own address, for members only.

media/video/  media/audio/  media/poster/    with Range
captions.vtt                                 made from the turns
transcript/                                  the turns' HTML as it is stored, compressed
"""

import re
from datetime import datetime

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, workspace_member
from recordings import access, captions, fragments
from recordings.exports.about import download_name
from recordings.forms import MediaForm
from recordings.models import Recording, Transcript
from recordings.serving import Stored, respond

PRIVATE = "private, no-cache"
ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


@require_safe
@workspace_member
def media(request: WorkspaceRequest, public_id: str, kind: str) -> HttpResponseBase:
    recording = access.get_seen(request, public_id)
    form = MediaForm(request.GET)
    is_download = form.is_valid() and form.cleaned_data["download"]
    stored = _poster(recording) if kind == "poster" else _file(recording, kind, is_download)
    return respond(request, stored)


@require_safe
@workspace_member
def captions_vtt(request: WorkspaceRequest, public_id: str) -> HttpResponseBase:
    transcript = _transcript(request, public_id)
    etag = _etag(transcript, "vtt")
    response = get_conditional_response(request, etag) or HttpResponse(
        captions.vtt(transcript.utterances.all()), content_type="text/vtt; charset=utf-8"
    )
    return _private(response, etag)


@require_safe
@workspace_member
def transcript(request: WorkspaceRequest, public_id: str) -> HttpResponseBase:
    transcript = _transcript(request, public_id)
    is_compressed = _accepts_gzip(request)
    etag = _etag(transcript, "gzip" if is_compressed else "html")
    response = get_conditional_response(request, etag)
    if response is None and is_compressed:
        response = HttpResponse(bytes(transcript.fragment), headers={"Content-Encoding": "gzip"})
    elif response is None:
        response = HttpResponse(fragments.html(bytes(transcript.fragment)))
    patch_vary_headers(response, ["Accept-Encoding"])
    return _private(response, etag)


def _file(recording: Recording, kind: str, is_download: bool) -> Stored:
    artifact = get_object_or_404(recording.artifacts.playable(), kind=kind)
    name = str(artifact.file.name)
    return Stored(
        name=name,
        size=artifact.size or 0,
        content_type=artifact.content_type,
        changed_at=artifact.fetched_at or artifact.created_at,
        download_name=f"{download_name(recording)}.{name.rpartition('.')[2]}",
        is_download=is_download,
    )


def _poster(recording: Recording) -> Stored:
    name = recording.poster.name
    if not name or not default_storage.exists(name):
        raise Http404("no poster")
    changed_at: datetime = default_storage.get_modified_time(name)
    return Stored(name, default_storage.size(name), "image/jpeg", changed_at, "poster.jpg")


def _transcript(request: WorkspaceRequest, public_id: str) -> Transcript:
    recordings = access.seen(request)
    return get_object_or_404(
        Transcript.objects.filter(recording__in=recordings), recording__public_id=public_id
    )


def _etag(transcript: Transcript, form: str) -> str:
    return f'"{transcript.pk}-{transcript.updated_at.timestamp():.6f}-{form}"'


def _private(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Cache-Control"] = PRIVATE
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _accepts_gzip(request: HttpRequest) -> bool:
    return bool(ACCEPTS_GZIP.search(request.headers.get("accept-encoding", "")))
