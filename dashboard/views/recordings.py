"""Settings: how long the workspace keeps its recordings."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from recordings import keeping
from recordings.keeping_forms import RetentionForm


@require_safe
@workspace_member
def recordings(request: WorkspaceRequest) -> HttpResponse:
    return _page(request, RetentionForm.of(keeping.rule_of(request.workspace).days))


@require_POST
@allowed_to(Permission.SET_UP)
def retention(request: WorkspaceRequest) -> HttpResponse:
    form = RetentionForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    before, days = keeping.rule_of(request.workspace).days, form.wanted
    if days != before:
        with transaction.atomic():
            keeping.set_rule(request.workspace, days)
            audit.record_request(
                request,
                "retention.change",
                request.workspace.public_id,
                before={"days": before or "for ever"},
                after={"days": days or "for ever"},
            )
    messages.success(request, _said(request, days))
    return redirect("dashboard:recordings")


def _said(request: WorkspaceRequest, days: int | None) -> str:
    count = keeping.overdue_count(request.workspace, days) if days else 0
    if not count:
        return "Saved."
    what = "One recording is" if count == 1 else f"{count} recordings are"
    return f"Saved. {what} older than that; nothing is deleted before a week’s notice by mail."


def _page(request: WorkspaceRequest, form: RetentionForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "can_manage": request.membership.may(Permission.SET_UP),
        "rule": keeping.rule_of(request.workspace),
    }
    return render(request, "dashboard/recordings.html", context, status=status)
