"""Where a person is signed in: one row per browser, and the means to end each.

    signing in → begin      a request, at most every ten minutes → seen      signing out → end

A session that is ended is gone from the database, so the next request of that browser is a
stranger's.
"""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts import audit
from accounts.models import SignIn, User

SESSION_KEY = "sign_in"
SEEN_KEY = "sign_in_seen_at"
SEEN_EVERY = timedelta(minutes=10)
GetResponse = Callable[[HttpRequest], HttpResponse]


def begin(request: HttpRequest, user: User) -> None:
    """Note that `user` signed in with the browser behind `request`."""
    now = timezone.now()
    if not request.session.session_key:
        request.session.save()
    SignIn.objects.filter(user=user).exclude(pk__in=SignIn.objects.alive()).delete()
    row = SignIn.objects.create(
        user=user,
        session_key=request.session.session_key or "",
        ip_address=audit.client_address(request),
        user_agent=request.headers.get("user-agent", "")[: SignIn.LONGEST_AGENT],
        began_at=now,
        seen_at=now,
    )
    request.session[SESSION_KEY] = row.public_id
    request.session[SEEN_KEY] = now.isoformat()


def seen(request: HttpRequest) -> None:
    """Note that the browser is still used, and under which key: it changes with the password."""
    if not isinstance(request.user, User):
        return
    now = timezone.now()
    row = request.user.sign_ins.filter(public_id=request.session.get(SESSION_KEY, ""))
    found = row.update(
        seen_at=now,
        session_key=request.session.session_key or "",
        ip_address=audit.client_address(request),
    )
    request.session[SEEN_KEY] = now.isoformat()
    if not found:
        begin(request, request.user)


def end(row: SignIn) -> None:
    """Sign that browser out."""
    _sessions().delete(row.session_key)
    row.delete()


def end_others(request: HttpRequest, user: User) -> int:
    """Sign out everywhere but here, and say in how many browsers that was."""
    if request.user.is_authenticated:
        seen(request)  # the present key must be known before the others go
    others = list(user.sign_ins.exclude(session_key=request.session.session_key))
    for row in others:
        end(row)
    return len(others)


def forget(request: HttpRequest) -> None:
    """The browser signs out by itself."""
    SignIn.objects.filter(public_id=request.session.get(SESSION_KEY, "")).delete()


def seen_middleware(get_response: GetResponse) -> GetResponse:
    """Keep the list of browsers true, with one write in ten minutes of use."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and _is_due(request):
            seen(request)
        return get_response(request)

    return middleware


def _is_due(request: HttpRequest) -> bool:
    last = parse_datetime(request.session.get(SEEN_KEY, ""))
    return last is None or timezone.now() - last > SEEN_EVERY


def _sessions() -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    return store
