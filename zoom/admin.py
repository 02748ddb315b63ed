"""Zoom accounts as support sees them: health, times, ids. No tokens, no addresses with keys."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from zoom.models import ZoomAccount


@admin.register(ZoomAccount)
class ZoomAccountAdmin(admin.ModelAdmin[ZoomAccount]):
    """Support looks; people change their accounts themselves."""

    list_display = ("public_id", "workspace", "user", "health", "checked_at", "used_at")
    list_filter = ("health",)
    list_select_related = ("workspace", "user")
    search_fields = ("public_id", "email", "zoom_user_id", "credential_id")
    fields = (
        "public_id", "workspace", "user", "account", "credential_id", "zoom_user_id",
        "zoom_account_id", "email", "scopes", "health", "said", "connected_at", "granted_at",
        "checked_at", "used_at", "disconnected_at",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
