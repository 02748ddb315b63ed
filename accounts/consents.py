"""A person sent to an authorization server, and the `state` they must come back with, once.

    Consent(…, **traces(request, state))   remembers the trip; the state goes with the person
    use_up(trips, state)                   forgets it, whatever came back
    trip.is_of(request)                    is the one who comes the one who set out, in time?

Only digests are stored: whoever reads the table cannot finish a trip.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.encryption import EncryptedTextField
from accounts.http import WorkspaceRequest
from accounts.models import WorkspaceOwned

CONSENT_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What an authorization server sent the person back with."""

    state: str
    code: str = ""
    error: str = ""
    description: str = ""

    def __repr__(self) -> str:
        return f"Answer(error={self.error[:60]!r})"


class ConsentTrip(WorkspaceOwned):
    """What every kind of consent remembers; each adds `user`, who set out."""

    user_id: int
    state_digest = models.CharField(max_length=64, unique=True)
    session_digest = models.CharField(max_length=64)
    verifier = EncryptedTextField()

    class Meta:
        abstract = True

    @property
    def is_expired(self) -> bool:
        return self.created_at < oldest_good()

    def is_of(self, request: WorkspaceRequest) -> bool:
        """The same browser, person and workspace, and not too late."""
        return (
            not self.is_expired
            and constant_time_compare(self.session_digest, _session_digest(request))
            and self.user_id == request.user.id
            and self.workspace_id == request.workspace.id
        )


Trip = TypeVar("Trip", bound=ConsentTrip)


def traces(request: WorkspaceRequest, state: str) -> dict[str, str]:
    """What is kept of the state and of the browser."""
    return {"state_digest": _digest(state), "session_digest": _session_digest(request)}


@transaction.atomic
def use_up(trips: models.QuerySet[Trip], state: str) -> Trip | None:
    """Take the trip out of the table; whoever comes second finds nothing."""
    known = trips.select_for_update(of=("self",)).filter(state_digest=_digest(state))
    trip = known.first()
    if trip is not None:
        trips.model._default_manager.filter(pk=trip.pk).delete()
    return trip


def oldest_good() -> datetime:
    """Trips begun before are too old to be finished."""
    return timezone.now() - timedelta(minutes=CONSENT_MINUTES)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _session_digest(request: WorkspaceRequest) -> str:
    return _digest(request.session.session_key or "")
