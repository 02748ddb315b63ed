"""Provider accounts in the support console: what to enter at the provider, never what is secret.

Keys can be written and not read: the inputs come up empty, and empty means "leave as it is".
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from upstream.call_log import FAILED
from upstream.models import Call, UpstreamAccount
from upstream.registry import ADAPTERS
from upstream.rotation import has_old, is_signed, take
from upstream.signatures import verifiers
from upstream.webhook_address import webhook_url

A_DAY = timedelta(days=1)
STEPS = (
    "Sign in at the provider's dashboard and open Webhooks.",
    "Add an endpoint with the address above, for all bot and calendar events.",
    "Copy the endpoint's signing secret (whsec_…) into the webhook secret below, and save.",
    "Send a test event there: the last delivery on this page should change within a minute.",
)
SECOND = "This workspace has an account of its own in use already. Put that one away first."


class UpstreamAccountForm(forms.ModelForm[UpstreamAccount]):
    """Takes new secrets and keeps old ones."""

    base_url = forms.URLField(
        assume_scheme="https",
        help_text="Without /v2 or /api at its end. Recall.ai: the region's, as "
        "https://eu-central-1.recall.ai; a key is good in its own region only.",
    )
    api_key = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Needs full access. Leave empty to keep the present key. Where messages carry "
        "the key, those with the present one are believed too, until the old key is let go.",
    )
    webhook_secret = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="whsec_…; leave empty to keep the present one. The present one counts too, until "
        "the old key is let go.",
    )

    class Meta:
        model = UpstreamAccount
        fields = ("name", "provider", "workspace", "base_url", "is_active")

    def clean_api_key(self) -> str:
        key = str(self.cleaned_data["api_key"]) or self._present("api_key")
        if not key:
            raise forms.ValidationError("The provider's API key is needed.")
        return key

    def clean_webhook_secret(self) -> str:
        secret = str(self.cleaned_data["webhook_secret"])
        if not _steps_of(self.cleaned_data.get("provider", "")) and len(verifiers(secret)) != len(
            secret.split()
        ):
            raise forms.ValidationError("A webhook secret is whsec_ followed by base64.")
        return secret or self._present("webhook_secret")

    def clean(self) -> dict[str, Any]:
        self._before = (self.instance.api_key, self.instance.webhook_secret)
        told = super().clean() or self.cleaned_data
        in_use = UpstreamAccount.objects.filter(workspace=told.get("workspace"), is_active=True)
        is_own = told.get("workspace") and told.get("is_active")
        if is_own and in_use.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(SECOND)
        return told

    def save(self, commit: bool = True) -> UpstreamAccount:
        account, told = self.instance, self.cleaned_data
        if account.pk and (is_signed(account) or told["webhook_secret"] == self._before[1]):
            account.api_key, account.webhook_secret = self._before
            take(account, api_key=told["api_key"], webhook_secret=told["webhook_secret"])
        else:
            account.api_key, account.webhook_secret = told["api_key"], told["webhook_secret"]
        return super().save(commit)

    def _present(self, name: str) -> str:
        return str(getattr(self.instance, name) or "") if self.instance.pk else ""


@admin.register(UpstreamAccount)
class UpstreamAccountAdmin(admin.ModelAdmin[UpstreamAccount]):
    form = UpstreamAccountForm
    list_display = (
        "name", "provider", "workspace", "is_active", "last_delivery_at", "last_day", "refused",
    )  # fmt: skip
    list_filter = ("provider", "is_active")
    search_fields = ("name", "public_id", "workspace__name")
    raw_id_fields = ("workspace",)
    readonly_fields = (
        "public_id", "webhook_address", "steps", "last_delivery_at", "last_day", "refused",
        "counts_too", "updated_at",
    )  # fmt: skip
    fields = (
        "name",
        "provider",
        "workspace",
        "base_url",
        "is_active",
        "webhook_address",
        "steps",
        "api_key",
        "webhook_secret",
        "counts_too",
        "last_delivery_at",
        "last_day",
        "refused",
        "public_id",
        "updated_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[UpstreamAccount]:
        """With how its calls of the last day went."""
        calls = Call.objects.filter(account=OuterRef("pk"), at__gt=timezone.now() - A_DAY)
        made = calls.order_by().values("account").annotate(number=Count("pk"))
        counted = super().get_queryset(request).select_related("workspace", "refusals")
        return counted.annotate(
            calls_made=Coalesce(Subquery(made.values("number")), 0),
            calls_failed=Coalesce(Subquery(made.filter(FAILED).values("number")), 0),
        )

    @admin.display(description="Calls of the last day")
    def last_day(self, account: UpstreamAccount) -> str:
        failed = getattr(account, "calls_failed", 0)
        return f"{getattr(account, 'calls_made', 0)}, {failed} failed"

    @admin.display(description="Messages refused")
    def refused(self, account: UpstreamAccount) -> str:
        count = getattr(account, "refusals", None)
        return str(count.count) if count else "0"

    @admin.display(description="Old ones that count too", boolean=True)
    def counts_too(self, account: UpstreamAccount) -> bool:
        """Until somebody lets them go."""
        return bool(account.pk) and has_old(account)

    @admin.display(description="Webhook address")
    def webhook_address(self, account: UpstreamAccount) -> str:
        return webhook_url(account) if account.pk else "Shown after the first save."

    @admin.display(description="To receive webhooks")
    def steps(self, account: UpstreamAccount) -> SafeString:
        steps = _steps_of(account.provider) or STEPS
        return format_html(
            "<ol>{}</ol>", format_html_join("", "<li>{}</li>", ((step,) for step in steps))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its bots and what they brought home would go with it; an account is switched off."""
        return False

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"provider": "meetingbaas_v2", "base_url": "https://api.meetingbaas.com"}


def _steps_of(provider: str) -> tuple[str, ...]:
    """Where messages are not signed; empty where they are, and for a provider nobody chose yet."""
    adapter = ADAPTERS.get(provider)
    return adapter.steps if adapter else ()
