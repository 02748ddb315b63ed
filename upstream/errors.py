"""What can go wrong upstream, and who should try again.

    UpstreamError              has .status, .code and .request_id
    ├── Retryable              later: timeouts, connection, 5xx, an answer that is not JSON
    │   └── RateLimited        … after .retry_after seconds
    └── Refused                not by itself: other 4xx
        ├── NotFound           404
        ├── Conflict           409, the world moved on: read again, then decide
        ├── QuotaReached       402, daily cap, plan limit: tell the workspace owner
        └── BadCredentials     401/403: of the account, or of the calendar that was named
            └── KeyRefused     of the account for certain: nothing is wrong with any calendar

A Retryable with code UNREACHABLE never left this machine. With TIMEOUT, or any 5xx, the provider
may have done what was asked, so a create is looked up before it is repeated.
"""

UNREACHABLE = "UNREACHABLE"
TIMEOUT = "TIMEOUT"
CALENDAR_REFUSED = "CALENDAR_REFUSED"  # of BadCredentials: the platform refused, not the provider


class UpstreamError(Exception):
    """A call to a provider that did not do what was asked."""

    def __init__(
        self, message: str, *, status: int | None = None, code: str = "", request_id: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.request_id = request_id


class Retryable(UpstreamError):
    """Trying again later may work."""


class RateLimited(Retryable):
    """The provider asks for patience."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: float,
        status: int | None = 429,
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message, status=status, code=code, request_id=request_id)
        self.retry_after = retry_after


class Refused(UpstreamError):
    """The same call would be refused again."""


class NotFound(Refused):
    """The provider does not know this id (any more), or it is another team's."""


class Conflict(Refused):
    """The thing is not in a state that allows this."""


class QuotaReached(Refused):
    """Money, daily cap or plan limit."""


class BadCredentials(Refused):
    """Key, permission or calendar consent is not good (any more)."""


class KeyRefused(BadCredentials):
    """The account's key is not good (any more), or belongs to another region."""


class InvalidSignature(Exception):
    """A webhook that its account cannot vouch for."""
