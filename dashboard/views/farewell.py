"""Deleting one's account: told what goes and what stays, asked once, by somebody who proved it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.fresh import fresh_sign_in_required
from accounts.models import User
from dashboard import farewell as leaving
from dashboard.forms import FarewellForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@fresh_sign_in_required
def farewell(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    form = FarewellForm(request.POST if request.method == "POST" else None, person=person)
    found = leaving.parting(person)
    if found.is_possible and form.is_valid() and _close(request, person):
        logout(request)
        messages.success(request, "Your account is deleted.")
        return redirect("dashboard:home")
    status = 200 if not form.is_bound else 422 if found.is_possible else 409
    context = {"form": form, "parting": found}
    return render(request, "dashboard/farewell.html", context, status=status)


@transaction.atomic
def _close(request: HttpRequest, person: User) -> bool:
    audit.record_person(request, person, "account.delete")
    is_closed = leaving.close(person)
    if not is_closed:  # somebody joined a workspace of theirs meanwhile
        transaction.set_rollback(True)
    return is_closed
