"""Settings: the Zoom accounts on whose behalf bots join, and the trip on which one is connected."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.forms import CallbackForm
from accounts.http import WorkspaceRequest, allowed_to, workspace_member
from accounts.roles import Permission
from bots.on_behalf import coming_on_behalf_of
from upstream.models import UpstreamAccount
from upstream.registry import capabilities_of
from zoom import connecting, consenting, endpoint, health
from zoom.choosing import choose, usable
from zoom.models import ZoomAccount
from zoom.problems import BAD_STATE, ConsentFailed


@require_GET
@workspace_member
def index(request: WorkspaceRequest) -> HttpResponse:
    service = UpstreamAccount.objects.for_workspace(request.workspace)
    accounts = list(request.workspace.zoomaccounts.for_list())
    may_connect = request.membership.may(Permission.CONNECT)
    context = {
        "accounts": [(one, health.finding_of(one, service)) for one in accounts],
        "manageable": {one.pk for one in accounts if _may_manage(request, one)},
        "service": service and capabilities_of(service),
        "can_connect": service is not None and endpoint.is_configured() and may_connect,
        "may_connect": may_connect,
        "is_configured": endpoint.is_configured(),
        "has_own": any(one.user_id == request.user.id for one in accounts),
        "live_topic": f"{request.workspace.public_id}/zoom",
        "banner_topic": f"{request.workspace.public_id}/calendars",
    }
    fragment = "#accounts" if request.htmx else ""
    return render(request, f"dashboard/zoom.html{fragment}", context)


@require_GET
@never_cache
@allowed_to(Permission.CONNECT)
def connect(request: WorkspaceRequest) -> HttpResponse:
    return _depart(request)


@require_GET
@never_cache
@workspace_member
def reconnect(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    return _depart(request, _account(request, public_id))


@require_GET
@never_cache
@allowed_to(Permission.CONNECT)
def callback(request: WorkspaceRequest) -> HttpResponse:
    """Every failure is a page with one sentence and a way on."""
    form = CallbackForm(request.GET)
    if not form.is_valid():
        return _explain(request, ConsentFailed(BAD_STATE))
    try:
        granted = consenting.finish(request, form.answer)
    except ConsentFailed as failure:
        return _explain(request, failure)
    try:
        account = _keep(request, granted)
    except ConsentFailed as failure:
        consenting.give_back(granted)
        return _explain(request, failure)
    messages.success(
        request, f"{account} is connected. Bots that are booked already are told of it."
    )
    return redirect("dashboard:zoom")


@require_POST
@workspace_member
def check(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    account = _account(request, public_id)
    is_told = health.check(account)
    audit.record_request(request, "zoom.check", account.public_id)
    service = UpstreamAccount.objects.for_workspace(request.workspace)
    finding = health.finding_of(account, service)
    if not is_told:
        messages.warning(request, "Nobody could be asked just now. Try again in a minute.")
    else:
        tell = messages.success if finding.is_good else messages.warning
        tell(request, f"{account}: {finding.sentence}")
    return redirect("dashboard:zoom")


@require_http_methods(["GET", "POST"])
@workspace_member
def disconnection(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Say what will happen and to how many bots, then do it."""
    account = _account(request, public_id)
    if request.method == "POST":
        with transaction.atomic():
            before = {"account": str(account)}
            audit.record_request(request, "zoom.disconnect", account.public_id, before=before)
            connecting.disconnect(account)
        messages.success(request, f"{account} is disconnected. Past recordings stay.")
        return redirect("dashboard:zoom")
    service = UpstreamAccount.objects.for_workspace(request.workspace)
    others = usable(request.workspace, service) if service else []
    context = {
        "account": account,
        "coming": coming_on_behalf_of(account, service) if service else 0,
        "heir": choose([one for one in others if one != account], None),
        "is_shared": bool(account.refresh_token) and connecting.is_shared(account),
    }
    return render(request, "dashboard/zoom_disconnection.html", context)


@transaction.atomic
def _keep(request: WorkspaceRequest, granted: consenting.Granted) -> ZoomAccount:
    account, is_new = connecting.keep(granted, workspace=request.workspace, user=request.user)
    audit.record_request(
        request,
        "zoom.connect" if is_new else "zoom.reconnect",
        account.public_id,
        after={"account": str(account)},
    )
    return account


def _depart(request: WorkspaceRequest, reconnects: ZoomAccount | None = None) -> HttpResponse:
    try:
        return redirect(consenting.begin(request, reconnects))
    except ConsentFailed as failure:
        return _explain(request, failure)


def _explain(request: WorkspaceRequest, failure: ConsentFailed) -> HttpResponse:
    context = {"problem": failure.problem}
    status = failure.problem.status
    return render(request, "dashboard/zoom_consent_failed.html", context, status=status)


def _may_manage(request: WorkspaceRequest, account: ZoomAccount) -> bool:
    return request.membership.may(Permission.MEND_ANY) or account.user_id == request.user.id


def _account(request: WorkspaceRequest, public_id: str) -> ZoomAccount:
    """An account this person may change; anybody else's is a 404."""
    mine = request.workspace.zoomaccounts.connected().manageable_by(request.membership)
    return get_object_or_404(mine, public_id=public_id)
