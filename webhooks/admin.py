"""The inbox in the support console: what came, what came of it, and "Replay"."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from webhooks import processing
from webhooks.models import Delivery, DeliveryState, RefusalCount
from webhooks.preview import preview

MOST_REPLAYED = 200


class EventFilter(admin.AllValuesFieldListFilter):
    """By the provider's name for it; what waits to be read has none yet."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or "Not read yet"}


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin[Delivery]):
    """Read only, but for replaying."""

    list_display = ("public_id", "event", "account", "state", "effect", "attempts", "received_at")
    list_filter = ("state", ("event", EventFilter), "account", "received_at")
    search_fields = ("public_id", "message_id", "effect")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-id")
    list_select_related = ("account",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("replay",)
    fields = readonly_fields = (
        "public_id",
        "account",
        "event",
        "message_id",
        "received_at",
        "state",
        "effect",
        "error",
        "attempts",
        "next_try_at",
        "processed_at",
        "headers",
        "masked_body",
    )

    @admin.display(description="body, content masked")
    def masked_body(self, delivery: Delivery) -> SafeString:
        return format_html('<pre tabindex="0">{}</pre>', preview(bytes(delivery.body)))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """A list of deliveries does not load what they carry."""
        return super().get_queryset(request).defer("body")

    @admin.action(description="Replay the selected deliveries", permissions=["replay"])
    def replay(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> HttpResponse | None:
        """Ask first; then let each take effect again, and note who did that."""
        if "confirmed" not in request.POST:
            return self._ask(request, deliveries)
        chosen = _first(deliveries)
        for delivery in chosen:
            processing.replay(delivery)
        self._log(request, chosen)
        self._report(request, [delivery.pk for delivery in chosen])
        return None

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("webhooks.change_delivery")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _ask(self, request: HttpRequest, deliveries: QuerySet[Delivery]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Replay deliveries",
            "opts": self.opts,
            "foresights": processing.foresee(_first(deliveries)),
            "most": MOST_REPLAYED,
        }
        return TemplateResponse(request, "webhooks/replay.html", context)

    def _log(self, request: HttpRequest, replayed: list[Delivery]) -> None:
        by = request.user.pk
        if by is not None:
            LogEntry.objects.log_actions(by, replayed, CHANGE, change_message="Replayed.")

    def _report(self, request: HttpRequest, ids: Sequence[int]) -> None:
        after = Delivery.objects.filter(pk__in=ids)
        good = after.exclude(state__in=(DeliveryState.PENDING, DeliveryState.FAILED)).count()
        if good:
            self.message_user(request, f"Replayed {good} of {len(ids)}.", messages.SUCCESS)
        if good < len(ids):
            text = f"{len(ids) - good} failed again; the error is on the delivery."
            self.message_user(request, text, messages.ERROR)


def _first(deliveries: QuerySet[Delivery]) -> list[Delivery]:
    """In the order in which they came, with what their effect needs."""
    ordered = deliveries.select_related("account").order_by("received_at", "id")
    return list(ordered[:MOST_REPLAYED])


@admin.register(RefusalCount)
class RefusalCountAdmin(admin.ModelAdmin[RefusalCount]):
    """A count that grows means a wrong webhook secret, or somebody guessing."""

    list_display = ("account", "count", "last_at")
    list_select_related = ("account",)
    fields = ("account", "count", "last_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
