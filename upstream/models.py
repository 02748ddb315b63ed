"""Credentials for one provider: of the whole deployment, or of one workspace with its own."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models

from accounts.encryption import EncryptedTextField
from accounts.models import Workspace
from accounts.public_id import PublicIdField
from upstream.call_log import Call

__all__ = [
    "Call",
    "ProviderName",
    "UpstreamAccount",
    "UpstreamAccountQuerySet",
    "new_callback_secret",
]

A_MINUTE = timedelta(minutes=1)


class ProviderName(models.TextChoices):
    MEETINGBAAS_V2 = "meetingbaas_v2", "Meeting BaaS v2"
    MEETINGBAAS_V1 = "meetingbaas_v1", "Meeting BaaS v1"
    RECALL = "recall", "Recall.ai"


def new_callback_secret() -> str:
    return secrets.token_urlsafe(32)


class UpstreamAccountQuerySet(models.QuerySet["UpstreamAccount"]):
    def for_workspace(self, workspace: Workspace) -> UpstreamAccount | None:
        """The workspace's own account if it has one, else the deployment's."""
        return self.usable_by(workspace).first()

    def usable_by(self, workspace: Workspace) -> UpstreamAccountQuerySet:
        """The first of them is the one that sends the workspace's bots."""
        usable = self.filter(is_active=True).order_by(models.F("workspace").asc(nulls_last=True))
        return usable.filter(models.Q(workspace=workspace) | models.Q(workspace__isnull=True))

    def note_delivery(self, *, at: datetime) -> None:
        """Remember that these accounts were heard of; once a minute is enough to write it down."""
        is_old = models.Q(last_delivery_at=None) | models.Q(last_delivery_at__lt=at - A_MINUTE)
        self.filter(is_old).update(last_delivery_at=at)


class UpstreamAccount(models.Model):
    """An API key and a webhook secret, encrypted; `public_id` is where webhooks are sent to."""

    public_id = PublicIdField(prefix="up")
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, null=True, blank=True, related_name="upstream_accounts"
    )
    name = models.CharField(max_length=120)
    provider = models.CharField(max_length=24, choices=ProviderName)
    base_url = models.URLField(max_length=300)
    api_key = EncryptedTextField()
    webhook_secret = EncryptedTextField(blank=True, help_text="whsec_… from the provider")
    callback_secret = EncryptedTextField(default=new_callback_secret, editable=False)
    is_active = models.BooleanField(default=True)
    last_delivery_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = UpstreamAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(provider__in=ProviderName.values),
                name="upstream_provider_known",
            ),
            models.UniqueConstraint(
                fields=["provider"],
                condition=models.Q(workspace=None, is_active=True),
                name="one_deployment_account_per_provider",
            ),
        ]

    def __str__(self) -> str:
        return self.name
