"""People with Zoom accounts, what they allowed, and what providers keep of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SCOPES = (
    "user:read:user",
    "user:read:token",
    "meeting:read:local_recording_token",
)
TOKEN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Account:
    user_id: str
    account_id: str
    email: str
    name: str


ACCOUNTS: dict[str, Account] = {
    account.email: account
    for account in (
        Account("KDcuGIm1QgePTO8WbOqwIQ", "nWd8Xl1bTcmN0rth", "maya@northwind.example",
                "Maya Lindqvist"),
        Account("z8yAAAAA8bbbQpTqS0nb3r", "nWd8Xl1bTcmN0rth", "jonas@northwind.example",
                "Jonas Berg"),
        Account("pR1yaAAQT5m0nlOndoNa1r", "hArb0rL1ghtAcc0u", "priya@harborlight.example",
                "Priya Nair"),
    )
}  # fmt: skip


@dataclass(slots=True)
class Grant:
    """What one account allowed one client. Each use brings another refresh token."""

    refresh_token: str
    email: str
    client_id: str
    scopes: list[str]
    expires_at: float
    is_over: bool = False  # revoked, or used


@dataclass(slots=True)
class Code:
    """An authorization code on its way; it works once."""

    email: str
    client_id: str
    redirect_uri: str
    challenge: str
    expires_at: float


@dataclass(slots=True)
class AccessToken:
    email: str
    client_id: str
    scopes: list[str]
    expires_at: float
    is_over: bool = False


@dataclass(slots=True)
class Credential:
    """What a provider keeps of a person who let it in; `provider` is whose API made it."""

    credential_id: str
    provider: str
    name: str
    client_id: str
    created_at: float
    updated_at: float
    email: str = ""  # empty: an app without a person
    refresh_token: str = ""
    scopes: str = ""
    error: str = ""
    error_at: float | None = None
    extra: dict[str, Any] | None = None


@dataclass(slots=True)
class Behaviour:
    """Switches for what can go wrong; each stays until it is changed or reset."""

    deny: bool = False
    fewer_scopes: bool = False
    hosts_nothing: bool = False  # no meeting is the account's own, so none has a join token
    token_error: int = 0  # an HTTP status for every token request


@dataclass(slots=True)
class ZoomState:
    grants: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, AccessToken] = field(default_factory=dict)
    credentials: dict[str, Credential] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    client_secret: str = "sandbox-zoom-secret"

    def revoke_account(self, email: str) -> None:
        """The person removed the app: everything it ever got from them is over."""
        holders: list[Grant | AccessToken] = [*self.grants.values(), *self.access.values()]
        for holder in holders:
            if holder.email == email:
                holder.is_over = True

    def expire_account(self, email: str, now: float) -> None:
        """Ninety days without a use."""
        for grant in self.grants.values():
            if grant.email == email:
                grant.expires_at = now - 1
        for token in self.access.values():
            if token.email == email:
                token.expires_at = now - 1
