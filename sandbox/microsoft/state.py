"""People with mailboxes at Microsoft, what they allowed, and what their administrators did."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

NORTHWIND = "6f1d2c3b-8a47-4b0e-9d15-2f7c0a9e4b11"
KESTREL = "b2a9c4d7-13fe-4c58-a6d0-5e8f71c3092a"
PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"  # the tenant of all personal accounts
DOMAINS = {"northwind.example": NORTHWIND, "kestrelrail.example": KESTREL}
GROUPS = ("common", "organizations", "consumers")

GRAPH = "https://graph.microsoft.com/"
IDENTITY = frozenset({"openid", "profile", "email", "offline_access"})
DELEGATED = {
    "calendars.read": "Calendars.Read",
    "calendars.readwrite": "Calendars.ReadWrite",
    "user.read": "User.Read",
}
TOKEN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Account:
    """`mail` is what the directory knows; a personal or new account may have none."""

    oid: str
    tid: str
    email: str
    name: str
    timezone: str
    calendars: tuple[tuple[str, str], ...]  # raw id and name; the first is the primary one
    mail: str | None = None
    asks_admin: bool = False  # its organisation wants an administrator to approve apps
    has_mailbox: bool = True

    def sub(self, client_id: str) -> str:
        """Pairwise: another application gets another one."""
        return hashlib.sha256(f"{self.oid}{client_id}".encode()).hexdigest()[:43]


_PRODUCT = ("AAMkAG-shared-product-team", "Product team")
ACCOUNTS: dict[str, Account] = {
    account.email: account
    for account in (
        Account(
            "0f9d1a52-3f6b-4a8c-b7e1-90c2d45e6a01",
            NORTHWIND,
            "jonas@northwind.example",
            "Jonas Berg",
            "Europe/Stockholm",
            (
                ("AAMkAG-jonas-calendar", "Calendar"),
                _PRODUCT,
                ("AAMkAG-jonas-birthdays", "Birthdays"),
            ),
            "jonas@northwind.example",
        ),
        Account(
            "0f9d1a52-3f6b-4a8c-b7e1-90c2d45e6a02",
            NORTHWIND,
            "elin@northwind.example",
            "Elin Sandberg",
            "Europe/Stockholm",
            (("AAMkAG-elin-calendar", "Calendar"), _PRODUCT),
            "elin@northwind.example",
        ),
        Account(
            "0f9d1a52-3f6b-4a8c-b7e1-90c2d45e6a03",
            NORTHWIND,
            "karin@northwind.example",
            "Karin Holm (no licence)",
            "Europe/Stockholm",
            (),
            "karin@northwind.example",
            has_mailbox=False,
        ),
        Account(
            "71c0be34-92d5-4e17-8f0a-6b3d2a1c5e04",
            KESTREL,
            "ben@kestrelrail.example",
            "Ben O'Connor",
            "Europe/Dublin",
            (("AAMkAG-ben-calendar", "Calendar"),),
            "ben@kestrelrail.example",
            asks_admin=True,
        ),
        Account(
            "00000000-0000-0000-51b7-c09f2ad81e05",
            PERSONAL,
            "sam.ortega@mail.example",
            "Sam Ortega",
            "America/New_York",
            (("AQMkAD-sam-calendar", "Calendar"),),
        ),
    )
}


@dataclass(slots=True)
class Grant:
    """One refresh token. Each refresh makes another; the old one lives on until its own end."""

    refresh_token: str
    email: str
    client_id: str
    tenant: str
    scopes: list[str]
    expires_at: float
    revoked: bool = False

    @property
    def reads_calendars(self) -> bool:
        return bool({"calendars.read", "calendars.readwrite"} & set(self.scopes))


@dataclass(slots=True)
class Code:
    """An authorization code on its way to the token endpoint; it works once."""

    email: str
    client_id: str
    tenant: str
    redirect_uri: str
    scopes: list[str]
    challenge: str
    expires_at: float
    nonce: str = ""


@dataclass(slots=True)
class AccessToken:
    email: str
    client_id: str
    scopes: list[str]
    expires_at: float


@dataclass(slots=True)
class Behaviour:
    """Switches for what can go wrong; each stays until it is changed or reset."""

    deny: bool = False
    admin_consent_required: bool = False  # of everybody, not only of Kestrel Rail
    single_tenant: bool = False  # the application belongs to Northwind alone
    no_refresh_token: bool = False
    no_calendar_scope: bool = False
    no_email_claim: bool = False
    no_address: bool = False  # neither claim nor directory knows one
    redirect_code: int = 0  # an AADSTS code for every consent
    token_code: int = 0  # an AADSTS code for every token request
    token_error: int = 0  # an HTTP status for every token request
    token_error_times: int = -1  # how often; -1 is until further notice


@dataclass(slots=True)
class MicrosoftState:
    grants: dict[str, Grant] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access: dict[str, AccessToken] = field(default_factory=dict)
    behaviour: Behaviour = field(default_factory=Behaviour)
    approved: list[str] = field(default_factory=list)  # tenants whose administrator said yes
    client_secret: str = "sandbox-microsoft-secret"

    def grant_for(self, refresh_token: str, client_id: str) -> Grant | None:
        grant = self.grants.get(refresh_token)
        usable = grant is not None and not grant.revoked and grant.client_id == client_id
        return grant if usable else None

    def revoke_account(self, email: str) -> None:
        """The person withdrew the permission, or an administrator ended all sessions."""
        for grant in self.grants.values():
            if grant.email == email:
                grant.revoked = True


def scope_names(scope: str) -> list[str] | None:
    """The scopes asked for, lower case and without Graph's prefix; None when one is unknown."""
    names = [one.lower().removeprefix(GRAPH) for one in scope.split()]
    return names if all(name in IDENTITY or name in DELEGATED for name in names) else None


def admits(tenant: str, account: Account) -> bool:
    """Whether somebody may sign in at this address of the authorization server."""
    match tenant:
        case "common":
            return True
        case "organizations":
            return account.tid != PERSONAL
        case "consumers":
            return account.tid == PERSONAL
        case _:
            return account.tid == DOMAINS.get(tenant, tenant)


def is_tenant(tenant: str) -> bool:
    return tenant in (*GROUPS, *DOMAINS, *DOMAINS.values(), PERSONAL)
