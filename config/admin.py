"""The support console: Django's own admin under our name. Staff see metadata, never secrets."""

from functools import wraps
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts import second_step
from support import console_urls


class SupportSite(AdminSite):
    """Staff sign in at the same door as everybody, with its rate limits."""

    site_header = "Earshot support"
    site_title = "Earshot support"
    index_title = "What needs a look"

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Staff without a second step of signing in are led to set one up, or to give it now."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def stepped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            is_asked = settings.STAFF_NEED_SECOND_STEP and self.has_permission(request)
            answer = second_step.ask_second_step(request) if is_asked else None
            return answer or guarded(request, *args, **kwargs)

        return stepped

    def get_urls(self) -> list[Any]:
        return [*console_urls.addresses(self.admin_view), *super().get_urls()]

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        guarded: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return guarded
