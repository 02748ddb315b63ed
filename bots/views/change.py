"""Changing a bot that waits for its time; afterwards its page tells whether it went through."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.http import WorkspaceRequest, workspace_member
from bots import changing, locking
from bots.models import Bot
from bots.order_forms import TAKEN, ChangeForm, values_of


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_member
def change(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """409 when it has set out, is about to, or follows an event of the calendar."""
    bots = request.workspace.bots.with_account()
    bot = get_object_or_404(bots, public_id=public_id)
    window = locking.lock_window(bot)
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        workspace=request.workspace,
        lock_window=window,
        initial=values_of(bot),
    )
    context = {"bot": bot, "form": form, "lock_minutes": round(window.total_seconds() / 60)}
    if not locking.can_change(bot):
        context["is_locked"] = locking.is_waiting(bot)
        return render(request, "bots/change_too_late.html", context, status=409)
    if form.is_valid() and _ask(request, bot, form):
        messages.info(request, "The change is on its way to the recording service.")
        return redirect("bots:detail", bot.public_id)
    return render(request, "bots/change.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _ask(request: WorkspaceRequest, bot: Bot, form: ChangeForm) -> bool:
    asked = form.cleaned_data
    is_asked = changing.ask(
        bot, meeting_url=asked["link"], starts_at=asked["starts_at"], **form.wishes
    )
    if not is_asked:
        form.add_error(None, TAKEN)
        return False
    audit.record_request(
        request,
        "bot.change",
        bot.public_id,
        before={"starts_at": bot.starts_at.isoformat(timespec="minutes")},
        after={"starts_at": asked["starts_at"].isoformat(timespec="minutes")},
    )
    return True
