"""The share panel: who can see this recording, a new link, and the end of one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, changed_by
from accounts.roles import Permission
from recordings import access, moments, sharing
from recordings.access_forms import AccessForm
from recordings.models import Recording, Share
from recordings.share_forms import SharedForm, ShareForm, What


@require_http_methods(["GET", "HEAD", "POST"])
@changed_by(Permission.KEEP_OWN)
def panel(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    recording = _recording(request, public_id)
    if request.method != "POST":
        form = ShareForm(recording=recording, **_wished_part(request))
        return page(request, recording, form)
    if not access.may_manage(request.membership, recording):
        raise PermissionDenied
    form = ShareForm(request.POST, recording=recording)
    if not form.is_valid():
        return page(request, recording, form, status=422)
    with transaction.atomic():
        made = sharing.share(recording, request.user, form.wish)
        for one in made:
            audit.record_request(request, "share.make", recording.public_id, after=told(one))
    messages.success(request, _said(made))
    return redirect("recordings:sharing", recording.public_id)


def _said(made: list[Share]) -> str:
    """Who is written to, and who wants no such mails and has to be handed the link."""
    if not made[0].email:
        return "The link is ready: copy it below."
    mailed = sharing.mailed(made)
    told = [f"{mailed} {'mail is' if mailed == 1 else 'mails are'} on the way."] if mailed else []
    if left := len(made) - mailed:
        who = "1 colleague wants" if left == 1 else f"{left} colleagues want"
        told.append(f"{who} no mail about it: hand over the link below.")
    return " ".join(told)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def revocation(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Close one link."""
    share = _share(request, public_id)
    _close(request, share.recording, [share])
    return redirect("recordings:sharing", share.recording.public_id)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def restoration(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Take a revocation back: the same link opens again."""
    share = _share(request, public_id)
    with transaction.atomic():
        if sharing.reopen(share):
            audit.record_request(
                request, "share.reopen", share.recording.public_id, after=told(share)
            )
            messages.success(request, "The link works again.")
    return redirect("recordings:sharing", share.recording.public_id)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def revocation_of_all(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Close every link of one recording."""
    recording = _recording(request, public_id)
    if not access.may_manage(request.membership, recording):
        raise PermissionDenied
    _close(request, recording, list(recording.shares.all()))
    return redirect("recordings:sharing", recording.public_id)


@transaction.atomic
def _close(request: WorkspaceRequest, recording: Recording, shares: list[Share]) -> None:
    closed = sharing.revoke(shares, request.user)
    for one in closed:
        audit.record_request(request, "share.revoke", recording.public_id, before=told(one))
    if closed:
        what = "The link is" if len(closed) == 1 else f"{len(closed)} links are"
        messages.success(request, f"{what} closed. Whoever opens it sees that it was revoked.")


def told(share: Share) -> dict[str, object]:
    """What the trail keeps of a share: never its address."""
    return {
        "link": share.public_id,
        "for": share.email or "anyone with the link",
        "part": f"{share.start_ms // 1000}–{(share.end_ms or 0) // 1000} s"
        if share.start_ms is not None
        else "all of it",
        "text only": share.is_text_only,
        "may save": share.can_download,
        "until": share.expires_at.isoformat() if share.expires_at else "revoked",
        "passcode": bool(share.passcode),
    }


def page(
    request: WorkspaceRequest,
    recording: Recording,
    form: ShareForm | None = None,
    *,
    access_form: AccessForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The panel, with the forms as they begin or as they were filled in."""
    may_share = access.may_manage(request.membership, recording)
    shares = list(recording.shares.for_list()) if may_share else []
    context = {
        "recording": recording,
        "form": form or ShareForm(recording=recording),
        "access_form": access_form or AccessForm(recording=recording, by=request.user),
        "insiders": recording.insiders.select_related("user").order_by("user__name", "pk"),
        "may_share": may_share,
        "shares": [(one, one.state(), sharing.address_of(one)) for one in shares],
        "open_count": len([one for one in shares if one.state() == "open"]),
        "page_address": request.build_absolute_uri(f"/recordings/{recording.public_id}/"),
    }
    return render(request, "recordings/sharing.html", context, status=status)


def _wished_part(request: WorkspaceRequest) -> dict[str, object]:
    """`?t=312-340`: the part somebody chose on the recording's page."""
    form = SharedForm(request.GET)
    moment = form.cleaned_data.get("t") if form.is_valid() else None
    if moment is None or moment.end is None:
        return {}
    return {
        "what": What.PART,
        "begin": moments.written(moment.start),
        "end": moments.written(moment.end),
    }


def _recording(request: WorkspaceRequest, public_id: str) -> Recording:
    return access.get_seen(request, public_id)


def _share(request: WorkspaceRequest, public_id: str) -> Share:
    found = Share.objects.filter(recording__in=access.seen(request))
    share = get_object_or_404(
        found.select_related("recording__bot", "recording__workspace"), public_id=public_id
    )
    if not access.may_manage(request.membership, share.recording):
        raise PermissionDenied
    return share
