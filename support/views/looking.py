"""Beginning and ending a look; the session is changed by django-hijack."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from hijack.views import AcquireUserView, ReleaseUserView

from accounts.middleware import BEHIND
from accounts.models import User
from support import viewing
from support.models import Grant


class Begin(AcquireUserView):  # type: ignore[misc]
    """POST of a grant's id, in place of the key of a person."""

    success_url = "/"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # django-hijack's own asks for the person's key in the form first.
        answer = super(AcquireUserView, self).dispatch(request, *args, **kwargs)
        return cast(HttpResponseBase, answer)

    def get_object(self, queryset: object = None) -> User:
        return self._grant().user

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given, staff = self._grant(), cast(User, request.user)
        proof = viewing.proof_of(request)
        answer = cast(HttpResponse, super().post(request, *args, **kwargs))
        viewing.begin(request, given, staff, proof)
        return answer

    def _grant(self) -> Grant:
        open_ones = Grant.objects.open().for_list()
        return get_object_or_404(open_ones, public_id=self.kwargs["public_id"])


class End(ReleaseUserView):  # type: ignore[misc]
    success_url = reverse_lazy("admin:support_grants")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.session.get(BEHIND):
            return redirect("dashboard:home")  # ended already, in another window
        return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        given: Grant | None = request.look  # type: ignore[attr-defined]
        proof = request.session.get(viewing.KEPT_PROOF, {})
        answer = cast(HttpResponse, super().post(request, *args, **kwargs))
        request.session.update(proof)
        if given is not None:
            viewing.end(request, given, cast(User, request.user))
        messages.info(request, "The look is over. You are yourself again.")
        return answer
