"""Calling a recording something else, and taking that back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to
from accounts.roles import Permission
from recordings import access, titling
from recordings.forms import TitleForm
from recordings.models import Recording

UNDO = "recordings.title.undo"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Permission.CORRECT)
def title(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Ask for another title; an empty one is none."""
    recording = access.get_seen(request, public_id)
    form = TitleForm(request.POST or None, initial={"title": recording.title})
    if request.method != "POST" or not form.is_valid():
        context = {
            "recording": recording,
            "form": form,
            "calendar_title": titling.calendar_title(recording),
        }
        status = 422 if form.is_bound else 200
        return render(request, "recordings/title.html", context, status=status)
    wanted = form.wanted(titling.calendar_title(recording))
    if _retitle(request, recording, wanted):
        undo = {"of": signing.dumps([wanted, recording.title], salt=UNDO)}
        address = reverse("recordings:title_undo", args=[recording.public_id])
        messages.success(
            request, "The title is changed.", extra_tags=f"{address}?{urlencode(undo)}"
        )
    return redirect("recordings:recording", recording.public_id)


@require_POST
@allowed_to(Permission.CORRECT)
def undo(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Back to the title before, unless somebody has found another one since."""
    recording = access.get_seen(request, public_id)
    try:
        given, before = signing.loads(request.GET.get("of", ""), salt=UNDO)
    except signing.BadSignature:
        given, before = None, recording.title
    is_back = _retitle(request, recording, before, only_from=given)
    messages.info(request, "The title is as it was." if is_back else "The title was left as it is.")
    address = reverse("recordings:recording", args=[recording.public_id])
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


@transaction.atomic
def _retitle(
    request: WorkspaceRequest, recording: Recording, wanted: str, *, only_from: str | None = None
) -> bool:
    before = access.title_in_trail(recording)
    if not titling.retitle(recording, wanted, request.user, only_from=only_from):
        return False
    audit.record_request(
        request,
        "recording.retitle",
        recording.public_id,
        before=before,
        after={"title": wanted} if before else {},
    )
    return True
