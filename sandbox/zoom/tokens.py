"""What codes and refresh tokens are good for: once each, for the client that asked."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

from sandbox.clock import DAY
from sandbox.http import Json
from sandbox.oauth import challenge_of
from sandbox.world import World
from sandbox.zoom.state import SCOPES, TOKEN_DAYS, AccessToken, Grant

TOKEN_LIFETIME = 3599


class ZoomError(Exception):
    """As Zoom's token endpoint words it: `reason` for people, `error` for programs."""

    def __init__(self, error: str, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.error, self.reason, self.status = error, reason, status

    def response(self) -> JSONResponse:
        return JSONResponse({"reason": self.reason, "error": self.error}, self.status)


def check_client(world: World, id: str, secret: str) -> None:
    if (id, secret) != (world.settings.zoom_client_id, world.zoom.client_secret):
        raise ZoomError("invalid_client", "Invalid client_id or client_secret", 401)


def redeem(world: World, fields: dict[str, Any]) -> tuple[str, Json]:
    """Whose code it was, and the tokens it brings. Right or wrong, it is used up."""
    code = world.zoom.codes.pop(str(fields.get("code") or ""), None)
    if code is None or code.expires_at < world.clock.now():
        raise ZoomError("invalid_grant", "Invalid authorization code")
    if code.client_id != fields.get("client_id") or code.redirect_uri != fields.get("redirect_uri"):
        raise ZoomError("invalid_request", "Redirect URI mismatch.")
    if code.challenge and challenge_of(str(fields.get("code_verifier") or "")) != code.challenge:
        raise ZoomError("invalid_grant", "Invalid code verifier")
    scopes = list(SCOPES[:1]) if world.zoom.behaviour.fewer_scopes else list(SCOPES)
    return code.email, _issue(world, code.email, code.client_id, scopes)


def refresh(world: World, token: str, client_id: str) -> Json:
    """Another pair; the token that was used is worth nothing from now on."""
    grant = world.zoom.grants.get(token)
    usable = grant and not grant.is_over and grant.client_id == client_id
    if grant is None or not usable or grant.expires_at < world.clock.now():
        raise ZoomError("invalid_grant", "Invalid Token!")
    grant.is_over = True
    return _issue(world, grant.email, client_id, grant.scopes)


def _issue(world: World, email: str, client_id: str, scopes: list[str]) -> Json:
    zoom, now = world.zoom, world.clock.now()
    access, token = world.ids.token("eyJz", 60), world.ids.token("eyJr", 60)
    zoom.access[access] = AccessToken(email, client_id, scopes, now + TOKEN_LIFETIME)
    zoom.grants[token] = Grant(token, email, client_id, scopes, now + TOKEN_DAYS * DAY)
    return {
        "access_token": access,
        "token_type": "bearer",
        "refresh_token": token,
        "expires_in": TOKEN_LIFETIME,
        "scope": " ".join(scopes),
        "api_url": "https://api.zoom.us",
    }
