"""The list of bots: who is under way, who will be, who has been; newest start first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, workspace_member
from bots.forms import BotListForm
from bots.models import Bot

PAGE_SIZE = 30


@require_safe
@workspace_member
def bots(request: WorkspaceRequest) -> HttpResponse:
    form = BotListForm(request.GET, workspace=request.workspace)
    status = 200 if form.is_valid() else 422
    rows, following = _page(request, form)
    context = {
        "form": form,
        "rows": rows,
        "following": following,
        "live_topics": f"{request.workspace.public_id}/bots",
    }
    template = "bots/list.html#list" if request.htmx else "bots/list.html"
    return render(request, template, context, status=status)


def _page(request: WorkspaceRequest, form: BotListForm) -> tuple[list[Bot], Bot | None]:
    """The rows to show, and the last of them when others follow."""
    asked = form.cleaned_data
    found = request.workspace.bots.for_list().in_group(asked.get("state", ""))
    found = found.on_platform(asked.get("platform", ""))
    if last := asked.get("before"):
        found = found.after(last)
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
