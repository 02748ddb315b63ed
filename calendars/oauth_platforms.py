"""Where each platform's authorization server is, what we ask of it, and what it must have granted.

The differences between Google and Microsoft stand here as data: what makes them hand out a refresh
token and whether it changes at each use, how they spell scopes and name a person, how a permission
is taken back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from upstream.port import OAuthGrant

GOOGLE_CALENDAR = "https://www.googleapis.com/auth/calendar.readonly"
GOOGLE_CALENDAR_BROADER = "https://www.googleapis.com/auth/calendar"
GRAPH = "https://graph.microsoft.com/"
LONGEST_ADDRESS = 254


@dataclass(frozen=True, slots=True)
class Identity:
    """Who consented: `subject` is stable, the address is for people to read."""

    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Where a person takes a permission back, when we cannot do it for them."""

    account: str
    url: str


@dataclass(frozen=True, slots=True)
class OAuthPlatform:
    name: str
    label: str
    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    userinfo_url: str
    scopes: tuple[str, ...]
    any_of_scopes: frozenset[str]  # one of these must have been granted; lower case, no prefix
    authorize_extra: Mapping[str, str]
    prompt: str  # when an account is connected
    prompt_again: str = ""  # when a known account is reconnected
    scope_prefix: str = ""
    profile_url: str = ""  # asked for an address when userinfo tells none
    revoke_url: str = ""
    admin_consent_url: str = ""
    tenant: str = ""
    has_tick_boxes: bool = False  # people may leave single permissions out
    tells_verified: bool = False  # an address counts only when it is said to be verified
    rotates_tokens: bool = False  # every use of the refresh token brings another one
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def is_configured(self) -> bool:
        return bool(self.client_id and self.client_secret)

    @property
    def redirect_uri(self) -> str:
        return self._ours("calendars:oauth_callback")

    def _ours(self, name: str) -> str:
        return f"{settings.PUBLIC_URL}{reverse(name, args=[self.name])}"

    def allows_reading(self, granted: str) -> bool:
        """Whether the calendar is among the scopes, whatever their case and with or without prefix.

        Google shows a tick box per scope; people go on without ticking the calendar's.
        """
        names = {one.lower().removeprefix(self.scope_prefix) for one in granted.split()}
        return bool(self.any_of_scopes & names)

    def identity(
        self, claims: Mapping[str, Any], profile: Mapping[str, Any] | None = None
    ) -> Identity | None:
        """Who the platform says this is; None when it does not say it reliably."""
        subject = str(claims.get("sub") or "")
        if not subject or (self.tells_verified and claims.get("email_verified") is not True):
            return None
        told = [claims.get(name) for name in ("email", "preferred_username")]
        told += [(profile or {}).get(name) for name in ("mail", "userPrincipalName")]
        email = _first_address(told)
        return Identity(subject, email) if email else None

    def admin_consent_link(self, state: str) -> str:
        """What an administrator opens to allow Earshot for everybody; "" where there is no such.

        The tenant must be an organisation's: `common` is refused here (oauth.md §10).
        """
        if not self.admin_consent_url:
            return ""
        asked = [f"{self.scope_prefix}{one}" for one in self.scopes if "." in one]
        query = {
            "client_id": self.client_id,
            "scope": " ".join(asked),
            "redirect_uri": self._ours("calendars:oauth_approval"),
            "state": state,
        }
        return f"{self.admin_consent_url}?{urlencode(query)}"

    def grant(self, refresh_token: str, *, email: str) -> OAuthGrant:
        return OAuthGrant(
            self.name,
            self.client_id,
            self.client_secret,
            refresh_token,
            tenant=self.tenant,
            email=email,
        )


def platforms() -> dict[str, OAuthPlatform]:
    """Every platform we can ask, by the name it has in addresses."""
    return {"google": _google(), "microsoft": _microsoft()}


def _first_address(told: Iterable[object]) -> str:
    """`preferred_username` and a principal name may be no address, but a phone number or an id."""
    found = (str(one) for one in told if one and "@" in str(one))
    return next((one for one in found if len(one) <= LONGEST_ADDRESS), "")


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
        authorize_extra={"access_type": "offline"},
        # Without a consent screen Google returns no refresh token the second time.
        prompt="select_account consent",
        prompt_again="consent",
        has_tick_boxes=True,
        tells_verified=True,
    )


def _microsoft() -> OAuthPlatform:
    tenant = settings.MICROSOFT_TENANT
    organisation = "organizations" if tenant in ("common", "consumers") else tenant
    return OAuthPlatform(
        name="microsoft",
        label="Microsoft",
        client_id=settings.MICROSOFT_CLIENT_ID,
        client_secret=settings.MICROSOFT_CLIENT_SECRET,
        authorize_url=settings.MICROSOFT_AUTHORIZE_URL.replace("{tenant}", tenant),
        token_url=settings.MICROSOFT_TOKEN_URL.replace("{tenant}", tenant),
        userinfo_url=settings.MICROSOFT_USERINFO_URL,
        profile_url=settings.MICROSOFT_PROFILE_URL,
        admin_consent_url=settings.MICROSOFT_ADMIN_CONSENT_URL.replace("{tenant}", organisation),
        tenant=tenant,
        scopes=("openid", "profile", "email", "offline_access", "User.Read", "Calendars.Read"),
        scope_prefix=GRAPH,
        any_of_scopes=frozenset({"calendars.read", "calendars.readwrite"}),
        authorize_extra={"response_mode": "query"},
        prompt="select_account",  # one value only; consent is asked for where it is missing
        rotates_tokens=True,
        withdrawals=(
            Withdrawal("a work or school account", "https://myapps.microsoft.com"),
            Withdrawal("a personal account", "https://account.live.com/consent/Manage"),
        ),
    )
