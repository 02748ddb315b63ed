"""Refresh tokens at Microsoft: made anew at every use, the old one good until its own end."""

from __future__ import annotations

from sandbox.clock import DAY
from sandbox.microsoft.errors import AadError
from sandbox.microsoft.state import TOKEN_DAYS, Grant
from sandbox.world import World


def usable(world: World, refresh_token: str, client_id: str, tenant: str) -> Grant:
    """The grant behind a refresh token. Raises what Microsoft says of one that is no good."""
    grant = world.microsoft.grants.get(refresh_token)
    if grant is None or grant.client_id != client_id or grant.tenant != tenant:
        raise AadError(70000)
    if grant.revoked:
        raise AadError(50173)
    if grant.expires_at < world.clock.now():
        raise AadError(700082)
    return grant


def issue(world: World, email: str, client_id: str, tenant: str, scopes: list[str]) -> str:
    """A refresh token of this account; those before it stay as they are."""
    token = world.ids.token("0.ARo", 80)
    until = world.clock.now() + TOKEN_DAYS * DAY
    world.microsoft.grants[token] = Grant(token, email, client_id, tenant, scopes, until)
    return token


def again(world: World, grant: Grant) -> str:
    """What a refresh with `grant` brings."""
    return issue(world, grant.email, grant.client_id, grant.tenant, grant.scopes)
