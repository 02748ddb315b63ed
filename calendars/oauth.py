"""A person's trip to Google or Microsoft and back: authorization code, PKCE, a state for one use.

    begin()  remembers the trip (session, person, workspace, verifier) and returns where to go
    finish() forgets it first, whatever comes back, then trades the code for a refresh token

Tokens, codes and verifiers are never logged and appear in no error.
"""

import logging
import secrets
from dataclasses import dataclass

import httpx

from accounts.consents import Answer, traces, use_up
from accounts.http import WorkspaceRequest
from calendars import oauth_problems as problems
from calendars import token_endpoint
from calendars.models import Connection, Consent
from calendars.oauth_platforms import Identity, OAuthPlatform
from calendars.oauth_problems import ConsentFailed
from calendars.token_endpoint import OAuth2Client, OAuthError

logger = logging.getLogger(__name__)


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
        **traces(request, state),
        verifier=verifier,
        reconnects=reconnects,
    )
    asked = {"prompt": platform.prompt_again if reconnects else platform.prompt}
    hint = {"login_hint": reconnects.email} if reconnects else {}
    with token_endpoint.open_client(platform, scope=" ".join(platform.scopes)) as client:
        url, _ = client.create_authorization_url(
            platform.authorize_url,
            state=state,
            code_verifier=verifier,
            **platform.authorize_extra,
            **{name: value for name, value in asked.items() if value},
            **hint,
        )
    return str(url)


def finish(request: WorkspaceRequest, platform: OAuthPlatform, answer: Answer) -> Granted:
    """Return what was granted. Raises ConsentFailed; the state is used up either way."""
    consent = _use_up(request, platform, answer.state)
    try:
        return _take(platform, answer, consent)
    except ConsentFailed as failure:
        failure.reconnects = consent.reconnects
        raise


def _take(platform: OAuthPlatform, answer: Answer, consent: Consent) -> Granted:
    if answer.error or not answer.code:
        problem = problems.problem_of(
            answer.error, problems.REDIRECT_PROBLEMS, description=answer.description
        )
        level = logging.ERROR if problem.is_ours else logging.INFO
        told = answer.error[:60] or "no code"
        logger.log(level, "consent at %s ended with %s: %s", platform.name, told, problem.code)
        raise ConsentFailed(problem)
    with token_endpoint.open_client(platform) as client:
        token = token_endpoint.trade(client, platform, answer.code, consent.verifier)
        if not platform.allows_reading(str(token.get("scope") or "")):
            raise ConsentFailed(problems.calendar_missing(platform))
        if not token.get("refresh_token"):
            raise ConsentFailed(problems.NO_REFRESH_TOKEN)
        identity = _identity(client, platform)
    return Granted(
        platform, identity, str(token["refresh_token"]), str(token["scope"]), consent.reconnects
    )


def revoke(platform: OAuthPlatform, refresh_token: str) -> bool:
    """Ask the platform to forget us. True when it did, or had already; False: try again later.

    Microsoft has nothing to ask: only the person can take the permission back there.
    """
    if not platform.revoke_url:
        return True
    try:
        answer = httpx.post(
            platform.revoke_url, data={"token": refresh_token}, timeout=token_endpoint.TIMEOUT
        )
    except httpx.HTTPError:
        return False
    return answer.status_code in (200, 400)  # 400 invalid_token: already dead


def _use_up(request: WorkspaceRequest, platform: OAuthPlatform, state: str) -> Consent:
    """Take the trip out of the table; whoever comes second finds nothing."""
    trips = Consent.objects.select_related("reconnects__user").filter(platform=platform.name)
    consent = use_up(trips, state)
    if consent is None or not consent.is_of(request):
        raise ConsentFailed(problems.BAD_STATE)
    return consent


def _identity(client: OAuth2Client, platform: OAuthPlatform) -> Identity:
    """Ask who consented; where the address is not among the claims, ask the directory for it."""
    try:
        claims = _claims(client, platform.userinfo_url)
        identity = platform.identity(claims)
        if identity is None and platform.profile_url and claims.get("sub"):
            identity = platform.identity(claims, _claims(client, platform.profile_url))
    except (OAuthError, httpx.HTTPError, ValueError, AttributeError):
        raise ConsentFailed(problems.UNAVAILABLE) from None
    if identity is None:
        raise ConsentFailed(problems.NO_IDENTITY)
    return identity


def _claims(client: OAuth2Client, url: str) -> dict[str, object]:
    answer = client.get(url)
    answer.raise_for_status()
    return dict(answer.json())
