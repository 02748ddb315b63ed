"""Staff look at the product as a person who let them, read only, and every page leaves an entry.

    begin ─► each request: is the grant open still? only GET, only that workspace ─► one entry
      └────► end, or the grant ends: nothing more is shown

The session is the staff member's own with somebody else's pages in it: django-hijack keeps who is
behind it, and gives it back.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.middleware import BEHIND, SESSION_KEY
from accounts.models import AuditEntry, AuditEntryQuerySet, User, Workspace
from support.models import Grant

GRANT = "support_grant"
PROOF = "account_authentication_methods"  # allauth's own, of whoever is signed in
KEPT_PROOF = "support_proof"
LOOK = "support.look"
SAME_LOOK = timedelta(minutes=10)  # a page that asks for its parts again is one look
PUBLIC_ID = re.compile(r"/([a-z]{2,3}_[0-9A-Za-z]{16})/")
# Sign-in, what belongs to the person alone or to others, and what has an effect at a GET.
CLOSED = (
    "/account/",
    "/admin/",
    "/oauth/",
    "/calendars/connect/",
    "/live/",
    "/shared/",
    "/notifications/",
)


def may_view(*, hijacker: User, hijacked: User) -> bool:
    """Staff may look, at what is granted; never at what other staff see."""
    is_staff = hijacker.is_active and hijacker.has_perm("support.view_grant") and hijacker.is_staff
    is_person = hijacked.is_active and not (hijacked.is_staff or hijacked.is_superuser)
    return is_staff and is_person and Grant.objects.open().filter(user=hijacked).exists()


def proof_of(request: HttpRequest) -> dict[str, Any]:
    """How the staff member signed in: the second step need not be given again after a look."""
    return {key: value for key, value in request.session.items() if key.startswith(PROOF)}


def begin(request: HttpRequest, given: Grant, staff: User, proof: dict[str, Any]) -> None:
    """The session shows the granted workspace from now on, and no other."""
    request.session[KEPT_PROOF] = proof
    request.session[GRANT] = given.public_id
    request.session[SESSION_KEY] = given.workspace.public_id
    _record(request, given, staff, "support.begin", given.public_id, {"reason": given.reason})


def end(request: HttpRequest, given: Grant, staff: User) -> None:
    _record(request, given, staff, "support.end", given.public_id, {})


def looks_allowed_by(grants: Sequence[Grant], workspace: Workspace) -> AuditEntryQuerySet:
    """What was looked at because of these grants of one workspace, the newest first."""
    if not grants:
        return AuditEntry.objects.none()
    since = min(one.created_at for one in grants)
    looks = workspace.audit_entries.filter(action=LOOK, at__gte=since)
    return looks.filter(after__grant__in=[one.public_id for one in grants]).for_list()


def viewing_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Guard a session that shows somebody else's pages; all others pass untouched."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.look = None  # type: ignore[attr-defined]
        if not request.session.get(BEHIND):
            return get_response(request)
        return _guarded(request, get_response)

    return middleware


def _guarded(
    request: HttpRequest, get_response: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    given = (
        Grant.objects.filter(public_id=request.session.get(GRANT, ""), user_id=request.user.pk or 0)
        .select_related("workspace", "user")
        .first()
    )
    request.look = given  # type: ignore[attr-defined]
    if request.path == reverse("support:end"):
        return get_response(request)
    staff = User.objects.filter(pk=request.session[BEHIND][-1], is_active=True, is_staff=True)
    behind = staff.first()
    shown: Workspace | None = request.workspace  # type: ignore[attr-defined]
    if given is None or behind is None or not given.is_open or shown != given.workspace:
        return _refuse(request, "support/look_over.html")
    if request.method not in ("GET", "HEAD") or request.path.startswith(CLOSED):
        return _refuse(request, "support/look_only.html")
    response = get_response(request)
    if response.status_code < 300:
        _record_look(request, given, behind)
    return response


def _refuse(request: HttpRequest, template: str) -> HttpResponse:
    """A page of its own, with nothing of the workspace on it."""
    request.workspace = request.membership = None  # type: ignore[attr-defined]
    return render(request, template, status=403)


def _record_look(request: HttpRequest, given: Grant, staff: User) -> None:
    recent = AuditEntry.objects.filter(
        workspace=given.workspace, actor=staff, action=LOOK, at__gt=timezone.now() - SAME_LOOK
    )
    if not recent.filter(after__page=request.path, after__grant=given.public_id).exists():
        named = PUBLIC_ID.search(request.path)
        what = {"page": request.path}
        _record(request, given, staff, LOOK, named[1] if named else "", what)


def _record(
    request: HttpRequest, given: Grant, staff: User, action: str, target: str, what: dict[str, str]
) -> None:
    after = {**what, "as": given.user.get_full_name(), "grant": given.public_id}
    audit.record(
        workspace=given.workspace,
        actor=staff,
        action=action,
        target=target,
        after=after,
        **audit.whence(request),
    )
