"""Leaving a workspace, and removing somebody: what becomes of what is theirs is asked first."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.models import Departure, Membership
from accounts.roles import Permission, Role
from dashboard import departures
from dashboard.people_forms import DepartureForm
from dashboard.views.people import membership_of


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_member
def leaving(request: WorkspaceRequest) -> HttpResponse:
    return _depart(request, request.membership)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Permission.PEOPLE)
def removal(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    membership = membership_of(request, public_id)
    if membership == request.membership:
        return redirect("dashboard:leaving")
    return _depart(request, membership)


def _depart(request: WorkspaceRequest, membership: Membership) -> HttpResponse:
    is_me = membership.user_id == request.user.pk
    estate = departures.estate_of(request.workspace, membership.user)
    is_owner = membership.role == Role.OWNER
    data = request.POST if request.method == "POST" else None
    form = DepartureForm(data, membership=membership, estate=estate)
    context = {
        "membership": membership,
        "is_me": is_me,
        "is_owner": is_owner,
        "is_alone": is_owner and not request.workspace.memberships.exclude(pk=membership.pk),
        "estate": estate,
        "form": form,
    }
    if is_owner or not form.is_valid():
        status = 200 if data is None else 409 if is_owner else 422
        return render(request, "dashboard/departure.html", context, status=status)
    departure = form.save(commit=False)
    departure.asked_by = request.user
    if not _do(request, membership, departure, is_me=is_me):
        messages.warning(request, "Nothing was done: this changed meanwhile. Look again.")
        return redirect("dashboard:people")
    return redirect("dashboard:home" if is_me else "dashboard:people")


@transaction.atomic
def _do(
    request: WorkspaceRequest, membership: Membership, departure: Departure, *, is_me: bool
) -> bool:
    person, workspace = membership.user, request.workspace
    told = {
        "role": Role(membership.role).label,
        "recordings": departure.get_recordings_display(),
        "handed to": str(departure.heir) if departure.heir else "",
        "bots": departure.get_bots_display(),
        "links closed": departure.closes_links,
    }
    if not departures.depart(membership, departure):
        return False
    audit.record_request(
        request,
        "person.leave" if is_me else "person.remove",
        person.public_id,
        before={"person": str(person)},
        after=told,
    )
    said = f"You have left {workspace.name}." if is_me else f"{person} is no longer here."
    messages.success(request, f"{said} What was decided is being done.")
    return True
