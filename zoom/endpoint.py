"""Zoom on the wire: its authorization server, and the few calls that a bot's way in needs.

    developers.zoom.us/docs/integrations/oauth      the code works once; each refresh brings another
                                                    refresh token and ends the one before
    developers.zoom.us/docs/meeting-sdk/auth/zak    users/me/token?type=zak, with a lifetime

Tokens go in headers and forms only, and are never logged.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts import oauth_client
from accounts.oauth_client import TIMEOUT, OAuth2Client, OAuthError
from upstream.fields import Fields
from zoom.problems import (
    MISCONFIGURED,
    TOKEN_PROBLEMS,
    UNAVAILABLE,
    UNKNOWN,
    ConsentFailed,
    Problem,
)

logger = logging.getLogger(__name__)

ZAK_SECONDS = 600  # asked for as a bot sets out; it is at the door within seconds
SPARE = timedelta(minutes=5)
NEEDED = frozenset({"user:read:token", "user:read:zak", "user_zak:read"})  # one of them


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint hands out."""

    refresh_token: str
    access_token: str
    until: datetime
    scopes: str

    def __repr__(self) -> str:
        return f"Tokens(until={self.until:%H:%M})"

    @property
    def allow_joining(self) -> bool:
        """Scopes that are not told are taken as granted; the first use will show."""
        granted = {scope.partition(":admin")[0] for scope in self.scopes.split()}
        return not granted or bool(granted & NEEDED)


@dataclass(frozen=True, slots=True)
class Person:
    user_id: str
    account_id: str
    email: str
    name: str


class Unanswered(Exception):
    """Zoom could not be asked, or had no answer for this."""


def is_configured() -> bool:
    return bool(settings.ZOOM_CLIENT_ID and settings.ZOOM_CLIENT_SECRET)


def redirect_uri() -> str:
    return f"{settings.PUBLIC_URL}{reverse('dashboard:zoom_callback')}"


def authorize_address(*, state: str, verifier: str) -> str:
    """Where the person is sent; with a challenge only if we trade the code ourselves."""
    challenge = {"code_verifier": verifier} if verifier else {}
    with _client() as client:
        url, _ = client.create_authorization_url(
            settings.ZOOM_AUTHORIZE_URL, state=state, **challenge
        )
    return str(url)


def trade(code: str, verifier: str) -> Tokens:
    """Raises ConsentFailed. A lost answer is not asked for again: a code works once."""
    with _client() as client:
        return _ask(
            lambda: client.fetch_token(
                settings.ZOOM_TOKEN_URL,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        )


def refresh(refresh_token: str) -> Tokens:
    """Raises ConsentFailed; from now on only the tokens that come back count."""
    with _client() as client:
        return _ask(
            lambda: client.refresh_token(settings.ZOOM_TOKEN_URL, refresh_token=refresh_token)
        )


def revoke(token: str) -> bool:
    """Ask Zoom to forget us. True when it did, or had already; False: try again later."""
    try:
        answer = httpx.post(
            settings.ZOOM_REVOKE_URL,
            data={"token": token},
            auth=(settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET),
            timeout=TIMEOUT,
        )
    except httpx.HTTPError:
        return False
    return answer.status_code in (200, 400)  # 400: already dead


def who(access_token: str) -> Person:
    """Raises Unanswered."""
    told = _get("/users/me", access_token)
    if not told.text("id"):
        raise Unanswered("no id")
    name = " ".join(filter(None, (told.text("first_name"), told.text("last_name"))))
    return Person(
        user_id=told.text("id"),
        account_id=told.text("account_id"),
        email=told.text("email"),
        name=told.text("display_name") or name,
    )


def zak(access_token: str) -> str:
    """What lets a bot join as this person. Raises Unanswered."""
    return _token("/users/me/token", access_token, type="zak", ttl=str(ZAK_SECONDS))


def join_token(access_token: str, meeting_number: str) -> str:
    """What lets a bot record a meeting of this person's unasked. Raises Unanswered for others'."""
    return _token(f"/meetings/{meeting_number}/jointoken/local_recording", access_token)


def _token(path: str, access_token: str, **query: str) -> str:
    token = _get(path, access_token, **query).text("token")
    if not token:
        raise Unanswered("no token")
    return token


def _get(path: str, access_token: str, **query: str) -> Fields:
    try:
        answer = httpx.get(
            f"{settings.ZOOM_API_URL}{path}",
            params=query,
            headers={"authorization": f"Bearer {access_token}"},
            timeout=TIMEOUT,
        )
        if answer.is_success:
            return Fields(answer.json())
    except (httpx.HTTPError, ValueError) as failure:
        raise Unanswered(type(failure).__name__) from None
    raise Unanswered(str(answer.status_code))


def _client() -> OAuth2Client:
    return oauth_client.open_client(
        client_id=settings.ZOOM_CLIENT_ID,
        client_secret=settings.ZOOM_CLIENT_SECRET,
        redirect_uri=redirect_uri(),
        auth_method="client_secret_basic",
    )


def _ask(call: Callable[[], Any]) -> Tokens:
    asked_at = timezone.now()
    try:
        told = Fields(dict(call()))
    except OAuthError as failure:
        problem = TOKEN_PROBLEMS.get(str(failure.error), UNKNOWN)
        _log(problem, str(failure.error))
        raise ConsentFailed(problem) from None
    except (httpx.HTTPError, ValueError) as failure:
        logger.warning("token endpoint of Zoom: %s", type(failure).__name__)
        raise ConsentFailed(UNAVAILABLE) from None
    tokens = Tokens(
        refresh_token=told.text("refresh_token"),
        access_token=told.text("access_token"),
        until=asked_at + timedelta(seconds=told.number("expires_in") or 0) - SPARE,
        scopes=told.text("scope"),
    )
    if not (tokens.refresh_token and tokens.access_token):
        raise ConsentFailed(UNKNOWN)
    return tokens


def _log(problem: Problem, error: str) -> None:
    is_ours = problem is MISCONFIGURED
    what = "does not accept Earshot's own credentials" if is_ours else "refused"
    level = logging.ERROR if is_ours else logging.WARNING
    logger.log(level, "token endpoint of Zoom %s: %s", what, error[:60])
