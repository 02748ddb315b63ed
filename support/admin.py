"""Runs of tasks and calls to providers: written by the machine, changed by nobody."""

from django.contrib import admin

from accounts.admin import LookOnly
from support.models import TaskRun
from upstream.models import Call


@admin.register(TaskRun)
class TaskRunAdmin(LookOnly, admin.ModelAdmin[TaskRun]):
    list_display = ("started_at", "name", "subject", "end", "milliseconds", "error")
    list_filter = ("end", "name")
    search_fields = ("=subject", "=task_id")
    ordering = ("-started_at", "-id")
    show_full_result_count = False


@admin.register(Call)
class CallAdmin(LookOnly, admin.ModelAdmin[Call]):
    """Which call, how it was answered, how long it took: bodies and keys are never kept."""

    list_display = (
        "at", "account", "method", "path", "subject", "status", "error", "milliseconds",
    )  # fmt: skip
    list_filter = ("account", "method", "status")
    list_select_related = ("account",)
    search_fields = ("=subject", "=request_id", "=task_id")
    ordering = ("-at", "-id")
    show_full_result_count = False
