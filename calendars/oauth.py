"""A person's trip to Google and back: authorization code, PKCE, a state that works once.

    begin()  remembers the trip (session, person, workspace, verifier) and returns Google's address
    finish() forgets it first, whatever comes back, then trades the code for a refresh token

Tokens, codes and verifiers are never logged and appear in no error.
"""

import hashlib
import logging
import secrets
import warnings
from dataclasses import dataclass

import httpx
from authlib.deprecate import AuthlibDeprecationWarning
from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.http import WorkspaceRequest
from calendars import oauth_problems as problems
from calendars.models import Connection, Consent
from calendars.oauth_platforms import Identity, OAuthPlatform
from calendars.oauth_problems import ConsentFailed

with warnings.catch_warnings():
    # Authlib would rather use httpx2; the rest of the house speaks httpx.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.base_client.errors import OAuthError
    from authlib.integrations.httpx_client import OAuth2Client

logger = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(12.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Granted:
    """What came home: enough to connect, and nothing that expires within the hour."""

    platform: OAuthPlatform
    identity: Identity
    refresh_token: str
    scopes: str
    reconnects: Connection | None

    def __repr__(self) -> str:
        return f"Granted({self.platform.name}, {self.identity.subject!r})"


def begin(
    request: WorkspaceRequest, platform: OAuthPlatform, reconnects: Connection | None = None
) -> str:
    """Remember the trip and return the address of the consent page."""
    if not platform.is_configured:
        raise ConsentFailed(problems.MISCONFIGURED)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    Consent.objects.create(
        workspace=request.workspace,
        user=request.user,
        platform=platform.name,
        state_digest=_digest(state),
        session_digest=_session_digest(request),
        verifier=verifier,
        reconnects=reconnects,
    )
    hint = {"login_hint": reconnects.email} if reconnects else {}
    with _client(platform) as client:
        url, _ = client.create_authorization_url(
            platform.authorize_url,
            state=state,
            code_verifier=verifier,
            **platform.authorize_extra,
            **hint,
        )
    return str(url)


def finish(
    request: WorkspaceRequest, platform: OAuthPlatform, *, state: str, code: str, error: str
) -> Granted:
    """Return what was granted. Raises ConsentFailed; the state is used up either way."""
    consent = _use_up(request, platform, state)
    if error or not code:
        logger.info("consent at %s ended with %s", platform.name, error[:60] or "no code")
        raise ConsentFailed(problems.REDIRECT_PROBLEMS.get(error, problems.UNKNOWN))
    with _client(platform) as client:
        token = _trade(client, platform, code, consent.verifier)
        if not platform.allows_reading(str(token.get("scope") or "")):
            raise ConsentFailed(problems.CALENDAR_NOT_TICKED)
        if not token.get("refresh_token"):
            raise ConsentFailed(problems.NO_REFRESH_TOKEN)
        identity = _identity(client, platform)
    return Granted(
        platform, identity, str(token["refresh_token"]), str(token["scope"]), consent.reconnects
    )


def revoke(platform: OAuthPlatform, refresh_token: str) -> bool:
    """Ask the platform to forget us. True when it did, or had already; False: try again later."""
    try:
        answer = httpx.post(platform.revoke_url, data={"token": refresh_token}, timeout=TIMEOUT)
    except httpx.HTTPError:
        return False
    return answer.status_code in (200, 400)  # 400 invalid_token: already dead


def _client(platform: OAuthPlatform) -> OAuth2Client:
    return OAuth2Client(
        client_id=platform.client_id,
        client_secret=platform.client_secret,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 (a method's name)
        scope=" ".join(platform.scopes),
        redirect_uri=platform.redirect_uri,
        code_challenge_method="S256",
        timeout=TIMEOUT,
    )


def _use_up(request: WorkspaceRequest, platform: OAuthPlatform, state: str) -> Consent:
    """Take the trip out of the table; whoever comes second finds nothing."""
    with transaction.atomic():
        consent = (
            Consent.objects.select_for_update(of=("self",))
            .select_related("reconnects__user")
            .filter(state_digest=_digest(state), platform=platform.name)
            .first()
        )
        if consent is None:
            raise ConsentFailed(problems.BAD_STATE)
        Consent.objects.filter(pk=consent.pk).delete()
    is_same_trip = (
        constant_time_compare(consent.session_digest, _session_digest(request))
        and consent.user_id == request.user.id
        and consent.workspace_id == request.workspace.id
    )
    if consent.is_expired or not is_same_trip:
        raise ConsentFailed(problems.BAD_STATE)
    return consent


def _trade(
    client: OAuth2Client, platform: OAuthPlatform, code: str, verifier: str
) -> dict[str, object]:
    """Trade the code for tokens. A lost answer is not asked for again: a code works once."""
    try:
        token = client.fetch_token(
            platform.token_url,
            grant_type="authorization_code",
            code=code,
            code_verifier=verifier,
        )
    except OAuthError as failure:
        name = str(failure.error)
        logger.warning("token endpoint of %s answered %s", platform.name, name[:60])
        raise ConsentFailed(problems.TOKEN_PROBLEMS.get(name, problems.UNKNOWN)) from None
    except (httpx.HTTPError, ValueError) as failure:
        logger.warning("token endpoint of %s: %s", platform.name, type(failure).__name__)
        raise ConsentFailed(problems.UNAVAILABLE) from None
    return dict(token)


def _identity(client: OAuth2Client, platform: OAuthPlatform) -> Identity:
    try:
        answer = client.get(platform.userinfo_url)
        answer.raise_for_status()
        identity = platform.identity(answer.json())
    except (OAuthError, httpx.HTTPError, ValueError, AttributeError):
        raise ConsentFailed(problems.UNAVAILABLE) from None
    if identity is None:
        raise ConsentFailed(problems.NO_IDENTITY)
    return identity


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _session_digest(request: WorkspaceRequest) -> str:
    return _digest(request.session.session_key or "")
