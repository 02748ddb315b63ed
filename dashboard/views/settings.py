"""Settings: who you are, and what the workspace is called.

E-mail address and password are allauth's pages, shown in the same frame.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.forms import ProfileForm, WorkspaceForm, changes
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_member
def profile(request: WorkspaceRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        _keep(request, form, "person.change", request.user.public_id)
        messages.success(request, "Saved.")
        return redirect("dashboard:profile")
    context = {"form": form, "are_steps_hidden": request.membership.steps_hidden_at is not None}
    return render(request, "dashboard/profile.html", context, status=_status(form))


@require_safe
@workspace_member
def workspace(request: WorkspaceRequest) -> HttpResponse:
    return _workspace_page(request, WorkspaceForm(instance=request.workspace))


@require_http_methods(["POST"])
@allowed_to(Permission.SET_UP)
def workspace_name(request: WorkspaceRequest) -> HttpResponse:
    form = WorkspaceForm(request.POST, instance=request.workspace)
    if form.is_valid():
        action = "workspace.rename" if "name" in form.changed_data else "workspace.change"
        _keep(request, form, action, request.workspace.public_id)
        messages.success(request, "Saved.")
        return redirect("dashboard:workspace")
    request.workspace.refresh_from_db()
    return _workspace_page(request, form)


def _workspace_page(request: WorkspaceRequest, form: WorkspaceForm) -> HttpResponse:
    context = {"form": form, "can_manage": request.membership.may(Permission.SET_UP)}
    return render(request, "dashboard/workspace.html", context, status=_status(form))


@transaction.atomic
def _keep(request: WorkspaceRequest, form: ModelForm[Any], action: str, target: str) -> None:
    if form.has_changed():
        before, after = changes(form)
        form.save()
        audit.record_request(request, action, target, before=before, after=after)


def _status(form: ModelForm[Any]) -> int:
    return 422 if form.is_bound else 200
