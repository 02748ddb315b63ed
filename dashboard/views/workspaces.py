"""Going from one of one's workspaces to another, and making a further one."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit, people
from accounts.forms import WorkspaceForm
from accounts.middleware import enter
from accounts.models import User
from dashboard.forms import EntryForm


@require_POST
@login_required
def entry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Work in this workspace from now on; on to `next` if a page asked for it."""
    person = cast(User, request.user)
    workspace = get_object_or_404(person.workspaces, public_id=public_id)
    enter(request, workspace)
    form = EntryForm(request.POST)
    return redirect(form.cleaned_data["next"] if form.is_valid() else "dashboard:home")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A further workspace, owned by whoever makes it."""
    person = cast(User, request.user)
    begins = {"time_zone": person.time_zone}
    form = WorkspaceForm(request.POST if request.method == "POST" else None, initial=begins)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "dashboard/new_workspace.html", {"form": form}, status=status)
    with transaction.atomic():
        made = people.found_workspace(person, **form.cleaned_data)
        audit.record(
            workspace=made,
            actor=person,
            action="workspace.create",
            target=made.public_id,
            after={"name": made.name},
            **audit.whence(request),
        )
    enter(request, made)
    messages.success(request, f"You are in {made.name} now, and own it.")
    return redirect("dashboard:home")
