"""Settings: who is in the workspace, and what each of them may do."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, workspace_member
from accounts.roles import GRANTS, Permission, Role


@require_safe
@workspace_member
def people(request: WorkspaceRequest) -> HttpResponse:
    memberships = request.workspace.memberships.for_list()
    return render(request, "dashboard/people.html", {"memberships": memberships})


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
