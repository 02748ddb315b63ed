"""The trip to a platform's consent page, and the way back with whatever it says."""

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts import audit
from accounts.http import WorkspaceRequest, workspace_member
from calendars import connecting, oauth
from calendars.forms import CallbackForm
from calendars.models import Connection
from calendars.oauth_platforms import OAuthPlatform, platforms
from calendars.oauth_problems import BAD_STATE, ConsentFailed, Problem


@require_GET
@never_cache
@workspace_member
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
@workspace_member
def callback(request: WorkspaceRequest, platform: str) -> HttpResponse:
    """Every failure is a page with one sentence and a way on; success goes on to the calendars."""
    asked = _platform(platform)
    form = CallbackForm(request.GET)
    if not form.is_valid():
        return _explain(request, asked, BAD_STATE)
    answer = form.cleaned_data
    try:
        granted = oauth.finish(
            request, asked, state=answer["state"], code=answer["code"], error=answer["error"]
        )
        kept = _keep(request, granted)
    except ConsentFailed as failure:
        return _explain(request, asked, failure.problem)
    if kept.connection.calendars.connected().exists():
        return redirect("calendars:index")
    return redirect("calendars:account", kept.connection.public_id)


@transaction.atomic
def _keep(request: WorkspaceRequest, granted: oauth.Granted) -> connecting.Kept:
    kept = connecting.keep(granted, workspace=request.workspace, user=request.user)
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
        return _explain(request, platform, failure.problem)


def _platform(name: str) -> OAuthPlatform:
    try:
        return platforms()[name]
    except KeyError as unknown:
        raise Http404("no such platform") from unknown


def _explain(request: WorkspaceRequest, platform: OAuthPlatform, problem: Problem) -> HttpResponse:
    context = {"problem": problem, "platform": platform}
    return render(request, "calendars/consent_failed.html", context, status=problem.status)
