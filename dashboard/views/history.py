"""Who changed what in this workspace: the audit trail, for those who answer for it."""

from collections.abc import Iterator
from datetime import tzinfo

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import tables
from accounts.http import WorkspaceRequest, allowed_to
from accounts.models import AuditEntry, AuditEntryQuerySet
from accounts.roles import Permission
from dashboard.history import describe
from dashboard.history_form import HistoryForm

PAGE = 50
HEADINGS = (
    "When", "Time zone", "Who", "Email", "What", "Action", "To what", "Before", "After",
    "From address", "With browser", "Entry",
)  # fmt: skip


@require_safe
@allowed_to(Permission.HISTORY)
def history(request: WorkspaceRequest) -> HttpResponse:
    form = HistoryForm(request.GET, workspace=request.workspace)
    is_valid = form.is_valid()
    if "before" in form.errors:
        raise Http404("no such page")
    trail = request.workspace.audit_entries
    before = form.cleaned_data["before"]
    last_seen = get_object_or_404(trail, public_id=before) if before else None
    found = form.narrow(trail.for_list(older_than=last_seen)) if is_valid else trail.none()
    entries = list(found[: PAGE + 1])
    context = {
        "form": form,
        "lines": [describe(entry) for entry in entries[:PAGE]],
        "is_first_page": last_seen is None,
        "next_before": entries[PAGE - 1].public_id if len(entries) > PAGE else "",
    }
    return render(request, "dashboard/history.html", context, status=200 if is_valid else 422)


@require_safe
@allowed_to(Permission.HISTORY)
def table(request: WorkspaceRequest) -> HttpResponse | StreamingHttpResponse:
    """All that the page's filters let through, as CSV."""
    form = HistoryForm(request.GET, workspace=request.workspace)
    if not form.is_valid():
        return HttpResponse("No such list.", status=422, content_type="text/plain")
    found = form.narrow(request.workspace.audit_entries.for_list())
    name = f"history-{timezone.localdate():%Y-%m-%d}.csv"
    rows = _rows(found, timezone.get_current_timezone())
    return tables.table(request, name, HEADINGS, rows)


def _rows(entries: AuditEntryQuerySet, zone: tzinfo) -> Iterator[tuple[str, ...]]:
    for entry in entries.iterator(chunk_size=tables.ROWS_AT_ONCE):
        yield _cells(entry, zone)


def _cells(entry: AuditEntry, zone: tzinfo) -> tuple[str, ...]:
    line = describe(entry)
    return (
        timezone.localtime(entry.at, zone).isoformat(sep=" ", timespec="seconds"),
        str(zone),
        line.who,
        entry.actor.email if entry.actor else "",
        line.sentence,
        entry.action,
        entry.target,
        "; ".join(f"{change.label}: {change.before}" for change in line.changes if change.before),
        "; ".join(f"{change.label}: {change.after}" for change in line.changes if change.after),
        entry.ip_address or "",
        entry.agent,
        entry.public_id,
    )
