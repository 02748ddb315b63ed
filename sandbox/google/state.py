"""People with calendars, what they allowed, and what was changed in their calendars since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CALENDAR_SCOPE = "https://www.googleapis.com/auth/calendar.readonly"
EMAIL_SCOPE = "https://www.googleapis.com/auth/userinfo.email"
_ENOUGH_FOR_CALENDARS = frozenset({CALENDAR_SCOPE, "https://www.googleapis.com/auth/calendar"})


@dataclass(frozen=True, slots=True)
class Account:
    sub: str
    email: str
    name: str
    timezone: str
    calendars: tuple[tuple[str, str], ...]  # raw id and name; the first is the primary one
    domain: str = ""


ACCOUNTS: dict[str, Account] = {
    account.email: account
    for account in (
        Account(
            "104817264500112233401",
            "maya@northwind.example",
            "Maya Lindqvist",
            "Europe/Stockholm",
            (
                ("maya@northwind.example", "maya@northwind.example"),
                ("c_product@group.calendar.northwind.example", "Product team"),
                ("sv.swedish#holiday@group.v.calendar.example", "Holidays in Sweden"),
            ),
            "northwind.example",
        ),
        Account(
            "104817264500112233402",
            "jonas@northwind.example",
            "Jonas Berg",
            "Europe/Stockholm",
            (
                ("jonas@northwind.example", "jonas@northwind.example"),
                ("c_product@group.calendar.northwind.example", "Product team"),
            ),
            "northwind.example",
        ),
        Account(
            "104817264500112233403",
            "priya@harborlight.example",
            "Priya Nair",
            "Europe/London",
            (("priya@harborlight.example", "Priya's calendar"),),
            "harborlight.example",
        ),
        Account(
            "104817264500112233404",
            "sam.ortega@mail.example",
            "Sam Ortega",
            "America/New_York",
            (("sam.ortega@mail.example", "Sam"),),
        ),
    )
}


@dataclass(slots=True)
class Grant:
    """What one account allowed one client; the refresh token is its name."""

    refresh_token: str
    email: str
    client_id: str
    scopes: list[str]
    revoked: bool = False

    @property
    def reads_calendars(self) -> bool:
        return bool(_ENOUGH_FOR_CALENDARS & set(self.scopes))


@dataclass(slots=True)
class Code:
    """An authorization code on its way to the token endpoint; it works once."""

    email: str
    client_id: str
    redirect_uri: str
    scopes: list[str]
    challenge: str
    expires_at: float
    offline: bool
    nonce: str = ""


@dataclass(slots=True)
class AccessToken:
    email: str
    client_id: str
    scopes: list[str]
    expires_at: float
    revoked: bool = False


@dataclass(slots=True)
class Behaviour:
    """Switches for what can go wrong; each stays until it is changed or reset."""

    deny: bool = False
    admin_policy_enforced: bool = False
    token_error: int = 0  # an HTTP status for every token request
    token_error_times: int = -1  # how often; -1 is until further notice
    no_refresh_token: bool = False


@dataclass(slots=True)
class GoogleState:
    grants: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, AccessToken] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    client_secret: str = "sandbox-google-secret"
    # What was changed by hand in a calendar: raw calendar id → event id → changed fields.
    changes: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    added: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    # Series that were cut off: raw calendar id → series id → since when.
    ended: dict[str, dict[str, float]] = field(default_factory=dict)

    def grant_for(self, refresh_token: str, client_id: str) -> Grant | None:
        grant = self.grants.get(refresh_token)
        usable = grant is not None and not grant.revoked and grant.client_id == client_id
        return grant if usable else None

    def revoke_account(self, email: str, client_id: str | None = None) -> None:
        """Revoking one token ends everything the account ever allowed this client."""
        holders: list[Grant | AccessToken] = [*self.grants.values(), *self.access.values()]
        for holder in holders:
            if holder.email == email and client_id in (None, holder.client_id):
                holder.revoked = True
