"""The trip to a platform's consent page, and the way back with whatever it says."""

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.forms import CallbackForm
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from calendars import connecting, oauth
from calendars.forms import ApprovalForm
from calendars.models import Connection, Outage
from calendars.oauth_platforms import OAuthPlatform, platforms
from calendars.oauth_problems import BAD_STATE, ConsentFailed

APPROVAL_SALT = "calendars.approval"
APPROVAL_SECONDS = 60 * 60 * 24 * 60


@require_GET
@never_cache
@allowed_to(Permission.CONNECT)
def connect(request: WorkspaceRequest, platform: str) -> HttpResponse:
    return _depart(request, _platform(platform))


@require_GET
@never_cache
@workspace_member
def reconnect(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    mine = request.workspace.connections.manageable_by(request.membership)
    connection = get_object_or_404(mine, public_id=public_id)
    return _depart(request, _platform(connection.platform), connection)


@require_GET
@never_cache
@allowed_to(Permission.CONNECT)
def callback(request: WorkspaceRequest, platform: str) -> HttpResponse:
    """Every failure is a page with one sentence and a way on; success goes on to the calendars."""
    asked = _platform(platform)
    form = CallbackForm(request.GET)
    if not form.is_valid():
        return _explain(request, asked, ConsentFailed(BAD_STATE))
    try:
        granted = oauth.finish(request, asked, form.answer)
        kept = _keep(request, granted)
    except ConsentFailed as failure:
        return _explain(request, asked, failure)
    if kept.connection.calendars.connected().exists():
        messages.success(request, f"{kept.connection} is connected again.")
        return redirect(_after_reconnecting(kept.connection))
    return redirect("calendars:account", kept.connection.public_id)


@require_GET
@never_cache
def approval(request: HttpRequest, platform: str) -> HttpResponse:
    """Where an administrator, who may be nobody here, comes back to. It only says what happened."""
    asked = _platform(platform)
    form = ApprovalForm(request.GET)
    is_known = form.is_valid() and _is_our_link(form.cleaned_data["state"], asked)
    is_approved = is_known and form.cleaned_data["admin_consent"].lower() == "true"
    context = {"platform": asked, "is_known": is_known, "is_approved": is_approved}
    status = 200 if is_approved else 403 if is_known else 400
    return render(request, "calendars/approval.html", context, status=status)


def _after_reconnecting(connection: Connection) -> str:
    """The bill, if a calendar of the account was away; it fills as the calendars are read."""
    if Outage.objects.unsettled().filter(calendar__connection=connection).exists():
        return reverse("calendars:reconnection", args=[connection.public_id])
    return reverse("calendars:index")


@transaction.atomic
def _keep(request: WorkspaceRequest, granted: oauth.Granted) -> connecting.Kept:
    try:
        kept = connecting.keep(granted, workspace=request.workspace, user=request.user)
    except ConsentFailed as failure:
        failure.reconnects = granted.reconnects
        raise
    audit.record_request(
        request,
        "connection.connect" if kept.is_new else "connection.reconnect",
        kept.connection.public_id,
        after={"platform": kept.connection.platform, "email": kept.connection.email},
    )
    return kept


def _depart(
    request: WorkspaceRequest, platform: OAuthPlatform, reconnects: Connection | None = None
) -> HttpResponse:
    try:
        return redirect(oauth.begin(request, platform, reconnects))
    except ConsentFailed as failure:
        return _explain(request, platform, failure)


def _platform(name: str) -> OAuthPlatform:
    try:
        return platforms()[name]
    except KeyError as unknown:
        raise Http404("no such platform") from unknown


def _explain(
    request: WorkspaceRequest, platform: OAuthPlatform, failure: ConsentFailed
) -> HttpResponse:
    problem = failure.problem.told_by(platform)
    state = signing.dumps(platform.name, salt=APPROVAL_SALT)
    context = {
        "problem": problem,
        "platform": platform,
        "reconnects": failure.reconnects,
        "approval_link": platform.admin_consent_link(state) if problem.needs_admin else "",
    }
    return render(request, "calendars/consent_failed.html", context, status=problem.status)


def _is_our_link(state: str, platform: OAuthPlatform) -> bool:
    try:
        name = signing.loads(state, salt=APPROVAL_SALT, max_age=APPROVAL_SECONDS)
    except signing.BadSignature:
        return False
    return bool(name == platform.name)
