"""Gives a request its workspace and its reader's time zone, and an HTMX answer its messages."""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, Workspace
from accounts.zones import zone_called

SESSION_KEY = "workspace"
BEHIND = "hijack_history"  # in the session of staff who look as somebody (django-hijack)
GetResponse = Callable[[HttpRequest], HttpResponse]


def workspace_middleware(get_response: GetResponse) -> GetResponse:
    """Set `request.workspace` and `request.membership` (both None for strangers).

    `request.memberships` are all of the person's, for the switcher: one query gives both.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        memberships = _memberships(request)
        membership = _chosen(request, memberships)
        request.memberships = memberships  # type: ignore[attr-defined]
        request.membership = membership  # type: ignore[attr-defined]
        request.workspace = membership.workspace if membership else None  # type: ignore[attr-defined]
        own = getattr(request.user, "time_zone", "")
        teams = membership.workspace.time_zone if membership else ""
        with timezone.override(zone_called(own or teams)):
            return get_response(request)

    return middleware


def enter(request: HttpRequest, workspace: Workspace) -> None:
    """Work in `workspace` from the next request of this session on."""
    request.session[SESSION_KEY] = workspace.public_id


def _memberships(request: HttpRequest) -> list[Membership]:
    if not request.user.is_authenticated:
        return []
    mine = Membership.objects.filter(user=request.user).select_related("workspace")
    return list(mine.order_by("id"))


def _chosen(request: HttpRequest, memberships: list[Membership]) -> Membership | None:
    """The membership chosen in this session, else the person's oldest one."""
    if not memberships:
        return None
    chosen = request.session.get(SESSION_KEY)
    found = (one for one in memberships if one.workspace.public_id == chosen)
    return next(found, memberships[0])


def htmx_messages_middleware(get_response: GetResponse) -> GetResponse:
    """Append what was said with django.contrib.messages to fragments, out of band.

    A redirect, an empty answer or a whole page leaves the messages for the page that comes next
    (a whole page has shown them itself).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _is_html(response):
            patch_vary_headers(response, ["HX-Request"])
            htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
            if htmx and response.content and "HX-Redirect" not in response:
                _append_messages(request, response)
        return response

    return middleware


def _is_html(response: HttpResponse) -> bool:
    return not response.streaming and response.get("Content-Type", "").startswith("text/html")


def _append_messages(request: HttpRequest, response: HttpResponse) -> None:
    if said := list(get_messages(request)):
        fragment = render_to_string("components/_messages_oob.html", {"messages": said})
        response.content += fragment.encode()
        if "Content-Length" in response:
            response["Content-Length"] = str(len(response.content))
