"""A trip to a platform's consent page and back."""

from __future__ import annotations

from django.db import models

from accounts.consents import ConsentTrip, oldest_good
from accounts.models import User
from calendars.models.connections import CalendarPlatform, Connection


class ConsentQuerySet(models.QuerySet["Consent"]):
    def expired(self) -> ConsentQuerySet:
        return self.filter(created_at__lt=oldest_good())


class Consent(ConsentTrip):
    """A person was sent to a platform; the `state` they come back with must be this one, once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    platform = models.CharField(max_length=12, choices=CalendarPlatform)
    reconnects = models.ForeignKey(Connection, models.CASCADE, null=True, blank=True)

    objects = ConsentQuerySet.as_manager()
