"""Changing a bot that waits for its time; afterwards its page tells whether it went through."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to
from accounts.roles import Permission
from bots import changing, locking
from bots.models import Bot
from bots.order_forms import TAKEN, ChangeForm, SetupForm, values_of

TOLD = ("name", "view", "is_transcribed", "language")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Permission.SEND)
def change(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """409 when it has set out or is about to. A calendar's bot goes where its event is."""
    bots = request.workspace.bots.with_account()
    bot = get_object_or_404(bots, public_id=public_id)
    window = locking.lock_window(bot)
    data = request.POST if request.method == "POST" else None
    given: dict[str, Any] = {"data": data, "initial": values_of(bot)}
    form: ChangeForm | SetupForm = SetupForm(**given)
    if bot.is_by_hand:
        form = ChangeForm(**given, workspace=request.workspace, lock_window=window)
    context = {"bot": bot, "form": form, "lock_minutes": round(window.total_seconds() / 60)}
    if not locking.can_change(bot):
        context["is_locked"] = locking.is_waiting(bot)
        return render(request, "bots/change_too_late.html", context, status=409)
    if form.is_valid() and _ask(request, bot, form):
        messages.info(request, "The change is on its way to the recording service.")
        return redirect("bots:detail", bot.public_id)
    return render(request, "bots/change.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _ask(request: WorkspaceRequest, bot: Bot, form: ChangeForm | SetupForm) -> bool:
    starts_at = form.cleaned_data.get("starts_at", bot.starts_at)
    if not isinstance(form, ChangeForm):
        changing.ask_setup(bot, **form.wishes)
    elif not changing.ask(
        bot, meeting_url=form.cleaned_data["link"], starts_at=starts_at, **form.wishes
    ):
        form.add_error(None, TAKEN)
        return False
    before, after = _told(bot, bot.starts_at), _told(bot, starts_at, **form.wishes)
    changed = [name for name in after if before[name] != after[name]]
    audit.record_request(
        request,
        "bot.change",
        bot.public_id,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return True


def _told(bot: Bot, starts_at: datetime, **wishes: Any) -> dict[str, Any]:
    """What the trail tells of a bot; what it says in the chat is content."""
    told = {name: wishes.get(name, getattr(bot, name)) for name in TOLD}
    return {"starts_at": starts_at.isoformat(timespec="minutes"), **told}
