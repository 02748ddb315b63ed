"""The request our views see: somebody signed in, a workspace chosen, and HTMX's own headers."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, User, Workspace

P = ParamSpec("P")


class WorkspaceRequest(HttpRequest):
    """What `workspace_member` guarantees about a request."""

    user: User
    workspace: Workspace
    membership: Membership
    htmx: HtmxDetails


View = Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase]


def workspace_member(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let a view be seen by members only: sign-in first, 404 without a workspace.

    An HTMX request of an expired session is answered with a redirect of the whole page, so that
    the sign-in form does not land inside a table cell.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        member = cast(WorkspaceRequest, request)
        if not request.user.is_authenticated:
            if member.htmx:
                return whole_page_to_sign_in(member.htmx)
            return _to_sign_in(request, *args, **kwargs)
        if member.workspace is None:
            raise Http404("no workspace")
        return view(member, *args, **kwargs)

    return guarded


def whole_page_to_sign_in(htmx: HtmxDetails) -> HttpResponseClientRedirect:
    """Lead an HTMX request to the sign-in page, and from there back to the page it came from."""
    address = resolve_url(settings.LOGIN_URL)
    page = htmx.current_url_abs_path or ""  # empty when it is a page of somebody else
    if url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        address += f"?{urlencode({REDIRECT_FIELD_NAME: page}, safe='/')}"
    return HttpResponseClientRedirect(address)


@login_required
def _to_sign_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse(status=204)


def workspace_manager(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let a view be used by the workspace's owner and admins only; other members get a 403."""

    @workspace_member
    @wraps(view)
    def guarded(
        request: WorkspaceRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.membership.can_manage:
            raise PermissionDenied("Only the owner and the admins of this workspace can do that.")
        return view(request, *args, **kwargs)

    return guarded
