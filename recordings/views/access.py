"""Who of the workspace sees a recording; the question of whoever does not, and the answer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from recordings import access, restricting
from recordings.access_forms import AccessForm, AnswerForm, Who
from recordings.models import AccessRequest, Recording
from recordings.views.sharing import page


@require_POST
@allowed_to(Permission.KEEP_OWN)
def insiders(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Leave it to some people, to others than before, or to everyone again."""
    recording = access.get_seen(request, public_id)
    if not access.may_manage(request.membership, recording):
        raise PermissionDenied
    form = AccessForm(request.POST, recording=recording, by=request.user)
    if not form.is_valid():
        return page(request, recording, access_form=form, status=422)
    is_for_all = form.cleaned_data["who"] == Who.EVERYONE
    with transaction.atomic():
        before = _told(recording)
        changed = (
            restricting.open_up(recording, request.user)
            if is_for_all
            else restricting.restrict(recording, form.cleaned_data["people"], request.user)
        )
        recording.refresh_from_db()
        if changed:
            action = "recording.open_up" if is_for_all else "recording.restrict"
            audit.record_request(request, action, public_id, before=before, after=_told(recording))
    everyone, some = (
        "Everyone in the workspace sees it now.",
        "Only the people you chose see it now.",
    )
    messages.success(request, everyone if is_for_all else some)
    return redirect("recordings:sharing", public_id)


@require_POST
@workspace_member
def asking(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Ask to be let in; once is enough."""
    recording = access.get_hidden(request, public_id)
    if recording is None:
        access.get_seen(request, public_id)
        return redirect("recordings:recording", public_id)
    with transaction.atomic():
        if restricting.ask(recording, request.user):
            audit.record_request(request, "recording.ask_access", public_id)
    return redirect("recordings:recording", public_id)


@require_POST
@allowed_to(Permission.KEEP_OWN)
def answer(request: WorkspaceRequest, public_id: str, request_id: str) -> HttpResponse:
    """Let somebody in who asked, or not."""
    recording = access.get_seen(request, public_id)
    if not access.may_manage(request.membership, recording):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    is_granted = form.is_valid() and form.cleaned_data["grant"]
    asked = recording.access_requests.select_related("user", "recording")
    question = asked.filter(public_id=request_id).first()
    with transaction.atomic():
        if question and restricting.answer(question, request.user, is_granted=is_granted):
            name = question.user.get_full_name()
            action = "recording.let_in" if is_granted else "recording.keep_out"
            audit.record_request(request, action, public_id, after={"person": name})
            said = f"{name} sees it now." if is_granted else f"{name} was not let in."
            messages.success(request, said)
        else:
            messages.info(request, "Somebody has answered already.")
    return redirect("recordings:recording", public_id)


def no_access(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """What the address of a recording says to a team-mate it is not for: nothing of it."""
    recording = access.get_hidden(request, public_id)
    if recording is None:
        raise Http404("no such recording")
    context = {
        "public_id": public_id,
        "keepers": access.in_charge(recording),
        "asked": AccessRequest.objects.filter(
            recording=recording, user=request.user, is_granted=False
        ).first(),
    }
    return render(request, "recordings/no_access.html", context, status=403)


def _told(recording: Recording) -> dict[str, str]:
    """What the trail keeps: who, and nothing of what was said."""
    if recording.restricted_at is None:
        return {"seen_by": "everyone in the workspace"}
    people = recording.insiders.select_related("user").order_by("user__name", "user__email")
    return {"seen_by": ", ".join(one.user.get_full_name() for one in people)}
