"""What a person's refresh token opens, as the provider finds out by using it.

Microsoft gives a new token at each use, so the provider keeps a copy of its own from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.google import state as google
from sandbox.http import ApiError, Json
from sandbox.microsoft import state as microsoft
from sandbox.microsoft import tokens
from sandbox.microsoft.errors import AadError
from sandbox.provider.models import Calendar
from sandbox.world import World

# How the provider words a connection that is no longer active.
REFUSALS = {"revoked": "invalid_grant", "permission_denied": "insufficient_permissions"}


@dataclass(frozen=True, slots=True)
class Access:
    email: str
    refresh_token: str
    calendars: tuple[tuple[str, str], ...]
    tenant: str = ""


class Credentials:
    def __init__(self, world: World) -> None:
        self.world = world

    def read(self, body: Json, platform: str) -> Access:
        """Refresh the token that came with a request, and see whose calendars it opens."""
        if platform == "microsoft":
            return self._microsoft(body)
        self._check_client(
            body, self.world.settings.google_client_id, self.world.google.client_secret
        )
        token = body["oauth_refresh_token"]
        grant = self.world.google.grant_for(token, body["oauth_client_id"])
        if grant is None:
            raise _auth("invalid_grant")
        _need_scope(grant)
        return Access(grant.email, token, google.ACCOUNTS[grant.email].calendars)

    def status_of(self, calendar: Calendar) -> str:
        """active, revoked or permission_denied."""
        world: google.GoogleState | microsoft.MicrosoftState = self.world.google
        if calendar.platform == "microsoft":
            world = self.world.microsoft
        grant = world.grant_for(calendar.refresh_token, calendar.client_id)
        if grant is None:
            return "revoked"
        return "active" if grant.reads_calendars else "permission_denied"

    def _microsoft(self, body: Json) -> Access:
        world = self.world
        self._check_client(body, world.settings.microsoft_client_id, world.microsoft.client_secret)
        tenant = body.get("oauth_tenant_id") or "common"
        try:
            grant = tokens.usable(
                world, body["oauth_refresh_token"], body["oauth_client_id"], tenant
            )
        except AadError as error:
            raise _auth(error.error) from None
        _need_scope(grant)
        account = microsoft.ACCOUNTS[grant.email]
        if not account.has_mailbox:
            message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
            raise ApiError(403, "FST_ERR_CALENDAR_PERMISSION", message)
        return Access(grant.email, tokens.again(world, grant), account.calendars, tenant)

    def _check_client(self, body: Json, id: str, secret: str) -> None:
        if (body["oauth_client_id"], body["oauth_client_secret"]) != (id, secret):
            raise _auth("invalid_client")


def _need_scope(grant: google.Grant | microsoft.Grant) -> None:
    if not grant.reads_calendars:
        raise ApiError(403, "FST_ERR_CALENDAR_SCOPE", "Insufficient calendar permissions")


def _auth(error: str) -> ApiError:
    return ApiError(401, "FST_ERR_CALENDAR_AUTH", f"Token refresh failed: {error}")
