"""The support console: Django's own admin under our name. Staff see metadata, never secrets."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse


class SupportSite(AdminSite):
    """Staff sign in at the same door as everybody, with its rate limits."""

    site_header = "Earshot support"
    site_title = "Earshot support"
    index_title = "What needs a look"

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        guarded: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return guarded
