"""Support sees that a mail went and when, never what it says: its words are not kept."""

from django.contrib import admin
from django.http import HttpRequest

from letters.models import Letter, Refusal


class LookOnly:
    """What was sent is not rewritten."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Letter)
class LetterAdmin(LookOnly, admin.ModelAdmin[Letter]):
    list_display = ("created_at", "kind", "to", "state", "attempts", "settled_at", "trouble")
    list_filter = ("state", "kind")
    search_fields = ("to", "=about")
    fields = (
        "kind", "to", "about", "state", "attempts", "created_at", "next_try_at", "settled_at",
        "trouble",
    )  # fmt: skip
    date_hierarchy = "created_at"
    show_full_result_count = False


@admin.register(Refusal)
class RefusalAdmin(LookOnly, admin.ModelAdmin[Refusal]):
    list_display = ("address", "kind", "at")
    search_fields = ("address",)
