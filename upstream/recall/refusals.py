"""Which of our errors an answer of Recall.ai is.

400 {code} or {field: [why]}   Refused; codes about a bot's stage are Conflict
    {oauth_…: [why]}           BadCredentials: of the calendar that was to be connected
401                            KeyRefused: wrong key, or the key of another region
402                            QuotaReached
403 request_blocked, or HTML   Refused: the firewall did not like the request
405                            Conflict: the bot has left for its meeting
409                            Retryable: two changed the same thing at once
429, 507                       RateLimited: too many calls; no bot free just now
"""

from collections.abc import Mapping

from upstream.errors import (
    CALENDAR_REFUSED,
    BadCredentials,
    Conflict,
    KeyRefused,
    NotFound,
    QuotaReached,
    RateLimited,
    Refused,
    Retryable,
    UpstreamError,
)
from upstream.fields import Fields
from upstream.wire import patience

BY_STATUS: dict[int, type[UpstreamError]] = {
    401: KeyRefused,
    402: QuotaReached,
    404: NotFound,
    405: Conflict,
    408: Retryable,
    409: Retryable,
    425: Retryable,
}
NOT_CALLED_YET = "cannot_command_unstarted_bot"
OVER = "cannot_command_completed_bot"
STAGES = (NOT_CALLED_YET, OVER, "update_bot_failed")
BLOCKED = "request_blocked"
OAUTH_FIELDS = ("oauth_client_id", "oauth_client_secret", "oauth_refresh_token")
PATIENCE = {429: 5.0, 507: 30.0}  # seconds, where the answer does not say
LONGEST_MESSAGE = 500


def error_of(
    status: int, headers: Mapping[str, str], body: Fields, *, request_id: str = ""
) -> UpstreamError:
    """Return the error that an answer means; the body may be empty or not even JSON."""
    code, message = body.text("code"), _message(status, body)
    if status in PATIENCE:
        wait = patience(None if "retry-after" in headers else PATIENCE[status], headers)
        return RateLimited(
            message, retry_after=wait, status=status, code=code, request_id=request_id
        )
    kind = _kind(status, code, body)
    if kind is BadCredentials and status == 400:
        code = CALENDAR_REFUSED
    return kind(message, status=status, code=code, request_id=request_id)


def _kind(status: int, code: str, body: Fields) -> type[UpstreamError]:
    if status == 400 and code in STAGES:
        return Conflict
    if status == 400 and any(_holds(body, name) for name in OAUTH_FIELDS):
        return BadCredentials
    if status == 403:
        return BadCredentials if body and code != BLOCKED else Refused
    if status in BY_STATUS:
        return BY_STATUS[status]
    return Refused if 300 <= status < 500 else Retryable


def _holds(body: Fields, name: str) -> bool:
    return body.has(name) or body.inner("errors").has(name)


def _message(status: int, body: Fields) -> str:
    said = body.text("detail", "message")[:LONGEST_MESSAGE]
    return said or f"The provider answered {status} without saying why."
