"""Authlib's OAuth client, as all our trips to authorization servers use it."""

import warnings

import httpx
from authlib.deprecate import AuthlibDeprecationWarning

with warnings.catch_warnings():
    # Authlib would rather use httpx2; the rest of the house speaks httpx.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.base_client.errors import OAuthError
    from authlib.integrations.httpx_client import OAuth2Client

TIMEOUT = httpx.Timeout(12.0, connect=5.0)

__all__ = ["TIMEOUT", "OAuth2Client", "OAuthError", "open_client"]


def open_client(
    *,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    scope: str | None = None,
    auth_method: str = "client_secret_post",
) -> OAuth2Client:
    """A client of one authorization server; a challenge goes along where a verifier is given."""
    return OAuth2Client(
        client_id=client_id,
        client_secret=client_secret,
        token_endpoint_auth_method=auth_method,
        scope=scope,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        timeout=TIMEOUT,
    )
