"""Bots for support: what each was told, where it is and every message about it; nothing to change.

What people wrote in a meeting's chat is content and stays out of the console.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from bots.models import Bot, Report, StatusChange, Stray


class ReadOnly:
    """Bots live by what providers and people say; a hand-made state would be a lie."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class StatusChangeInline(ReadOnly, admin.TabularInline[StatusChange, Bot]):
    model = StatusChange
    fields = (
        "happened_at", "received_at", "code", "state", "message", "is_reason", "attempt",
        "upstream_id",
    )  # fmt: skip
    extra = 0
    ordering = ("happened_at", "id")
    template = "admin/rows.html"


@admin.register(Bot)
class BotAdmin(ReadOnly, admin.ModelAdmin[Bot]):
    list_display = (
        "public_id",
        "workspace",
        "state",
        "outcome",
        "reason",
        "platform",
        "starts_at",
        "heard_at",
    )
    list_filter = ("state", "outcome", "platform", "account")
    list_select_related = ("workspace",)
    search_fields = ("=public_id", "=upstream_id", "=reason")
    date_hierarchy = "starts_at"
    inlines = (StatusChangeInline,)
    fields = (
        ("public_id", "upstream_id", "account"),
        ("workspace", "requested_by"),
        ("platform", "starts_at", "ends_at"),
        ("state", "state_at", "outcome"),
        ("reason", "reason_message"),
        ("has_media", "transcript_state", "duration_seconds"),
        ("booked_at", "joined_at", "exited_at"),
        ("leave_requested_at", "left_behind_at", "surplus"),
        ("heard_at", "looked_at", "notice"),
    )


@admin.register(Stray)
class StrayAdmin(ReadOnly, admin.ModelAdmin[Stray]):
    """Bots at the provider that Earshot does not know; compared every hour."""

    list_display = ("upstream_id", "account", "code", "correlation_id", "first_seen_at", "seen_at")
    list_filter = ("account",)
    list_select_related = ("account",)
    search_fields = ("=upstream_id", "=correlation_id")
    fields = ("upstream_id", "account", "code", "correlation_id", "first_seen_at", "seen_at")
    show_full_result_count = False


@admin.register(Report)
class ReportAdmin(ReadOnly, admin.ModelAdmin[Report]):
    """What people say went wrong; they wrote it for support to read."""

    list_display = ("created_at", "workspace", "bot", "state", "reported_by")
    list_filter = ("state",)
    list_select_related = ("workspace", "bot", "reported_by")
    search_fields = ("=bot__public_id",)
    fields = ("created_at", "workspace", "reported_by", "bot", "state", "text")
