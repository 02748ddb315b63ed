"""Connected calendars: their health, and what a person can do about it."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import audit
from accounts.http import WorkspaceRequest, workspace_member
from calendars import connecting, queue
from calendars.forms import CalendarsForm
from calendars.models import Calendar, Connection, SyncState
from calendars.problems import connecting_sentence
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
        "live_topics": f"{request.workspace.public_id}/calendars",
    }
    return render(request, "calendars/index.html", context)


@require_http_methods(["GET", "POST"])
@workspace_member
def account(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Choose among the account's calendars."""
    connection = _connection(request, public_id)
    provider_account = UpstreamAccount.objects.for_workspace(request.workspace)
    if provider_account is None:
        return _trouble(request, connection, "No recording service is set up here yet.")
    try:
        available = connecting.available(connection, provider_account)
    except UpstreamError as error:
        sentence = connecting_sentence(error, connection.get_platform_display())
        return _trouble(request, connection, sentence)
    rows = {one.raw_id: one for one in connection.calendars.connected()}
    failed = [raw_id for raw_id, row in rows.items() if row.sync_state == SyncState.FAILED]
    form = CalendarsForm(request.POST or None, available=available, ticked=failed)
    if request.method == "POST" and form.is_valid():
        _choose(request, connection, provider_account, form.chosen)
        return redirect("calendars:agenda")
    context = {
        "connection": connection,
        "form": form,
        "choices": [
            (one, rows.get(one.raw_id), one.raw_id in (form["calendars"].value() or []))
            for one in available
        ],
    }
    return render(request, "calendars/account.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _choose(
    request: WorkspaceRequest,
    connection: Connection,
    provider_account: UpstreamAccount,
    chosen: list[AvailableCalendar],
) -> None:
    for calendar in connecting.choose(connection, provider_account, chosen):
        audit.record_request(
            request, "calendar.connect", calendar.public_id, after={"name": calendar.name}
        )


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
        return render(request, "calendars/_calendar.html", {"calendar": calendar})
    messages.info(request, f"{calendar} is being read again.")
    return redirect("calendars:index")


@require_http_methods(["GET", "POST"])
@workspace_member
def disconnection(request: WorkspaceRequest, public_id: str) -> HttpResponse:
    """Say what will happen and to how many meetings, then do it."""
    calendar = _calendar(request, public_id)
    now = timezone.now()
    if request.method == "POST":
        with transaction.atomic():
            audit.record_request(
                request, "calendar.disconnect", calendar.public_id, before={"name": calendar.name}
            )
            connecting.disconnect(calendar)
        messages.success(request, f"{calendar} is disconnected. Its past recordings stay.")
        return redirect("calendars:index")
    ahead = calendar.events.standing().running_or_ahead(now)
    context = {
        "calendar": calendar,
        "meetings": ahead.count(),
        "booked": ahead.filter(will_record=True).count(),
        "is_last": calendar.connection.calendars.connected().count() == 1,
    }
    return render(request, "calendars/disconnection.html", context)


def _may_manage(request: WorkspaceRequest, connection: Connection) -> bool:
    return request.membership.can_manage or connection.user_id == request.user.id


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
