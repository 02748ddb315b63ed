"""Gives every request its workspace, and every page the time zone of the person who reads it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership

SESSION_KEY = "workspace"


def workspace_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set `request.workspace` and `request.membership` (both None for strangers)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        membership = _membership(request)
        request.membership = membership  # type: ignore[attr-defined]
        request.workspace = membership.workspace if membership else None  # type: ignore[attr-defined]
        zone = getattr(request.user, "time_zone", "")
        with timezone.override(ZoneInfo(zone) if zone in available_timezones() else None):
            return get_response(request)

    return middleware


def _membership(request: HttpRequest) -> Membership | None:
    """The membership chosen in this session, else the person's oldest one."""
    if not request.user.is_authenticated:
        return None
    mine = Membership.objects.filter(user=request.user).select_related("workspace").order_by("id")
    chosen = request.session.get(SESSION_KEY)
    return (mine.filter(workspace__public_id=chosen).first() if chosen else None) or mine.first()
