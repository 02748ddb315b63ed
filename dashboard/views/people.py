"""Settings: who is in the workspace, what each of them may do, and who is invited."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit, invitations, memberships
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.models import Invitation, Membership
from accounts.roles import GRANTS, Permission, Role
from dashboard.people_forms import InviteForm, OwnerForm, RoleForm


@require_safe
@workspace_member
def people(request: WorkspaceRequest) -> HttpResponse:
    return _page(request)


@require_safe
@workspace_member
def roles(request: WorkspaceRequest) -> HttpResponse:
    """The table that the views ask, as it is."""
    context = {
        "roles": list(Role),
        "mine": request.membership.role,
        "rows": [
            (permission.label, [permission in GRANTS[role] for role in Role])
            for permission in Permission
        ],
    }
    return render(request, "dashboard/roles.html", context)


@require_POST
@allowed_to(Permission.PEOPLE)
def invite(request: WorkspaceRequest) -> HttpResponse:
    form = _invite_form(request, request.POST)
    if not form.is_valid():
        return _page(request, form)
    emails, role = form.cleaned_data["emails"], Role(form.cleaned_data["role"])
    with transaction.atomic():
        for one in invitations.invite(request.workspace, emails, role, by=request.user):
            audit.record_request(request, "invitation.send", one.public_id, after=_told(one))
    what = "The invitation is" if len(emails) == 1 else f"{len(emails)} invitations are"
    messages.success(request, f"{what} on the way.")
    return redirect("dashboard:people")


@require_POST
@allowed_to(Permission.PEOPLE)
def invitation_sending(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Mail it once more: with a new link, for a week."""
    one = _invitation(request, public_id)
    if not invitations.mails_left(request.workspace):
        messages.warning(request, "This workspace has sent much mail this hour. Try again later.")
        return redirect("dashboard:people")
    with transaction.atomic():
        if invitations.resend(one):
            audit.record_request(request, "invitation.resend", one.public_id, after=_told(one))
            messages.success(request, f"A new mail to {one.email} is on the way.")
        else:
            messages.info(request, "The last mail is on the way. Give it two minutes.")
    return redirect("dashboard:people")


@require_POST
@allowed_to(Permission.PEOPLE)
def invitation_revocation(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    one = _invitation(request, public_id)
    with transaction.atomic():
        if invitations.revoke(one):
            audit.record_request(request, "invitation.revoke", one.public_id, before=_told(one))
            messages.success(request, f"Taken back: the link sent to {one.email} opens nothing.")
    return redirect("dashboard:people")


@require_safe
@allowed_to(Permission.PEOPLE)
def person(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    membership = membership_of(request, public_id)
    return _person_page(request, membership, RoleForm(initial={"role": membership.role}))


@require_POST
@allowed_to(Permission.PEOPLE)
def role(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """`?role=` is what taking it back asks for."""
    membership = membership_of(request, public_id)
    if membership.role == Role.OWNER or membership == request.membership:
        return _person_page(request, membership, RoleForm(), status=409)
    form = RoleForm(request.POST if "role" in request.POST else request.GET)
    if not form.is_valid():
        return _person_page(request, membership, form, status=422)
    before, after = Role(membership.role), Role(form.cleaned_data["role"])
    with transaction.atomic():
        if memberships.give_role(membership, after):
            audit.record_request(
                request,
                "person.change_role",
                public_id,
                before={"person": str(membership.user), "role": before.label},
                after={"person": str(membership.user), "role": after.label},
            )
            undo = f"{reverse('dashboard:role', args=[public_id])}?role={before}"
            messages.success(request, f"{membership.user} is {after.label} now.", extra_tags=undo)
    return redirect("dashboard:people")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Permission.HAND_OVER)
def ownership(request: WorkspaceRequest) -> HttpResponse:
    """Choose the new owner, read what it means, then do it."""
    form = OwnerForm(
        request.POST if request.method == "POST" else None, membership=request.membership
    )
    context = {"form": form, "heir": None}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "dashboard/ownership.html", context, status=status)
    heir = form.cleaned_data["person"]
    if not form.cleaned_data["confirmed"]:
        return render(request, "dashboard/ownership.html", {**context, "heir": heir})
    to = request.workspace.memberships.get(user=heir)
    with transaction.atomic():
        if memberships.hand_over(request.membership, to):
            audit.record_request(
                request,
                "workspace.hand_over",
                request.workspace.public_id,
                before={"owner": str(request.user)},
                after={"owner": str(heir)},
            )
            messages.success(request, f"{heir} owns the workspace now. You are an admin.")
        else:
            messages.warning(request, "Nothing was changed: somebody was quicker. Look again.")
    return redirect("dashboard:people")


def membership_of(request: WorkspaceRequest, public_id: str) -> Membership:
    places = request.workspace.memberships.select_related("user", "workspace")
    return get_object_or_404(places, user__public_id=public_id)


def _invitation(request: WorkspaceRequest, public_id: str) -> Invitation:
    return get_object_or_404(request.workspace.invitations, public_id=public_id)


def _invite_form(request: WorkspaceRequest, data: object = None) -> InviteForm:
    left = invitations.mails_left(request.workspace)
    return InviteForm(data, workspace=request.workspace, mails_left=left)


def _page(request: WorkspaceRequest, form: InviteForm | None = None) -> HttpResponse:
    may_manage = request.membership.may(Permission.PEOPLE)
    waiting = list(request.workspace.invitations.waiting().for_list()) if may_manage else []
    letters = invitations.letters_of(waiting)
    context = {
        "memberships": request.workspace.memberships.for_list(),
        "may_manage": may_manage,
        "may_hand_over": request.membership.may(Permission.HAND_OVER),
        "invitations": [(one, letters.get(one)) for one in waiting],
        "form": (form or _invite_form(request)) if may_manage else None,
    }
    return render(request, "dashboard/people.html", context, status=422 if form else 200)


def _person_page(
    request: WorkspaceRequest, membership: Membership, form: RoleForm, status: int = 200
) -> HttpResponse:
    context = {
        "membership": membership,
        "form": form,
        "is_owner": membership.role == Role.OWNER,
        "is_me": membership == request.membership,
    }
    return render(request, "dashboard/person.html", context, status=status)


def _told(invitation: Invitation) -> dict[str, str]:
    return {"email": invitation.email, "role": Role(invitation.role).label}
