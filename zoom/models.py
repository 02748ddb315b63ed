"""People's Zoom accounts, and the trips on which they were asked for them.

Who keeps the permission depends on the recording service. One that trades the code itself
(Meeting BaaS) keeps it, and we know it by its id there; for one that asks us for tokens as a bot
sets out (Recall.ai) we keep it, encrypted.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q, Subquery
from django.utils import timezone

from accounts.consents import ConsentTrip, oldest_good
from accounts.encryption import EncryptedTextField
from accounts.models import Membership, User, Workspace, WorkspaceOwned
from accounts.public_id import PublicIdField
from accounts.roles import Permission
from upstream.models import UpstreamAccount
from upstream.registry import capabilities_of

CHECK_AFTER = timedelta(minutes=30)
RENEW_AFTER = timedelta(hours=12)  # ours: each renewal may be lost on the way, and ends the last
GIVES_UP_AFTER = timedelta(days=7)  # a credential that nobody could be told to forget


def new_key() -> str:
    return secrets.token_urlsafe(32)


class Health(models.TextChoices):
    GOOD = "good", "Works"
    OVER = "over", "Needs reconnecting"


class ZoomAccountQuerySet(models.QuerySet["ZoomAccount"]):
    def connected(self) -> ZoomAccountQuerySet:
        return self.filter(disconnected_at=None).select_related("user", "account")

    def for_list(self) -> ZoomAccountQuerySet:
        """The order in which they are asked, the oldest first."""
        return self.connected().order_by("connected_at", "id")

    def manageable_by(self, membership: Membership) -> ZoomAccountQuerySet:
        """One's own; those who run the workspace may mend or remove anybody's."""
        may_all = membership.may(Permission.MEND_ANY)
        return self if may_all else self.filter(user=membership.user_id)

    def over(self) -> ZoomAccountQuerySet:
        return self.filter(health=Health.OVER)

    def questionable(self, workspace: Workspace) -> ZoomAccountQuerySet:
        """Over, or connected for another recording service than sends the bots now."""
        service = UpstreamAccount.objects.usable_by(workspace).values("pk")[:1]
        elsewhere = ~Q(account=Subquery(service))
        return self.for_list().filter(Q(health=Health.OVER) | elsewhere, workspace=workspace)

    def due_for_check(self) -> ZoomAccountQuerySet:
        now = timezone.now()
        theirs = ~Q(credential_id="") & Q(checked_at__lt=now - CHECK_AFTER)
        ours = Q(credential_id="", checked_at__lt=now - RENEW_AFTER)
        return self.connected().filter(theirs | ours)

    def left_behind(self) -> ZoomAccountQuerySet:
        """Disconnected here, while somebody still keeps the permission."""
        kept = ~Q(credential_id="") | ~Q(refresh_token="")
        recently = timezone.now() - GIVES_UP_AFTER
        return self.filter(kept, disconnected_at__gt=recently).select_related("account")


class ZoomAccount(WorkspaceOwned):
    """One Zoom user who lets bots join on their behalf, known by Zoom's own id of them."""

    public_id = PublicIdField(prefix="zoom")
    user = models.ForeignKey(User, models.CASCADE, related_name="zoom_accounts")
    account = models.ForeignKey(
        UpstreamAccount,
        models.CASCADE,
        related_name="zoom_accounts",
        help_text="the recording service for which it was connected",
    )
    credential_id = models.CharField(
        max_length=64, blank=True, help_text="at the recording service, if that keeps the tokens"
    )
    zoom_user_id = models.CharField(max_length=100)
    zoom_account_id = models.CharField(max_length=100, blank=True)
    email = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    scopes = models.TextField(blank=True, help_text="what was granted, space separated")
    refresh_token = EncryptedTextField(blank=True)
    access_token = EncryptedTextField(blank=True)
    access_until = models.DateTimeField(null=True, blank=True)
    address_key = EncryptedTextField(default=new_key)
    health = models.CharField(max_length=8, choices=Health, default=Health.GOOD)
    said = models.TextField(blank=True, help_text="what was said when it stopped working")
    connected_at = models.DateTimeField(default=timezone.now)
    granted_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)
    disconnected_at = models.DateTimeField(null=True, blank=True)

    objects = ZoomAccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "zoom_user_id"],
                condition=Q(disconnected_at=None),
                name="one_row_per_zoom_user",
                violation_error_message="This Zoom account is already connected here.",
            ),
            models.CheckConstraint(condition=Q(health__in=Health.values), name="zoom_health_known"),
        ]

    def __str__(self) -> str:
        return self.email or self.name or f"Zoom account of {self.user}"

    @property
    def is_good(self) -> bool:
        return self.health == Health.GOOD

    def serves(self, service: UpstreamAccount) -> bool:
        """Whether bots of this recording service can come on its behalf."""
        if capabilities_of(service).keeps_zoom_tokens:
            return bool(self.credential_id) and self.account_id == service.pk
        return bool(self.refresh_token)

    def note_used(self) -> None:
        self.used_at = timezone.now()
        ZoomAccount.objects.filter(pk=self.pk).update(used_at=self.used_at)

    def keep_tokens(self, *, refresh_token: str, access_token: str, until: datetime) -> None:
        """Unsaved: who keeps a permission for the first time has more to keep."""
        self.refresh_token, self.access_token = refresh_token, access_token
        self.access_until = until


class ZoomConsentQuerySet(models.QuerySet["ZoomConsent"]):
    def expired(self) -> ZoomConsentQuerySet:
        return self.filter(created_at__lt=oldest_good())


class ZoomConsent(ConsentTrip):
    """A person was sent to Zoom. Without a verifier where the recording service trades the code."""

    user = models.ForeignKey(User, models.CASCADE, related_name="zoom_consents")
    reconnects = models.ForeignKey(ZoomAccount, models.CASCADE, null=True, blank=True)

    objects = ZoomConsentQuerySet.as_manager()
