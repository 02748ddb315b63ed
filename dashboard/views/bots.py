"""Settings: what the bots of the workspace do unless somebody says otherwise."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.forms import changes
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from bots import pictures
from bots.options_form import BotDefaultsForm, PictureForm, can_show_picture
from bots.setup import defaults_of

STAY = "Bots that are booked already stay as they are."


@require_safe
@workspace_member
def bots(request: WorkspaceRequest) -> HttpResponse:
    return _page(request)


@require_POST
@allowed_to(Permission.SET_UP)
def set_up(request: WorkspaceRequest) -> HttpResponse:
    form = BotDefaultsForm(request.POST, instance=defaults_of(request.workspace))
    if not form.is_valid():
        return _page(request, form=form)
    if form.has_changed():
        before, after = changes(form)
        with transaction.atomic():
            form.save()
            audit.record_request(
                request, "bots.set_up", request.workspace.public_id, before=before, after=after
            )
    messages.success(request, f"Saved. {STAY}")
    return redirect("dashboard:bots")


@require_POST
@allowed_to(Permission.SET_UP)
def picture(request: WorkspaceRequest) -> HttpResponse:
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, picture_form=form)
    with transaction.atomic():
        shown = pictures.show(request.workspace, form.cleaned_data["picture"])
        audit.record_request(request, "bots.show_picture", shown.public_id)
    messages.success(request, f"Saved. {STAY}")
    return redirect("dashboard:bots")


@require_POST
@allowed_to(Permission.SET_UP)
def picture_removal(request: WorkspaceRequest) -> HttpResponse:
    with transaction.atomic():
        if pictures.remove(request.workspace):
            audit.record_request(request, "bots.remove_picture", request.workspace.public_id)
    messages.success(request, f"The bots show no picture from now on. {STAY}")
    return redirect("dashboard:bots")


def _page(
    request: WorkspaceRequest,
    *,
    form: BotDefaultsForm | None = None,
    picture_form: PictureForm | None = None,
) -> HttpResponse:
    context = {
        "form": form or BotDefaultsForm(instance=defaults_of(request.workspace)),
        "picture_form": picture_form or PictureForm(),
        "can_show_picture": can_show_picture(request.workspace),
        "picture": pictures.of(request.workspace),
        "can_manage": request.membership.may(Permission.SET_UP),
    }
    status = 422 if form or picture_form else 200
    return render(request, "dashboard/bots.html", context, status=status)
