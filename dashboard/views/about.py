"""What Earshot can see and does: for everybody, also before they sign up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard import sees as asked


@require_safe
def sees(request: HttpRequest) -> HttpResponse:
    context = {"signing_in": asked.when_signing_in(), "connecting": asked.when_connecting()}
    return render(request, "dashboard/sees.html", context)
