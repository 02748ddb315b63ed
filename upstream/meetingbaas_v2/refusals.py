"""Which of our errors an answer of v2 is; the status tells the kind, the code the exceptions.

429 FST_ERR_TOO_MANY_REQUESTS       RateLimited: patience
429 FST_ERR_DAILY_BOT_CAP_REACHED   QuotaReached: patience does not help today
429 when connecting a calendar      QuotaReached: the plan has no room for another; reading the
                                    list asks the same path, and can only be asked to wait
items of a batch                    the same codes without prefix, in an answer that says success
"""

from collections.abc import Mapping

from upstream.errors import (
    BadCredentials,
    Conflict,
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
    401: BadCredentials,
    402: QuotaReached,
    403: BadCredentials,
    404: NotFound,
    408: Retryable,
    409: Conflict,
    425: Retryable,
}
QUOTA_CODES = ("INSUFFICIENT_TOKENS", "DAILY_BOT_CAP_REACHED")
CONFLICT_WORDS = ("ALREADY", "BOT_STATUS", "CONFLICT", "LOCK")
CONNECT_CALENDAR = ("POST", "/v2/calendars")
LONGEST_MESSAGE = 500


def error_of(
    status: int,
    headers: Mapping[str, str],
    body: Fields,
    *,
    call: tuple[str, str],
    request_id: str,
) -> UpstreamError:
    """Return the error that an answer means; the body may be empty or not even JSON.

    `call`: the method and the path that were asked.
    """
    code = body.text("code")
    if 200 <= status < 300 and body:  # the envelope disagrees with the status line
        status = body.integer("statusCode") or 500
    message = _message(status, body)
    asks_to_wait = "retry-after" in headers or body.number("retryAfter") is not None
    kind = _kind(status, code, call, asks_to_wait=asks_to_wait)
    if kind is RateLimited:
        wait = patience(body.number("retryAfter"), headers)
        return RateLimited(
            message, retry_after=wait, status=status, code=code, request_id=request_id
        )
    return kind(message, status=status, code=code, request_id=request_id)


def item_error(item: Fields) -> UpstreamError:
    """Return the error of one item in a partly successful answer."""
    code = item.text("code")
    message = item.text("message", "details")[:LONGEST_MESSAGE] or "The provider refused."
    if code.endswith(QUOTA_CODES):
        return QuotaReached(message, code=code)
    if "NOT_FOUND" in code:
        return NotFound(message, code=code)
    if any(word in code for word in CONFLICT_WORDS):
        return Conflict(message, code=code)
    return Refused(message, code=code)


def _kind(
    status: int, code: str, call: tuple[str, str], *, asks_to_wait: bool
) -> type[UpstreamError]:
    if code.endswith(QUOTA_CODES):
        return QuotaReached
    if status == 429:
        is_patience = "TOO_MANY_REQUESTS" in code or asks_to_wait
        return QuotaReached if call == CONNECT_CALENDAR and not is_patience else RateLimited
    if status in BY_STATUS:
        return BY_STATUS[status]
    return Refused if 300 <= status < 500 else Retryable


def _message(status: int, body: Fields) -> str:
    said = body.text("message", "error", "details")[:LONGEST_MESSAGE]
    return said or f"The provider answered {status} without saying why."
