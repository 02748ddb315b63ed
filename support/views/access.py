"""Support access: a person lets support look, sees who looked at what, and ends it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import WorkspaceRequest, workspace_member
from support import granting, viewing
from support.granting import GrantForm
from support.models import Grant

MOST_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_member
def access(request: WorkspaceRequest) -> HttpResponse:
    form = GrantForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        asked = form.cleaned_data
        granting.grant(request, hours=int(asked["hours"]), reason=asked["reason"])
        messages.success(request, f"Support may look for {granting.HOURS[asked['hours']]}.")
        return redirect("support:access")
    mine = Grant.objects.filter(user=request.user, workspace=request.workspace).for_list()
    grants = list(mine[:MOST_SHOWN])
    context = {
        "form": form,
        "open_grant": next((one for one in grants if one.is_open), None),
        "ended": [one for one in grants if not one.is_open],
        "looks": viewing.looks_allowed_by(grants, request.workspace)[:MOST_SHOWN],
    }
    return render(request, "support/access.html", context, status=422 if form.is_bound else 200)


@require_POST
@workspace_member
def revocation(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    mine = Grant.objects.filter(user=request.user, workspace=request.workspace)
    granting.revoke(request, get_object_or_404(mine, public_id=public_id))
    messages.success(request, "Support may not look any more.")
    return redirect("support:access")
