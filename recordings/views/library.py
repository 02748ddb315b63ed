"""The library: every recording of the workspace, newest first, fifty at a time."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http import WorkspaceRequest, workspace_member
from recordings.forms import LibraryForm
from recordings.models import Recording, RecordingQuerySet

PAGE_SIZE = 50
REFRESH_LIMIT = 500  # a page that shows more than this many rows refreshes only the newest of them


@require_safe
@workspace_member
@vary_on_headers("HX-Request")
def library(request: WorkspaceRequest) -> HttpResponse:
    form = LibraryForm(request.GET, workspace=request.workspace)
    form.is_valid()  # a wrong filter or a row that is gone counts as none
    rows, following = _page(request.workspace.recordings.for_list(), form)
    context = {
        "form": form,
        "rows": rows,
        "following": following,
        "live_topics": f"{request.workspace.public_id}/recordings",
    }
    return render(request, _template(request, form), context)


def _template(request: WorkspaceRequest, form: LibraryForm) -> str:
    if not request.htmx:
        return "recordings/library.html"
    elif form.cleaned_data.get("before"):
        return "recordings/library.html#more"
    else:
        return "recordings/library.html#list"


def _page(recordings: RecordingQuerySet, form: LibraryForm) -> tuple[list[Recording], str | None]:
    """The rows to show, and the id of the last of them when others follow."""
    asked = form.cleaned_data
    found = recordings.titled(asked.get("q", "")).on_platform(asked.get("platform", ""))
    if last := asked.get("down_to"):  # asked for only where others follow
        rows = list(found.down_to(last)[:REFRESH_LIMIT])
        return rows, rows[-1].public_id if rows else None
    if last := asked.get("before"):
        found = found.older_than(last)
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].public_id if len(rows) > PAGE_SIZE else None
