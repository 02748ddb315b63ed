"""Support sees how far a recording is and why, never what was said: no text, no names, no media."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from accounts import audit
from recordings import ingest
from recordings.models import Artifact, Copy, Deletion, Recording


class ReadOnly:
    """What came from outside is not edited here."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class ArtifactInline(ReadOnly, admin.TabularInline[Artifact, Recording]):
    model = Artifact
    fields = (
        "kind", "state", "attempts", "next_try_at", "claimed_at", "fetched_at", "late_at",
        "size", "content_type", "error",
    )  # fmt: skip
    extra = 0
    template = "admin/rows.html"


@admin.register(Recording)
class RecordingAdmin(ReadOnly, admin.ModelAdmin[Recording]):
    list_display = (
        "public_id", "workspace", "platform", "started_at", "duration_seconds", "binned_at",
    )  # fmt: skip
    list_filter = ("platform",)
    list_select_related = ("workspace",)
    search_fields = ("=public_id", "=bot__public_id", "=bot__upstream_id")
    fields = (
        "public_id", "workspace", "bot", "platform", "started_at", "duration_seconds",
        "created_at", "updated_at", "binned_at", "kept_at", "warned_at",
    )  # fmt: skip
    inlines = [ArtifactInline]
    date_hierarchy = "started_at"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recording]:
        return Recording.everything.all()


@admin.register(Artifact)
class ArtifactAdmin(ReadOnly, admin.ModelAdmin[Artifact]):
    """The list of what does not arrive, across all workspaces."""

    list_display = (
        "recording_id", "kind", "state", "attempts", "next_try_at", "late_at", "error",
    )  # fmt: skip
    list_filter = ("state", "kind")
    search_fields = ("=recording__public_id",)
    fields = (
        "kind", "state", "attempts", "next_try_at", "claimed_at", "created_at", "fetched_at",
        "late_at", "size", "content_type", "error",
    )  # fmt: skip
    actions = ["try_again"]

    @admin.action(description="Fetch again")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Artifact]) -> HttpResponse | None:
        """Ask first; then ask for each, and tell the trail of its workspace."""
        if "confirmed" not in request.POST:
            return self._ask(request, queryset)
        asked = 0
        for artifact in queryset.select_related("recording__workspace"):
            if ingest.try_again(artifact):
                asked += 1
                audit.record_staff(
                    request,
                    artifact.recording.workspace,
                    "artifact.fetch_again",
                    artifact.recording.public_id,
                    after={"kind": artifact.kind},
                )
        messages.info(request, f"{asked} asked for again.")
        return None

    def _ask(self, request: HttpRequest, queryset: QuerySet[Artifact]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Fetch files again",
            "opts": self.opts,
            "artifacts": queryset.select_related("recording__workspace"),
        }
        return TemplateResponse(request, "recordings/fetch_again.html", context)


class CopyInline(ReadOnly, admin.TabularInline[Copy, Deletion]):
    model = Copy
    fields = ("place", "state", "result", "tried_at", "settled_at")
    extra = 0
    template = "admin/rows.html"


@admin.register(Deletion)
class DeletionAdmin(ReadOnly, admin.ModelAdmin[Deletion]):
    """Deletions of all workspaces; those that find no end are the ones to look at."""

    list_display = (
        "public_id", "workspace", "cause", "attempts", "next_try_at", "created_at", "finished_at",
    )  # fmt: skip
    list_filter = ("cause", ("finished_at", admin.EmptyFieldListFilter))
    list_select_related = ("workspace",)
    search_fields = ("=public_id", "=recording__public_id")
    fields = (
        "public_id", "workspace", "recording", "cause", "rule", "attempts", "next_try_at",
        "created_at", "finished_at",
    )  # fmt: skip
    inlines = [CopyInline]
