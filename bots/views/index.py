"""The list of bots in its tabs, and the same list as a table to take away."""

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import tables
from accounts.http import WorkspaceRequest, workspace_member
from bots import export, listing
from bots.forms import BotListForm
from bots.models import Bot, BotQuerySet

PAGE_SIZE = 30


@require_safe
@workspace_member
def bots(request: WorkspaceRequest) -> HttpResponse:
    form = BotListForm(request.GET, workspace=request.workspace)
    status = 200 if form.is_valid() else 422
    asked = form.cleaned_data
    tab = asked.get("tab", listing.LIVE)
    found = listing.narrowed(request.workspace, asked)
    rows, following = _page(found, tab, asked.get("before"))
    context = {
        "form": form,
        "tab": tab,
        "tabs": listing.tabs(found, tab),
        "endings": listing.endings(found) if tab == listing.PAST else [],
        "rows": rows,
        "following": following,
        "live_topics": f"{request.workspace.public_id}/bots",
    }
    template = "bots/list.html#list" if request.htmx else "bots/list.html"
    return render(request, template, context, status=status)


@require_safe
@workspace_member
def table(request: WorkspaceRequest) -> HttpResponse | StreamingHttpResponse:
    """The tab as CSV, narrowed as the page is; times in the zone of the reader, which is named."""
    form = BotListForm(request.GET, workspace=request.workspace)
    if not form.is_valid():
        return HttpResponse("No such list.", status=422, content_type="text/plain")
    found = listing.narrowed(request.workspace, form.cleaned_data)
    bots = listing.in_tab(found, form.cleaned_data["tab"])
    name = f"bots-{form.cleaned_data['tab']}-{timezone.localdate():%Y-%m-%d}.csv"
    rows = export.rows(bots, timezone.get_current_timezone())
    return tables.table(request, name, export.HEADINGS, rows)


def _page(found: BotQuerySet, tab: str, last: Bot | None) -> tuple[list[Bot], Bot | None]:
    """The rows to show, and the last of them when others follow."""
    rows = listing.in_tab(found, tab)
    if last:
        rows = listing.after(rows, tab, last)
    page = list(rows[: PAGE_SIZE + 1])
    return page[:PAGE_SIZE], page[PAGE_SIZE - 1] if len(page) > PAGE_SIZE else None
