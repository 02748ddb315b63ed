"""What is done with all that is ticked in the library at once; then the library is as it was."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

import live
from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from recordings import access, deleting, ingest, keeping
from recordings.exports.archive import zipped
from recordings.library_forms import BackForm, ManyForm
from recordings.models import Recording
from recordings.readiness import readiness
from recordings.serving import hand_out

UNDO_KEEP = "recordings.many.keep"
UNDO_BIN = "recordings.many.undo"


@require_POST
@workspace_member
def texts(request: WorkspaceRequest) -> HttpResponseBase:
    """Their transcripts as files in one archive."""
    form = ManyForm(request.POST, recordings=access.seen(request))
    if not form.is_valid():
        return _nothing(request, form)
    found = [one for one in form.recordings if _has_text(one)]
    if not found:
        messages.info(request, "None of them has a text yet.")
        return redirect(form.address)
    return hand_out(
        request,
        zipped(found, form.cleaned_data["format"] or "txt"),
        content_type="application/zip",
        download_name="transcripts.zip",
    )


@require_POST
@allowed_to(Permission.CORRECT)
def refetching(request: WorkspaceRequest) -> HttpResponse:
    """Fetch once more what failed of them."""
    form = ManyForm(request.POST, recordings=access.seen(request))
    if not form.is_valid():
        return _nothing(request, form)
    with transaction.atomic():
        asked = sum(_fetch_again(request, recording) for recording in form.recordings)
    if asked:
        noun = "recording" if asked == 1 else "recordings"
        messages.info(request, f"What failed of {asked} {noun} is being fetched again.")
    else:
        messages.info(request, "Nothing of them failed.")
    return redirect(form.address)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def keep(request: WorkspaceRequest) -> HttpResponse:
    """Leave them out of the workspace's rule."""
    form = ManyForm(request.POST, recordings=access.seen(request))
    if not form.is_valid():
        return _nothing(request, form)
    managed = _managed(request, form)
    with transaction.atomic():
        kept = [one for one in managed if keeping.keep(one, request.user)]
        _record(request, "recording.keep", kept)
    if kept:
        said = f"Kept until somebody deletes them: {_counted(kept)}."
        undo = _undo_address("recordings:many_release", UNDO_KEEP, kept, form)
        messages.success(request, said, extra_tags=undo)
    else:
        messages.info(request, "They were kept already.")
    return redirect(form.address)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def release(request: WorkspaceRequest) -> HttpResponse:
    """Let the workspace's rule count again for what was kept together."""
    with transaction.atomic():
        loose = [one for one in _meant(request, UNDO_KEEP) if keeping.let_go(one)]
        _record(request, "recording.let_go", loose)
    said = f"As before: {_counted(loose)}." if loose else "None of them is kept any more."
    return _undone(request, said)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def deletion(request: WorkspaceRequest) -> HttpResponse:
    """Ask, and name what is meant; then put it in the bin, from where it can be taken at once."""
    form = ManyForm(request.POST, recordings=access.seen(request))
    if not form.is_valid():
        return _nothing(request, form)
    managed = _managed(request, form)
    if "confirmed" not in request.POST:
        context = {
            "recordings": managed,
            "others": len(form.recordings) - len(managed),
            "back": form.cleaned_data["back"],
            "library": form.address,
        }
        return render(request, "recordings/delete_many.html", context)
    with transaction.atomic():
        binned = [one for one in managed if deleting.put_in_bin(one, request.user)]
        _record(request, "recording.bin", binned)
        live.changed(f"{request.workspace.public_id}/recordings")
    if binned:
        said = f"In the bin for two weeks, then deleted: {_counted(binned)}."
        undo = _undo_address("recordings:many_restoration", UNDO_BIN, binned, form)
        messages.success(request, said, extra_tags=undo)
    return redirect(form.address)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def restoration(request: WorkspaceRequest) -> HttpResponse:
    """Take out of the bin what was put there together."""
    with transaction.atomic():
        back = [one for one in _meant(request, UNDO_BIN) if deleting.restore(one)]
        _record(request, "recording.restore", back)
        live.changed(f"{request.workspace.public_id}/recordings")
    said = f"Back as before: {_counted(back)}." if back else "None of them is in the bin any more."
    return _undone(request, said)


def _undo_address(name: str, salt: str, recordings: list[Recording], form: ManyForm) -> str:
    named = signing.dumps([one.pk for one in recordings], salt=salt, compress=True)
    return f"{reverse(name)}?{urlencode({'of': named, 'back': form.cleaned_data['back']})}"


def _meant(request: WorkspaceRequest, salt: str) -> list[Recording]:
    """Those that the address of an Undo names, if this person may do that."""
    try:
        named = signing.loads(request.GET.get("of", ""), salt=salt)
    except signing.BadSignature:
        named = []
    mine = access.seen_also_deleted(request).filter(pk__in=named)
    return [
        one
        for one in mine.select_related("bot").prefetch_related(access.KEEPERS)
        if _may_manage(request, one)
    ]


def _undone(request: WorkspaceRequest, said: str) -> HttpResponse:
    messages.info(request, said)
    address = BackForm(request.GET).address
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _may_manage(request: WorkspaceRequest, recording: Recording) -> bool:
    return access.may_manage(request.membership, recording)


def _managed(request: WorkspaceRequest, form: ManyForm) -> list[Recording]:
    """Those of the ticked ones that this person may keep and delete."""
    managed = [one for one in form.recordings if _may_manage(request, one)]
    if not managed:
        raise PermissionDenied
    return managed


def _record(request: WorkspaceRequest, action: str, recordings: list[Recording]) -> None:
    changes: list[tuple[str, dict[str, str], dict[str, str]]] = [
        (one.public_id, access.title_in_trail(one) if action == "recording.bin" else {}, {})
        for one in recordings
    ]
    audit.record_requests(request, action, changes)


def _counted(recordings: list[Recording]) -> str:
    return f"{len(recordings)} recording{'s' if len(recordings) != 1 else ''}"


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


def _nothing(request: WorkspaceRequest, form: ManyForm) -> HttpResponse:
    messages.info(request, "Tick some recordings first; up to 100 at once.")
    return redirect(form.address)
