"""A browser tells its time zone; a form comes without its token; where one is signed in.

Sign-in itself is allauth's.
"""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from accounts import audit, devices, sign_ins
from accounts.forms import TimeZoneForm
from accounts.http import whole_page_to_sign_in
from accounts.models import User


@require_POST
@login_required
def time_zone(request: HttpRequest) -> HttpResponse:
    """Keep the zone of a person who has none; one that was chosen is never overwritten."""
    form = TimeZoneForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    person = cast(User, request.user)
    User.objects.filter(pk=person.pk, time_zone="").update(**form.cleaned_data)
    return HttpResponse(status=204)


@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Every browser in which the person is signed in; this one first."""
    here = request.session.get(sign_ins.SESSION_KEY)
    rows = [
        {"row": row, "device": devices.describe(row.user_agent), "is_here": row.public_id == here}
        for row in cast(User, request.user).sign_ins.for_list()
    ]
    rows.sort(key=lambda one: not one["is_here"])
    return render(request, "accounts/sessions.html", {"sessions": rows})


@require_POST
@login_required
def session_end(request: HttpRequest, public_id: str) -> HttpResponse:
    """Sign one other browser out."""
    person = cast(User, request.user)
    row = get_object_or_404(person.sign_ins, public_id=public_id)
    if row.public_id == request.session.get(sign_ins.SESSION_KEY):
        return redirect("account_logout")
    device = devices.describe(row.user_agent)
    sign_ins.end(row)
    audit.record_person(request, person, "sign_in.end", before={"browser": device})
    messages.success(request, f"{device} is signed out.")
    return redirect("accounts:sessions")


@require_POST
@login_required
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign every other browser out."""
    person = cast(User, request.user)
    count = sign_ins.end_others(request, person)
    if count:
        audit.record_person(request, person, "sign_in.end", before={"browsers": count})
    messages.success(request, "You are signed out everywhere else.")
    return redirect("accounts:sessions")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a missing token; a click of somebody whose cookies went signs in again."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    if htmx and not request.user.is_authenticated:
        return whole_page_to_sign_in(htmx)
    return csrf_failure(request, reason)
