"""Who changed what in this workspace: the audit trail, for those who answer for it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.http import WorkspaceRequest, allowed_to
from accounts.roles import Permission
from dashboard.forms import HistoryPageForm
from dashboard.history import describe

PAGE = 50


@require_safe
@allowed_to(Permission.HISTORY)
def history(request: WorkspaceRequest) -> HttpResponse:
    form = HistoryPageForm(request.GET)
    if not form.is_valid():
        raise Http404("no such page")
    trail = request.workspace.audit_entries
    before = form.cleaned_data["before"]
    last_seen = get_object_or_404(trail, public_id=before) if before else None
    entries = list(trail.for_list(older_than=last_seen)[: PAGE + 1])
    context = {
        "lines": [describe(entry) for entry in entries[:PAGE]],
        "is_first_page": last_seen is None,
        "next_before": entries[PAGE - 1].public_id if len(entries) > PAGE else "",
    }
    return render(request, "dashboard/history.html", context)
