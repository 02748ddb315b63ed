"""The platforms' token endpoints, called with Authlib, and their refusals in our words.

A refusal of our own credentials is nobody's fault but ours: staff is told, at level ERROR, with the
platform's name and the error's, and nothing that a person has is changed.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx

from accounts import oauth_client
from accounts.oauth_client import TIMEOUT, OAuth2Client, OAuthError
from calendars import oauth_problems as problems
from calendars.oauth_platforms import OAuthPlatform
from calendars.oauth_problems import ConsentFailed, Problem

logger = logging.getLogger(__name__)

Token = dict[str, Any]

__all__ = ["TIMEOUT", "OAuth2Client", "OAuthError", "open_client", "refresh", "trade"]


def open_client(platform: OAuthPlatform, *, scope: str | None = None) -> OAuth2Client:
    return oauth_client.open_client(
        client_id=platform.client_id,
        client_secret=platform.client_secret,
        redirect_uri=platform.redirect_uri,
        scope=scope,
    )


def trade(client: OAuth2Client, platform: OAuthPlatform, code: str, verifier: str) -> Token:
    """Trade the code for tokens. A lost answer is not asked for again: a code works once."""
    call = partial(
        client.fetch_token,
        platform.token_url,
        grant_type="authorization_code",
        code=code,
        code_verifier=verifier,
    )
    return _ask(client, platform, call, "access_token_response")


def refresh(platform: OAuthPlatform, refresh_token: str) -> Token:
    """Use a refresh token; where tokens rotate, the answer has the one to use from now on."""
    with open_client(platform) as client:
        call = partial(client.refresh_token, platform.token_url, refresh_token=refresh_token)
        return _ask(client, platform, call, "refresh_token_response")


def _ask(
    client: OAuth2Client, platform: OAuthPlatform, call: Callable[[], Any], hook: str
) -> Token:
    numbers: list[int] = []
    client.register_compliance_hook(hook, partial(_note_numbers, numbers))
    try:
        return dict(call())
    except OAuthError as failure:
        problem = problems.problem_of(
            str(failure.error),
            problems.TOKEN_PROBLEMS,
            description=str(failure.description or ""),
            numbers=numbers,
        )
        _log(platform, problem, str(failure.error), numbers)
        raise ConsentFailed(problem) from None
    except (httpx.HTTPError, ValueError) as failure:
        logger.warning("token endpoint of %s: %s", platform.name, type(failure).__name__)
        raise ConsentFailed(problems.UNAVAILABLE) from None


def _note_numbers(numbers: list[int], answer: httpx.Response) -> httpx.Response:
    """Authlib keeps the error and its description; Microsoft's numbers stand beside them."""
    try:
        told = answer.json().get("error_codes")
    except (ValueError, AttributeError):
        told = None
    if isinstance(told, list):
        numbers.extend(one for one in told if isinstance(one, int))
    return answer


def _log(platform: OAuthPlatform, problem: Problem, error: str, numbers: list[int]) -> None:
    level = logging.ERROR if problem.is_ours else logging.WARNING
    what = "does not accept Earshot's own credentials" if problem.is_ours else "refused"
    logger.log(level, "token endpoint of %s %s: %s %s", platform.name, what, error[:60], numbers)
