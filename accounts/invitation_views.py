"""Where the link of an invitation leads: to whoever opens it, whatever became of it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import audit, invitations
from accounts.middleware import enter
from accounts.models import Invitation, User


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Say who invites to what; a POST of the invited person takes the place."""
    found = invitations.find(token)
    if found is None:
        return _page(request, None, "unknown", status=404)
    if found.accepted_at and found.accepted_by == request.user:
        return _enter(request, found)
    if found.accepted_at or found.revoked_at or found.has_run_out:
        return _page(request, found, _end_of(found), status=410)
    if not request.user.is_authenticated:
        invitations.hold(request, found)
        return _page(request, found, "nobody")
    person = request.user
    if not invitations.is_for(found, person):
        return _page(request, found, "somebody_else", status=403)
    if found.workspace.memberships.filter(user=person).exists():
        return _enter(request, found)
    if request.method == "POST" and _join(request, found, person):
        messages.success(request, f"Welcome to {found.workspace.name}.")
        return _enter(request, found)
    return _page(request, found, "invited")


@transaction.atomic
def _join(request: HttpRequest, found: Invitation, person: User) -> bool:
    membership = invitations.accept(found, person)
    if membership is None:
        return False
    audit.record(
        workspace=found.workspace,
        actor=person,
        action="invitation.accept",
        target=found.public_id,
        after={"email": found.email, "role": membership.role},
        **audit.whence(request),
    )
    return True


def _enter(request: HttpRequest, found: Invitation) -> HttpResponse:
    enter(request, found.workspace)
    return redirect("/")


def _end_of(found: Invitation) -> str:
    if found.accepted_at:
        return "taken"
    return "revoked" if found.revoked_at else "run_out"


def _page(
    request: HttpRequest, found: Invitation | None, what: str, status: int = 200
) -> HttpResponse:
    context = {"invitation": found, "what": what, "here": request.path}
    return render(request, "accounts/invitation.html", context, status=status)
