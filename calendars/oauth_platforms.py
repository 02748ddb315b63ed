"""Where each platform's authorization server is, what we ask of it, and what it must have granted.

Google's differences stand here as data, so that another platform is another entry: extra parameters
that make it hand out a refresh token, how it spells its scopes, how it names a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse

from upstream.port import OAuthGrant

GOOGLE_CALENDAR = "https://www.googleapis.com/auth/calendar.readonly"
GOOGLE_CALENDAR_BROADER = "https://www.googleapis.com/auth/calendar"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who consented: `subject` is stable, the address is for people to read."""

    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class OAuthPlatform:
    name: str
    label: str
    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    userinfo_url: str
    revoke_url: str
    scopes: tuple[str, ...]
    any_of_scopes: frozenset[str]  # one of these must have been granted
    authorize_extra: Mapping[str, str]

    @property
    def is_configured(self) -> bool:
        return bool(self.client_id and self.client_secret)

    @property
    def redirect_uri(self) -> str:
        path = reverse("calendars:oauth_callback", args=[self.name])
        return f"{settings.PUBLIC_URL}{path}"

    def allows_reading(self, granted: str) -> bool:
        """Google shows a tick box per scope; people go on without ticking the calendar's."""
        return bool(self.any_of_scopes & set(granted.split()))

    def identity(self, claims: Mapping[str, Any]) -> Identity | None:
        """Who the platform says this is; None when it does not say it reliably."""
        subject, email = str(claims.get("sub") or ""), str(claims.get("email") or "")
        if not subject or not email or claims.get("email_verified") is not True:
            return None
        return Identity(subject, email)

    def grant(self, refresh_token: str) -> OAuthGrant:
        return OAuthGrant(self.name, self.client_id, self.client_secret, refresh_token)


def platforms() -> dict[str, OAuthPlatform]:
    """Every platform we can ask, by the name it has in addresses."""
    return {"google": _google()}


def _google() -> OAuthPlatform:
    return OAuthPlatform(
        name="google",
        label="Google",
        client_id=settings.GOOGLE_CLIENT_ID,
        client_secret=settings.GOOGLE_CLIENT_SECRET,
        authorize_url=settings.GOOGLE_AUTHORIZE_URL,
        token_url=settings.GOOGLE_TOKEN_URL,
        userinfo_url=settings.GOOGLE_USERINFO_URL,
        revoke_url=settings.GOOGLE_REVOKE_URL,
        scopes=("openid", "email", GOOGLE_CALENDAR),
        any_of_scopes=frozenset({GOOGLE_CALENDAR, GOOGLE_CALENDAR_BROADER}),
        # Without a consent screen Google returns no refresh token the second time.
        authorize_extra={"access_type": "offline", "prompt": "consent"},
    )
