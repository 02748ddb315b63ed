"""A trip to a platform's consent page and back."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.encryption import EncryptedTextField
from accounts.models import User, WorkspaceOwned
from calendars.models.connections import CalendarPlatform, Connection

CONSENT_MINUTES = 10


class ConsentQuerySet(models.QuerySet["Consent"]):
    def expired(self) -> ConsentQuerySet:
        return self.filter(created_at__lt=timezone.now() - timedelta(minutes=CONSENT_MINUTES))


class Consent(WorkspaceOwned):
    """A person was sent to a platform; the `state` they come back with must be this one, once.

    Only the digest of the state is stored: whoever reads the table cannot finish the trip.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    platform = models.CharField(max_length=12, choices=CalendarPlatform)
    state_digest = models.CharField(max_length=64, unique=True)
    session_digest = models.CharField(max_length=64)
    verifier = EncryptedTextField()
    reconnects = models.ForeignKey(Connection, models.CASCADE, null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    @property
    def is_expired(self) -> bool:
        return self.created_at < timezone.now() - timedelta(minutes=CONSENT_MINUTES)
