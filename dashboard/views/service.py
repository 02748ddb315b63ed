"""Settings: the recording service of the workspace, its keys, and changing it."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.http import WorkspaceRequest, allowed_to, changed_by, workspace_member
from accounts.roles import Permission
from dashboard import service as services
from dashboard.service_forms import KeysForm, OwnForm
from upstream import checkup, rotation
from upstream.checkup import Finding
from upstream.models import UpstreamAccount
from upstream.webhook_address import webhook_url


@require_safe
@workspace_member
def service(request: WorkspaceRequest) -> HttpResponse:
    return _page(request)


@require_POST
@allowed_to(Permission.SERVICE)
def test(request: WorkspaceRequest) -> HttpResponse:
    account = _in_use(request)
    audit.record_request(request, "service.test", account.public_id)
    return _page(request, finding=checkup.examine(account))


@require_POST
@allowed_to(Permission.SERVICE)
def keys(request: WorkspaceRequest) -> HttpResponse:
    """Replace the key or the secret of the workspace's own account; a new key is tried first."""
    account = _own(request)
    form = KeysForm(request.POST, account=account)
    if not form.is_valid():
        return _page(request, keys_form=form)
    if key := form.cleaned_data["api_key"]:
        account.api_key, before = key, account.api_key
        finding = checkup.examine(account)
        account.api_key = before
        if not finding.is_good:
            form.add_error("api_key", finding.sentence)
            return _page(request, keys_form=form)
    changed = {name: "replaced" for name, value in form.cleaned_data.items() if value}
    with transaction.atomic():
        rotation.replace(account, **form.cleaned_data)
        audit.record_request(request, "service.rotate", account.public_id, after=changed)
    messages.success(request, "Replaced. What was there before counts too, until you say so below.")
    return redirect("dashboard:service")


@require_POST
@allowed_to(Permission.SERVICE)
def old_keys(request: WorkspaceRequest) -> HttpResponse:
    account = _own(request)
    with transaction.atomic():
        if rotation.forget_old(account):
            audit.record_request(request, "service.forget_old", account.public_id)
    messages.success(request, "Only the new one counts from now on.")
    return redirect("dashboard:service")


@require_POST
@allowed_to(Permission.SERVICE)
def own(request: WorkspaceRequest) -> HttpResponse:
    """Make an account ready and try it; nothing uses it before the preview was agreed to."""
    form = OwnForm(request.POST)
    if not form.is_valid():
        return _page(request, own_form=form)
    with transaction.atomic():
        account = services.make_ready(request.workspace, **form.wishes)
        finding = checkup.examine(account)
        if not finding.is_good:
            account.delete()
            form.add_error("api_key", finding.sentence)
            return _page(request, own_form=form)
        audit.record_request(
            request, "service.prepare", account.public_id, after={"service": account.name}
        )
    return redirect("dashboard:service_change", account.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@changed_by(Permission.SERVICE)
def change(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """What changing to this account would mean; a POST does it."""
    within_reach = services.within_reach(request.workspace)
    account = get_object_or_404(within_reach, public_id=public_id)
    present = UpstreamAccount.objects.for_workspace(request.workspace)
    if request.method == "POST":
        return _change(request, present, account)
    context = {
        "account": account,
        "place": services.place_of(account),
        "present_place": services.place_of(present) if present and present != account else "",
        "preview": services.preview(request.workspace, account),
        "address": webhook_url(account),
        "steps": services.steps_of(account),
        "can_manage": request.membership.may(Permission.SERVICE),
    }
    return render(request, "dashboard/service_change.html", context)


def _change(
    request: WorkspaceRequest, present: UpstreamAccount | None, account: UpstreamAccount
) -> HttpResponse:
    with transaction.atomic():
        services.take_into_use(request.workspace, account)
        audit.record_request(
            request,
            "service.change",
            account.public_id,
            before={"service": present.name if present else ""},
            after={"service": account.name},
        )
    messages.success(request, "Changed. Calendars and bots are being taken to the new service.")
    return redirect("dashboard:service")


def _in_use(request: WorkspaceRequest) -> UpstreamAccount:
    account = UpstreamAccount.objects.for_workspace(request.workspace)
    if account is None:
        raise Http404("no recording service")
    return account


def _own(request: WorkspaceRequest) -> UpstreamAccount:
    """The keys of the deployment's account are not a workspace's to change."""
    account = _in_use(request)
    if account.workspace_id != request.workspace.pk:
        raise Http404("no recording service of its own")
    return account


def _page(
    request: WorkspaceRequest,
    *,
    keys_form: KeysForm | None = None,
    own_form: OwnForm | None = None,
    finding: Finding | None = None,
) -> HttpResponse:
    account = UpstreamAccount.objects.for_workspace(request.workspace)
    is_own = account is not None and account.workspace_id is not None
    others = services.within_reach(request.workspace).order_by("-created_at")
    if account:
        others = others.exclude(pk=account.pk)
    context = {
        "account": account,
        "region": services.region_of(account) if account else "",
        "is_own": is_own,
        "address": webhook_url(account) if account else "",
        "steps": services.steps_of(account) if account else (),
        "has_old": bool(account and rotation.has_old(account)),
        "keys_form": keys_form or (KeysForm(account=account) if account else None),
        "own_form": own_form or OwnForm(),
        "others": [(other, services.place_of(other)) for other in others],
        "left_behind": services.preview(request.workspace, account) if account else None,
        "finding": finding,
        "can_manage": request.membership.may(Permission.SERVICE),
    }
    status = 422 if keys_form or own_form else 200
    return render(request, "dashboard/service.html", context, status=status)
