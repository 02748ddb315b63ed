"""Settings: what the bots of the workspace do unless somebody says otherwise."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.forms import changes
from accounts.http import WorkspaceRequest, workspace_manager, workspace_member
from bots.order_forms import BotDefaultsForm
from bots.setup import defaults_of, name_for


@require_safe
@workspace_member
def bots(request: WorkspaceRequest) -> HttpResponse:
    return _page(request, BotDefaultsForm(instance=defaults_of(request.workspace)))


@require_POST
@workspace_manager
def set_up(request: WorkspaceRequest) -> HttpResponse:
    form = BotDefaultsForm(request.POST, instance=defaults_of(request.workspace))
    if not form.is_valid():
        return _page(request, form, status=422)
    if form.has_changed():
        before, after = changes(form)
        with transaction.atomic():
            form.save()
            audit.record_request(
                request, "bots.set_up", request.workspace.public_id, before=before, after=after
            )
    messages.success(request, "Saved. Bots that are booked already stay as they are.")
    return redirect("dashboard:bots")


def _page(request: WorkspaceRequest, form: BotDefaultsForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "usual": defaults_of(request.workspace),
        "usual_name": name_for(request.workspace),
        "can_manage": request.membership.can_manage,
    }
    return render(request, "dashboard/bots.html", context, status=status)
