"""A browser tells its time zone; a form comes without its token. Sign-in is allauth's."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_POST
from django_htmx.middleware import HtmxDetails

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


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a missing token; a click of somebody whose cookies went signs in again."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    if htmx and not request.user.is_authenticated:
        return whole_page_to_sign_in(htmx)
    return csrf_failure(request, reason)
