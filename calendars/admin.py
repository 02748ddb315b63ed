"""Calendars as support sees them: health, times, ids. No titles, guests, links or tokens."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from calendars import coverage
from calendars.models import Calendar, Choice, Connection, Event, EventChange, Revision, Rule


class LookOnly:
    """Support looks; people change their calendars themselves."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Connection)
class ConnectionAdmin(LookOnly, admin.ModelAdmin[Connection]):
    list_display = ("public_id", "workspace", "user", "platform", "status", "granted_at")
    list_filter = ("platform", "status")
    list_select_related = ("workspace", "user")
    search_fields = ("public_id", "email", "subject")
    fields = (
        "public_id", "workspace", "user", "platform", "subject", "email", "scopes", "status",
        "granted_at", "created_at", "updated_at",
    )  # fmt: skip


@admin.register(Calendar)
class CalendarAdmin(LookOnly, admin.ModelAdmin[Calendar]):
    list_display = ("public_id", "workspace", "status", "sync_state", "synced_at", "tried_at")
    list_filter = ("status", "sync_state")
    list_select_related = ("workspace",)
    search_fields = ("public_id", "upstream_id", "raw_id")
    fields = (
        "public_id", "workspace", "connection", "account", "upstream_id", "raw_id", "is_primary",
        "status", "status_message", "problem", "sync_state", "read_count", "details_left",
        "synced_at", "tried_at", "disconnected_at", "created_at", "updated_at",
    )  # fmt: skip


class ChangeInline(LookOnly, admin.TabularInline[EventChange, Event]):
    """What happened and when; titles and links stay with the people they belong to."""

    model = EventChange
    fields = readonly_fields = ("created_at", "kind", "moved_from", "moved_to")
    ordering = ("-created_at", "-id")
    extra = 0
    template = "admin/rows.html"


@admin.register(Event)
class EventAdmin(LookOnly, admin.ModelAdmin[Event]):
    list_display = (
        "public_id", "workspace", "starts_at", "status", "decision_code", "will_record", "bot_id",
    )  # fmt: skip
    list_filter = ("will_record", "decision_code", "status", "platform")
    list_select_related = ("workspace",)
    search_fields = ("public_id", "upstream_id", "identity", "bot__public_id")
    date_hierarchy = "starts_at"
    show_full_result_count = False
    raw_id_fields = ("bot", "series", "calendar")
    inlines = (ChangeInline,)
    fields = (
        "public_id", "workspace", "calendar", "upstream_id", "identity", "original_start",
        "starts_at", "ends_at", "time_zone", "is_all_day", "is_exception", "is_private", "status",
        "platform", "link_source", "link_flags", "gone_at", "details_at", "bot",
        "is_bot_scheduled", "booking_error", "booking_checked_at", "working_since",
        "will_record", "needs_you", "is_paused",
        "decision_code", "trace", "created_at", "updated_at",
    )  # fmt: skip
    readonly_fields = ("trace",)

    @admin.display(description="Why")
    def trace(self, event: Event) -> SafeString:
        """As the event's own page tells it now, without a word of the meeting or its people."""
        steps = coverage.decide_now(event, Choice.objects.about(event)).trace
        told = (step.for_support for step in steps)
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{} <b>{}</b></li>", told))


@admin.register(Rule)
class RuleAdmin(LookOnly, admin.ModelAdmin[Rule]):
    """Which rules there are; what they ask for may name customers, and is the workspace's own."""

    list_display = (
        "public_id", "workspace", "position", "records", "is_enabled", "is_locked", "version",
    )  # fmt: skip
    list_filter = ("records", "is_enabled", "is_locked")
    list_select_related = ("workspace",)
    search_fields = ("public_id", "workspace__public_id")
    fields = (
        "public_id", "workspace", "calendar", "position", "records", "is_enabled", "is_locked",
        "locked_by", "version", "created_by", "created_at", "updated_at",
    )  # fmt: skip


@admin.register(Revision)
class RevisionAdmin(LookOnly, admin.ModelAdmin[Revision]):
    list_display = ("workspace", "asked_at", "decided", "meetings", "finished_at")
    list_select_related = ("workspace",)
    fields = ("workspace", "asked_at", "decided", "meetings", "finished_at", "updated_at")


@admin.register(Choice)
class ChoiceAdmin(LookOnly, admin.ModelAdmin[Choice]):
    list_display = ("identity", "original_start", "workspace", "verdict", "chosen_by", "chosen_at")
    list_filter = ("verdict",)
    list_select_related = ("workspace", "chosen_by")
    search_fields = ("identity",)
