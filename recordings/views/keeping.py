"""Keep a recording, delete it, take it out of the bin; the receipt of what became of its copies."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from recordings import access, deleting, keeping
from recordings.deleting import BIN_LASTS
from recordings.keeping_forms import DeleteForm, How, KeepForm
from recordings.models import Deletion, Recording

SHOWN = 100


@require_POST
@allowed_to(Permission.KEEP_OWN)
def keep(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Leave one recording out of the workspace's rule, or let the rule count again."""
    recording = _managed(request, public_id)
    form = KeepForm(request.POST)
    form.is_valid()
    is_kept = form.cleaned_data.get("keep", False)
    with transaction.atomic():
        changed = keeping.keep(recording, request.user) if is_kept else keeping.let_go(recording)
        if changed:
            action = "recording.keep" if is_kept else "recording.let_go"
            audit.record_request(request, action, recording.public_id)
    kept, loose = "It is kept until somebody deletes it.", "The workspace’s rule counts again."
    messages.success(request, kept if is_kept else loose)
    return redirect("recordings:recording", recording.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Permission.KEEP_OWN)
def deletion(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Ask what is meant: the bin, or every copy at once. Also from within the bin."""
    recording = _managed(request, public_id)
    is_over = Deletion.objects.filter(recording=recording).exists()
    if is_over:
        return redirect("recordings:recording", public_id)
    form = DeleteForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"recording": recording, "form": form, "last_day": _leaves_bin(recording)}
        status = 422 if form.is_bound else 200
        return render(request, "recordings/delete.html", context, status=status)
    return _delete(request, recording, How(form.cleaned_data["how"]))


@transaction.atomic
def _delete(request: WorkspaceRequest, recording: Recording, how: How) -> HttpResponse:
    title = access.title_in_trail(recording)
    if how == How.BIN:
        if deleting.put_in_bin(recording, request.user):
            audit.record_request(request, "recording.bin", recording.public_id, before=title)
            messages.success(request, "It is in the bin. For two weeks it can be brought back.")
        return redirect("recordings:recording", recording.public_id)
    begun = deleting.begin(recording, by=request.user)
    audit.record_request(request, "recording.delete", recording.public_id, before=title)
    return redirect("recordings:receipt", begun.public_id)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def restoration(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Take it out of the bin."""
    recording = _managed(request, public_id)
    with transaction.atomic():
        if deleting.restore(recording):
            audit.record_request(request, "recording.restore", recording.public_id)
            messages.success(request, "It is back, as it was.")
        else:
            messages.info(request, "It is not in the bin.")
    return redirect("recordings:recording", recording.public_id)


@require_safe
@workspace_member
def bin_page(request: WorkspaceRequest) -> HttpResponse:
    """What can be brought back, and the receipts of what cannot."""
    seen = access.seen_also_deleted(request)
    away = seen.exclude(binned_at=None).prefetch_related(access.KEEPERS)
    in_bin = away.filter(deletion=None).select_related("binned_by", "bot").order_by("-binned_at")
    receipts = Deletion.objects.filter(recording__in=seen).select_related("recording")
    context = {
        "in_bin": [
            (one, _leaves_bin(one), access.may_manage(request.membership, one))
            for one in in_bin[:SHOWN]
        ],
        "receipts": receipts.order_by("-created_at", "-id")[:SHOWN],
    }
    return render(request, "recordings/bin.html", context)


@require_safe
@workspace_member
def receipt(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Each copy, what became of it and when; follows by itself until nothing is left."""
    context = _receipt(request, public_id)
    template = "recordings/receipt.html#copies" if request.htmx else "recordings/receipt.html"
    return render(request, template, context)


@require_safe
@workspace_member
def receipt_file(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """The same to keep, as plain text."""
    body = render(request, "recordings/receipt.txt", _receipt(request, public_id)).content
    return HttpResponse(
        body,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="receipt-{public_id}.txt"'},
    )


@require_POST
@allowed_to(Permission.KEEP_OWN)
def attempt(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Do not wait for the next try."""
    begun = _deletion(request, public_id)
    if not access.may_manage(request.membership, begun.recording):
        raise PermissionDenied
    with transaction.atomic():
        if deleting.hurry(begun):
            audit.record_request(request, "deletion.try_again", begun.recording.public_id)
            messages.info(request, "What is left is tried again now.")
    return redirect("recordings:receipt", begun.public_id)


def removed(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """What the address of a deleted recording says; a stranger's id stays a 404."""
    away = access.seen_also_deleted(request).exclude(binned_at=None)
    told = away.select_related("bot__requested_by", "binned_by", "deletion__asked_by")
    recording = told.filter(public_id=public_id).first()
    if recording is None:
        raise Http404("no such recording")
    context = {
        "recording": recording,
        "deletion": getattr(recording, "deletion", None),  # a missing one is an AttributeError
        "last_day": _leaves_bin(recording),
        "may_manage": access.may_manage(request.membership, recording),
    }
    return render(request, "recordings/removed.html", context, status=410)


def _leaves_bin(recording: Recording) -> object:
    return recording.binned_at + BIN_LASTS if recording.binned_at else None


def _receipt(request: WorkspaceRequest, public_id: str) -> dict[str, object]:
    begun = _deletion(request, public_id)
    copies = list(begun.copies.all())
    return {
        "deletion": begun,
        "recording": begun.recording,
        "copies": copies,
        "left": len([copy for copy in copies if not copy.is_settled]),
        "may_manage": access.may_manage(request.membership, begun.recording),
    }


def _deletion(request: WorkspaceRequest, public_id: str) -> Deletion:
    mine = Deletion.objects.filter(recording__in=access.seen_also_deleted(request))
    told = mine.select_related("recording__bot", "asked_by", "workspace")
    return get_object_or_404(told, public_id=public_id)


def _managed(request: WorkspaceRequest, public_id: str) -> Recording:
    """One that this person may keep and delete, also when it is in the bin."""
    mine = access.seen_also_deleted(request)
    recording = get_object_or_404(mine.select_related("bot", "workspace"), public_id=public_id)
    if not access.may_manage(request.membership, recording):
        raise PermissionDenied
    return recording
