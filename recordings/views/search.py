"""Search over all recordings: the turns that say it, and the meetings that are called so."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http import WorkspaceRequest, workspace_member
from recordings import access, searching
from recordings.forms import SearchForm
from recordings.models import Recording
from recordings.searching import PAGE_SIZE
from recordings.wording import Term, is_too_short, terms


@require_safe
@workspace_member
@vary_on_headers("HX-Request")
def search(request: WorkspaceRequest) -> HttpResponse:
    form = SearchForm(request.GET, recordings=access.seen(request))
    form.is_valid()  # a wrong filter counts as none
    wanted = terms(form.cleaned_data.get("q", ""))
    state = _state(form, wanted)
    context = {"form": form, "state": state, "typed": form.cleaned_data.get("q", "")}
    if state == "asked":
        context |= _answer(request, form, wanted)
    if request.htmx:
        return render(request, "recordings/search.html#results", context)
    return render(
        request,
        "recordings/search.html",
        context | {"names": searching.names(access.seen(request))},
    )


def _state(form: SearchForm, wanted: list[Term]) -> str:
    """How far the question is: empty, wrong, short, only_excluded or asked."""
    if "q" in form.errors:
        return "wrong"
    elif not form.cleaned_data["q"]:
        return "empty"
    elif is_too_short(wanted):
        return "short"
    elif all(term.is_excluded for term in wanted):
        return "only_excluded"
    else:
        return "asked"


def _answer(request: WorkspaceRequest, form: SearchForm, wanted: list[Term]) -> dict[str, object]:
    page = form.cleaned_data.get("page") or 1
    filters = replace(form.filters, hidden=access.hidden_from(request.membership))
    found = searching.search(request.workspace, wanted, filters, page=page)
    meetings: list[Recording] = []
    are_more = False
    if page == 1:
        meetings, are_more = searching.meetings(request.workspace, wanted, filters)
    return {
        "found": found,
        "first": (page - 1) * PAGE_SIZE + 1,
        "meetings": meetings,
        "are_more_meetings": are_more,
        "before": page - 1,
        "following": page + 1 if page * PAGE_SIZE < found.count else 0,
    }
