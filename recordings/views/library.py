"""The library: every recording of the workspace, as a list or as cards, fifty at a time."""

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http import WorkspaceRequest, workspace_member
from recordings import access, keeping, searching, shelf
from recordings.exports.formats import FORMATS
from recordings.library_forms import LibraryForm, Look
from recordings.models import Recording

PAGE_SIZE = 50
REFRESH_LIMIT = 500  # a page that shows more than this many rows refreshes only the newest of them
LOOK = "library_look"
A_YEAR = 365 * 24 * 3600


@require_safe
@workspace_member
@vary_on_headers("HX-Request")
def library(request: WorkspaceRequest) -> HttpResponse:
    form = LibraryForm(_with_look(request), recordings=access.seen_also_deleted(request))
    form.is_valid()  # a wrong filter or a row that is gone counts as none
    rows, following = _page(request, form)
    context = {
        "form": form,
        "rows": rows,
        "following": following,
        "shown_to": _shown_to(form, rows),
        "look": form.cleaned_data.get("view") or Look.LIST,
        "looks": Look.choices,
        "formats": FORMATS.items(),
        "rule": keeping.rule_of(request.workspace),
        "live_topics": f"{request.workspace.public_id}/recordings",
    }
    if not request.htmx:
        context["names"] = searching.names(access.seen(request))
    response = render(request, _template(request, form), context)
    if "view" in request.GET and form.cleaned_data.get("view"):
        response.set_cookie(
            LOOK,
            form.cleaned_data["view"],
            A_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def _with_look(request: WorkspaceRequest) -> QueryDict:
    """What is asked; without a word about it, the library looks as it did last."""
    asked = request.GET.copy()
    if "view" not in asked and LOOK in request.COOKIES:
        asked["view"] = request.COOKIES[LOOK]
    return asked


def _template(request: WorkspaceRequest, form: LibraryForm) -> str:
    if not request.htmx:
        return "recordings/library.html"
    elif form.cleaned_data.get("before"):
        return "recordings/library.html#more"
    else:
        return "recordings/library.html#list"


def _page(request: WorkspaceRequest, form: LibraryForm) -> tuple[list[Recording], str | None]:
    """The rows to show, and the id of the last of them when others follow."""
    found = form.wanted.among(access.seen(request).for_page())
    found = shelf.ordered(found, form.wanted_order)
    if last := form.cleaned_data.get("down_to"):
        rows = list(shelf.down_to(found, last, form.wanted_order)[:REFRESH_LIMIT])
        end = rows[-1] if rows else last
        others_follow = shelf.behind(found, end, form.wanted_order).exists()
        return rows, end.public_id if others_follow else None
    if last := form.cleaned_data.get("before"):
        found = shelf.behind(found, last, form.wanted_order)
    rows = list(found[: PAGE_SIZE + 1])
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].public_id if len(rows) > PAGE_SIZE else None


def _shown_to(form: LibraryForm, rows: list[Recording]) -> str | None:
    """The last row in sight where that is not the end of the first page."""
    asked: Recording | None = form.cleaned_data.get("before") or form.cleaned_data.get("down_to")
    end = rows[-1] if rows else asked
    return end.public_id if asked and end else None
