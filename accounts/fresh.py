"""Some pages want to know that it is still the same person: who signed in minutes ago, or now.

    @fresh_sign_in_required
    def farewell(request: HttpRequest) -> HttpResponse: …

A password, a code or a passkey answers it (allauth's pages). Who has none of these signs in with
Google or Microsoft once more.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import (
    get_reauthentication_flows,
    suspend_request,
)
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.models import User

View = Callable[..., HttpResponseBase]


def fresh_sign_in_required(view: View) -> View:
    """Let a view be used right after signing in, or after saying once more who it is."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return ask_again(request)

    return guarded


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are within the last minutes."""
    records = get_authentication_records(request, _person(request))
    moments = [float(record["at"]) for record in records]
    return bool(moments) and time.time() - max(moments) < app_settings.REAUTHENTICATION_TIMEOUT


def ask_again(request: HttpRequest) -> HttpResponse:
    """Where to say it once more; what was sent is taken up again after it."""
    if get_reauthentication_flows(_person(request)):
        answer: HttpResponse = suspend_request(request, reverse("account_reauthenticate"))
        return answer
    account = SocialAccount.objects.filter(user=_person(request)).first()
    way = reverse(f"{account.provider}_login") if account else reverse("account_set_password")
    return HttpResponseRedirect(f"{way}?{urlencode({REDIRECT_FIELD_NAME: request.path})}")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 (login_required said so)
    return request.user
