"""Send a bot: the form, and what it says about a link while it is being typed."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to
from accounts.roles import Permission
from bots import sending
from bots.models import Bot
from bots.order_forms import NOW, TAKEN, AgainForm, SendForm, first_values, values_of

NO_ACCOUNT = (
    "Earshot has no recording service yet, so no bot can be sent. Ask whoever runs this Earshot to "
    "enter one."
)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Permission.SEND)
def new(request: WorkspaceRequest) -> HttpResponse:
    """`?again=bot_…` fills the form with what that bot was asked for."""
    if request.method != "POST":
        form = SendForm(workspace=request.workspace, initial=_beginning(request))
        return render(request, "bots/new.html", {"form": form})
    form = SendForm(request.POST, workspace=request.workspace)
    bot = _order(request, form) if form.is_valid() else None
    if bot is None:
        return render(request, "bots/new.html", {"form": form}, status=422)
    return redirect("bots:detail", bot.public_id)


@require_POST
@allowed_to(Permission.SEND)
def recognition(request: WorkspaceRequest) -> HttpResponse:
    """Say what the form means so far. Changes nothing; POST because an invitation is long."""
    form = SendForm(request.POST, workspace=request.workspace)
    form.is_valid()
    return render(request, "bots/_recognized.html", {"form": form, "is_typing": True})


def _beginning(request: WorkspaceRequest) -> dict[str, Any]:
    beginning = first_values(request.workspace)
    asked = AgainForm(request.GET)
    if not (asked.is_valid() and asked.cleaned_data["again"]):
        return beginning
    model = get_object_or_404(request.workspace.bots, public_id=asked.cleaned_data["again"])
    given = {**values_of(model), "date": None, "time": None}
    return {**given, "when": NOW, "order_id": beginning["order_id"]}


def _order(request: WorkspaceRequest, form: SendForm) -> Bot | None:
    """The bot, this form's or the one that somebody else sent a moment ago."""
    asked = form.cleaned_data
    try:
        with transaction.atomic():
            bot, is_new = sending.order(
                workspace=request.workspace,
                by=request.user,
                order_id=asked["order_id"],
                meeting_url=asked["link"],
                starts_at=asked["starts_at"],
                **form.wishes,
            )
            if is_new:
                audit.record_request(request, "bot.send", bot.public_id)
    except sending.NoAccount:
        form.add_error(None, NO_ACCOUNT)
        return None
    is_this_form = bot.order_id == asked["order_id"]
    messages.info(request, "The bot is being sent." if is_this_form else TAKEN)
    return bot
