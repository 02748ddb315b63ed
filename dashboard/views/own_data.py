"""A copy of one's own data: asked for here, fetched here, for a week."""

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from accounts import audit
from accounts.fresh import ask_again, is_fresh
from accounts.http import signed_in
from accounts.models import OwnData, User
from dashboard import own_data as copies
from recordings.serving import hand_out


@require_safe
@signed_in
@vary_on_headers("HX-Request")
def own_data(request: HttpRequest) -> HttpResponse:
    """The newest copy, and how far it is; the page looks again by itself while one is made."""
    mine = cast(User, request.user).own_data.order_by("-asked_at")
    newest = mine.exclude(expires_at__lt=timezone.now()).first()
    fragment = "#copy" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"dashboard/own_data.html{fragment}", {"copy": newest})


@require_POST
@signed_in
def copy(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    asked = copies.ask(person)
    audit.record_person(request, person, "own_data.ask", after={"copy": asked.public_id})
    return redirect("dashboard:own_data")


@require_safe
@never_cache
@signed_in
def file(request: HttpRequest, public_id: str) -> HttpResponseBase:
    person = cast(User, request.user)
    alive = OwnData.objects.filter(user=person, expires_at__gt=timezone.now())
    found = get_object_or_404(alive, public_id=public_id)
    if not is_fresh(request):
        return ask_again(request)
    audit.record_person(request, person, "own_data.save", after={"copy": found.public_id})
    return hand_out(
        request,
        copies.pieces(found),
        content_type="application/zip",
        download_name=f"earshot-{found.asked_at:%Y-%m-%d}.zip",
    )
