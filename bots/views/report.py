"""Tell support what went wrong with a bot."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.http import WorkspaceRequest, workspace_member
from bots import reports
from bots.forms import ReportForm


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_member
def report(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """What was written is in the report alone: it may be about what was said in a meeting."""
    bot = get_object_or_404(request.workspace.bots, public_id=public_id)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "bots/report.html", {"bot": bot, "form": form}, status=status)
    with transaction.atomic():
        told = bot.reports.create(
            workspace=request.workspace,
            reported_by=request.user,
            text=form.cleaned_data["text"],
            state=bot.state,
        )
        audit.record_request(request, "bot.report", bot.public_id)
        reports.tell(told)
    messages.success(request, "Support has your report, with all that is known about this bot.")
    return redirect("bots:detail", bot.public_id)
