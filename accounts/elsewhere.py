"""Links that lead into another workspace than the one somebody works in: theirs as well.

    /coverage/?workspace=ws_…     a mail says which workspace its list is of
    /bots/bot_…/                  a page that is not here may be in another workspace of theirs

Only reading leads there, and only the person themselves: staff who look as somebody stay where they
were let in.
"""

from collections.abc import Callable
from functools import cache
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from accounts.middleware import BEHIND, enter
from accounts.models import Membership, Workspace, WorkspaceOwned
from accounts.public_id import PublicIdField

PARAMETER = "workspace"
GetResponse = Callable[[HttpRequest], HttpResponse]


def path_in(workspace: Workspace, path: str) -> str:
    """The path of a list, with the workspace it is of."""
    return f"{path}{'&' if '?' in path else '?'}{urlencode({PARAMETER: workspace.public_id})}"


def elsewhere_middleware(get_response: GetResponse) -> GetResponse:
    """Go on in the workspace that a link leads to, and say so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        others = _others(request)
        named = request.GET.get(PARAMETER)
        for place in others:
            if place.workspace.public_id == named:
                return _go_on(request, place.workspace)
        response = get_response(request)
        if others and response.status_code == 404 and (home := _home_of(request, others)):
            return _go_on(request, home)
        return response

    return middleware


def _others(request: HttpRequest) -> list[Membership]:
    """The memberships besides the present one, where a link may be followed into them."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    if request.method != "GET" or htmx or not request.user.is_authenticated:
        return []
    if request.session.get(BEHIND):
        return []
    memberships: list[Membership] = request.memberships  # type: ignore[attr-defined]
    return [one for one in memberships if one != request.membership]  # type: ignore[attr-defined]


def _go_on(request: HttpRequest, workspace: Workspace) -> HttpResponse:
    enter(request, workspace)
    messages.info(request, f"You are in {workspace.name} now: the link leads there.")
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    return HttpResponseRedirect(f"{request.path}{'?' if query else ''}{query.urlencode()}")


def _home_of(request: HttpRequest, others: list[Membership]) -> Workspace | None:
    """The workspace that has what the address names."""
    if request.resolver_match is None:
        return None
    homes = [one.workspace for one in others]
    for named in request.resolver_match.kwargs.values():
        if model := _models().get(str(named).partition("_")[0]):
            named_so = Q(public_id=named)
            found = model._base_manager.filter(named_so, workspace__in=homes)
            for workspace in found.values_list("workspace", flat=True):
                return next(one for one in homes if one.pk == workspace)
    return None


@cache
def _models() -> dict[str, type[WorkspaceOwned]]:
    """What belongs to a workspace and is named in addresses, by the beginning of its id."""
    owned = [one for one in apps.get_models() if issubclass(one, WorkspaceOwned)]
    ids = [(field, one) for one in owned for field in one._meta.local_fields]
    return {field.prefix: one for field, one in ids if isinstance(field, PublicIdField)}
