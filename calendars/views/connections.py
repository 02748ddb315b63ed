"""Connected calendars: their health, and what a person can do about it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, workspace_member
from accounts.roles import Permission
from calendars import connecting, outages, queue
from calendars.forms import CalendarsForm, DisconnectionForm
from calendars.models import Calendar, Connection, SyncState
from calendars.oauth_platforms import platforms
from calendars.problems import connecting_sentence
from calendars.templatetags.troubles import of as troubles_of
from upstream.errors import UpstreamError
from upstream.models import UpstreamAccount
from upstream.port import AvailableCalendar


@require_GET
@workspace_member
def index(request: WorkspaceRequest) -> HttpResponse:
    connections = request.workspace.connections.for_list()
    mine = {connection.pk for connection in connections if _may_manage(request, connection)}
    context = {
        "connections": connections,
        "manageable": mine,
        "bills": outages.latest_bills(request.workspace),
        "live_topics": f"{request.workspace.public_id}/calendars",
    }
    return render(request, "calendars/index.html", context)


@require_GET
@workspace_member
def troubles(request: WorkspaceRequest) -> HttpResponse:
    """The banner of every page, asked for again when something breaks or is mended."""
    if not request.htmx:
        return redirect("calendars:index")
    context = {
        "troubles": troubles_of(request.membership),
        "live_topic": f"{request.workspace.public_id}/calendars",
    }
    return render(request, "calendars/_troubles.html", context)


@require_GET
@workspace_member
def reconnection(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """What the last time away cost, calendar by calendar: kept, changed, missed."""
    connection = get_object_or_404(
        request.workspace.connections.select_related("user"), public_id=public_id
    )
    context = {
        "connection": connection,
        "bills": [outages.bill_of(one) for one in outages.latest_of(connection)],
        "can_manage": _may_manage(request, connection),
        "live_topics": f"{request.workspace.public_id}/calendars",
    }
    fragment = "#bills" if request.htmx else ""
    return render(request, f"calendars/reconnection.html{fragment}", context)


@require_http_methods(["GET", "POST"])
@workspace_member
def account(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Choose among the account's calendars; unticking a connected one asks before it lets go."""
    connection = _connection(request, public_id)
    provider_account = UpstreamAccount.objects.for_workspace(request.workspace)
    if provider_account is None:
        return _trouble(request, connection, "No recording service is set up here yet.")
    try:
        available = connecting.available(connection, provider_account)
    except UpstreamError as error:
        sentence = connecting_sentence(error, connection.get_platform_display())
        return _trouble(request, connection, sentence)
    rows = {one.raw_id: one for one in connection.calendars.for_work().connected()}
    form = CalendarsForm(_sent(request), available=available, ticked=list(rows))
    is_sent = request.method == "POST" and form.is_valid()
    leaving = form.left_out(rows) if is_sent else []
    is_question = any(one.upstream_id for one in leaving) and not form.is_sure
    if is_sent and not is_question:
        _choose(request, connection, provider_account, form.chosen, leaving)
        return redirect("calendars:agenda")
    ticked = form["calendars"].value() or []
    shared = connecting.already_here(connection, available)
    context = {
        "connection": connection,
        "form": form,
        "leaving": connecting.costs(leaving) if is_question else [],
        "choices": [
            (one, rows.get(one.raw_id), one.raw_id in ticked, shared.get(one.raw_id))
            for one in available
        ],
    }
    is_wrong = form.is_bound and not is_sent
    return render(request, "calendars/account.html", context, status=422 if is_wrong else 200)


@transaction.atomic
def _choose(
    request: WorkspaceRequest,
    connection: Connection,
    provider_account: UpstreamAccount,
    chosen: list[AvailableCalendar],
    leaving: list[Calendar],
) -> None:
    for calendar in connecting.choose(connection, provider_account, chosen):
        audit.record_request(
            request, "calendar.connect", calendar.public_id, after={"name": calendar.name}
        )
    for calendar in leaving:
        audit.record_request(
            request, "calendar.disconnect", calendar.public_id, before={"name": calendar.name}
        )
        connecting.disconnect(calendar, gives_back=False)


@require_POST
@workspace_member
def sync(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Read the calendar again, at the provider too."""
    calendar = _calendar(request, public_id)
    with transaction.atomic():
        calendar.sync_state, calendar.tried_at = SyncState.READING, timezone.now()
        calendar.save(update_fields=["sync_state", "tried_at", "updated_at"])
        audit.record_request(request, "calendar.sync", calendar.public_id)
        if calendar.upstream_id:
            queue.sync(calendar.id, is_forced=True)
        else:
            queue.connect(calendar.id)
    if request.htmx:
        return render(request, "calendars/_health.html", {"calendar": calendar})
    messages.info(request, f"{calendar} is being read again.")
    return redirect("calendars:index")


@require_http_methods(["GET", "POST"])
@workspace_member
def disconnection(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Say what will happen and to how many meetings, then do it."""
    calendar = _calendar(request, public_id)
    form = DisconnectionForm(_sent(request), initial={"gives_back": True})
    is_last = calendar.connection.calendars.connected().count() == 1
    platform = platforms()[calendar.connection.platform]
    can_revoke = is_last and bool(platform.revoke_url)
    is_shared = can_revoke and connecting.is_shared(calendar.connection)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            audit.record_request(
                request, "calendar.disconnect", calendar.public_id, before={"name": calendar.name}
            )
            connecting.disconnect(calendar, gives_back=form.cleaned_data["gives_back"])
        messages.success(request, f"{calendar} is disconnected. Its past recordings stay.")
        return redirect("calendars:index")
    (cost,) = connecting.costs([calendar])
    context = {
        "calendar": calendar,
        "cost": cost,
        "is_last": is_last,
        "form": form,
        "platform": platform,
        "can_revoke": can_revoke and not is_shared,
        "is_shared": is_shared,
    }
    return render(request, "calendars/disconnection.html", context)


def _sent(request: WorkspaceRequest) -> QueryDict | None:
    """What was sent, also when every box was left empty."""
    return request.POST if request.method == "POST" else None


def _may_manage(request: WorkspaceRequest, connection: Connection) -> bool:
    return request.membership.may(Permission.MEND_ANY) or connection.user_id == request.user.id


def _connection(request: WorkspaceRequest, public_id: str) -> Connection:
    """An account this person may change; anybody else's is a 404."""
    mine = request.workspace.connections.manageable_by(request.membership)
    return get_object_or_404(mine.select_related("user", "workspace"), public_id=public_id)


def _calendar(request: WorkspaceRequest, public_id: str) -> Calendar:
    mine = request.workspace.calendars.for_work().manageable_by(request.membership)
    return get_object_or_404(mine, public_id=public_id)


def _trouble(request: WorkspaceRequest, connection: Connection, sentence: str) -> HttpResponse:
    context = {"connection": connection, "sentence": sentence}
    return render(request, "calendars/account_trouble.html", context, status=503)
