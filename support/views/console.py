"""The console's own pages: search, case file, actions, stuck work, usage, what may be looked at."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bots.models import Bot
from calendars.models import Event
from support import actions, case_file, finding, stuck, usage
from support.models import Grant

CASE_FILES: dict[str, Any] = {"bot": Bot, "evt": Event}


def needs(permission: str) -> Callable[..., Callable[..., HttpResponse]]:
    """The admin site has seen to it that this is staff; here, what kind of staff."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


@require_safe
@needs("bots.view_bot")
def search(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("q", "")[:2000]
    hits = finding.find(wanted)
    if len(hits) == 1:
        return redirect(hits[0].path)
    context = {"title": "Find anything", "wanted": wanted.strip(), "hits": hits}
    return _page(request, "support/search.html", context)


@require_safe
@needs("bots.view_bot")
def case(request: HttpRequest, public_id: str) -> HttpResponse:
    model = CASE_FILES.get(public_id.partition("_")[0])
    if model is None:
        raise Http404("no such case")
    row: Bot | Event = get_object_or_404(
        model.objects.select_related("workspace"), public_id=public_id
    )
    kinds = [kind for kind in request.GET.getlist("kind") if kind in case_file.KINDS]
    found = case_file.of(row)
    rows: list[Any] = [*found.events, *found.bots, *found.recordings]
    context = {
        "title": f"Case file of {public_id}",
        "row": row,
        "kinds": [(name, label, name in kinds) for name, label in case_file.KINDS.items()],
        "entries": case_file.timeline(found, kinds),
        "most": case_file.MOST_OF_A_KIND,
        "decisions": [(event, case_file.decision_of(event)) for event in found.events],
        "pages": [(one.public_id, finding.page_of(one)) for one in rows if one.pk != row.pk],
        "row_page": reverse(
            f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]
        ),
        "actions": [
            (one.public_id, name, action.label)
            for one in rows
            for name, action in actions.open_to(one)
            if request.user.has_perm(action.permission)
        ],
    }
    return _page(request, "support/case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("bots.view_bot")
def act(request: HttpRequest, name: str, public_id: str) -> HttpResponse:
    """Ask first; do it when the question comes back as a POST."""
    action = actions.ACTIONS.get(name)
    row = actions.find(action, public_id) if action else None
    if action is None or row is None:
        raise Http404("no such action")
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    back = finding.page_of(row)
    if request.method == "POST":
        if came_of_it := actions.carry_out(request, action, row):
            messages.success(request, came_of_it)
        else:
            messages.warning(request, "It has moved on since; nothing was done.")
        return redirect(back)
    context = {
        "title": action.label,
        "action": action,
        "row": row,
        "is_open": action.is_open(row),
        "back": back,
    }
    return _page(request, "support/act.html", context)


@require_safe
@needs("bots.view_bot")
def stuck_work(request: HttpRequest) -> HttpResponse:
    context = {"title": "Stuck work", "piles": stuck.piles(timezone.now())}
    return _page(request, "support/stuck.html", context)


@require_safe
@needs("bots.view_bot")
def usage_by_month(request: HttpRequest) -> HttpResponse:
    context = {
        "title": "Usage",
        "outcomes": [label for _, label in usage.OUTCOMES],
        "rows": usage.rows(timezone.now()),
    }
    return _page(request, "support/usage.html", context)


@require_safe
@needs("support.view_grant")
def grants(request: HttpRequest) -> HttpResponse:
    context = {
        "title": "What people let support see",
        "grants": list(Grant.objects.open().for_list()),
    }
    return _page(request, "support/grants.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
