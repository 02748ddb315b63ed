"""Zoom as providers need it: on behalf of whom a bot joins, and who keeps that person's permission.

ZoomPass        goes along with a bot
ZoomCode        what a consent brought, for a provider that trades it itself
ZoomCredential  what such a provider keeps from then on
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ZoomPass:
    """A provider takes from it what it can use."""

    user_id: str
    email: str
    credential_id: str = ""  # at the provider, if that keeps the tokens
    zak_url: str = ""  # where it asks us, if it does not
    join_token_url: str = ""


@dataclass(frozen=True, slots=True)
class ZoomCode:
    """An authorization code; it works once."""

    code: str
    redirect_uri: str
    client_id: str
    client_secret: str
    name: str  # how the provider's own pages call the credential

    def __repr__(self) -> str:
        return f"ZoomCode({self.name!r})"


@dataclass(frozen=True, slots=True)
class ZoomCredential:
    """A person's permission as the provider shows it; v1 tells neither name nor address."""

    credential_id: str
    user_id: str
    account_id: str = ""
    email: str = ""
    name: str = ""
    scopes: str = ""
    is_good: bool = True
    message: str = ""  # why it is not, in the provider's words
