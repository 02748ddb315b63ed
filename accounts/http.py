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
from accounts.roles import Permission, Role, who_may

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
P = ParamSpec("P")


class WorkspaceRequest(HttpRequest):
    """What `workspace_member` guarantees about a request."""

    user: User
    workspace: Workspace
    membership: Membership
    htmx: HtmxDetails


View = Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase]


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view be seen by people who are signed in, of whatever workspace or of none.

    An HTMX request of an expired session is answered with a redirect of the whole page, so that
    the sign-in form does not land inside a table cell.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
        return whole_page_to_sign_in(htmx) if htmx else _to_sign_in(request, *args, **kwargs)

    return guarded


def workspace_member(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let a view be seen by members only: sign-in first, 404 without a workspace."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        member = cast(WorkspaceRequest, request)
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


def allowed_to(permission: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Let a view be used by those whose role allows it (accounts/roles.py); others get a 403."""

    def decorator(view: View[P]) -> Callable[..., HttpResponseBase]:
        @workspace_member
        @wraps(view)
        def guarded(
            request: WorkspaceRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            require(request, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorator


def changed_by(permission: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Let every member see the page; what it sends is for those whose role allows it."""

    def decorator(view: View[P]) -> Callable[..., HttpResponseBase]:
        @workspace_member
        @wraps(view)
        def guarded(
            request: WorkspaceRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if request.method not in SAFE_METHODS:
                require(request, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorator


def require(request: WorkspaceRequest, permission: Permission) -> None:
    """Within a view: a 403 that says which roles may do it."""
    if not request.membership.may(permission):
        raise NotAllowed(permission)


class NotAllowed(PermissionDenied):
    """Says who may; its text is what the 403 page shows."""

    def __init__(self, permission: Permission) -> None:
        super().__init__(
            f"“{permission.label}” is for {_listed(who_may(permission))} of this workspace."
        )


def _listed(roles: list[Role]) -> str:
    """“the owner”, “the owner and admins”, “the owner, admins and members”."""
    *others, last = ["the owner", *(f"{role.label.lower()}s" for role in roles[1:])]
    return f"{', '.join(others)} and {last}" if others else last
