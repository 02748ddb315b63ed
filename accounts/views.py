"""The one page-less address of `accounts`: a browser tells its time zone. Sign-in is allauth's."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.forms import TimeZoneForm
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
