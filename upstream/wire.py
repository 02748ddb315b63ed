"""Speaks HTTP with a provider: one connection pool, explicit timeouts, our errors for silence.

Nothing is retried here: that is the work of the task that called. Logs name the path's template,
the status and the time taken, never a body, a key or a query. What an answer means is for the
provider's own client to say.
"""

import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx
from opentelemetry import trace

from upstream import call_log
from upstream.errors import TIMEOUT, UNREACHABLE, Retryable

logger = logging.getLogger(__name__)
tracer = trace.get_tracer("earshot")  # silent unless somebody collects traces

TIMEOUTS = httpx.Timeout(30.0, connect=5.0)
Query = Mapping[str, str | int | Sequence[str]]

DEFAULT_PATIENCE_SECONDS = 5.0
MOST_PATIENCE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    response: httpx.Response
    request_id: str


class Wire:
    """The wire of one account; `provider` is the name that logs give it."""

    def __init__(
        self,
        provider: str,
        *,
        base_url: str,
        headers: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
        timeout: httpx.Timeout = TIMEOUTS,
        account_id: int | None = None,
    ) -> None:
        self._provider = provider
        self._account_id = account_id
        self._http = httpx.Client(
            base_url=base_url.rstrip("/"),
            headers={**headers, "accept": "application/json"},
            timeout=timeout,
            transport=transport,
            follow_redirects=False,
        )

    def close(self) -> None:
        self._http.close()

    def __del__(self) -> None:
        self.close()  # the registry forgets accounts that were not used for long

    def ask(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str],
        *,
        query: Query | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        url: str = "",
    ) -> Answer:
        """Return the answer, whatever it says. Raises Retryable when there is none.

        `url` is a whole address that the provider named, called as it is in place of the path.
        """
        url = url or path.format(**{name: quote(value, safe="") for name, value in ids.items()})
        request_id = str(uuid.uuid4())
        started = time.monotonic()
        status: int | str = "no answer"
        span = tracer.start_span(f"{method} {path}", kind=trace.SpanKind.CLIENT)
        try:
            response = self._http.request(
                method,
                url,
                params=query,
                json=body,
                headers={"x-request-id": request_id, **(headers or {})},
            )
            status = response.status_code
            request_id = response.headers.get("x-request-id", request_id)
            return Answer(response, request_id)
        except httpx.RequestError as error:
            status = type(error).__name__
            raise _unanswered(error, request_id) from error
        finally:
            milliseconds = round((time.monotonic() - started) * 1000)
            span.set_attributes({"upstream": self._provider, "status": status})
            span.end()
            self._log(method, path, status, milliseconds, request_id)
            call_log.note(
                self._account_id,
                method=method,
                path=path,
                ids=ids,
                status=status,
                milliseconds=milliseconds,
                request_id=request_id,
            )

    def _log(
        self, method: str, path: str, status: int | str, milliseconds: int, request_id: str
    ) -> None:
        logger.info(
            "upstream call %s %s: %s in %d ms, request %s",
            method,
            path,
            status,
            milliseconds,
            request_id,
            extra={
                "upstream": self._provider,
                "method": method,
                "path": path,
                "status": status,
                "duration_ms": milliseconds,
                "request_id": request_id,
            },
        )


def patience(asked: float | None, headers: Mapping[str, str]) -> float:
    """How many seconds the provider wants us to wait: as the body or `retry-after` says."""
    wanted = asked or _seconds(headers.get("retry-after", ""))
    return min(max(wanted or DEFAULT_PATIENCE_SECONDS, 1.0), MOST_PATIENCE_SECONDS)


def _seconds(header: str) -> float | None:
    """Read `retry-after`, which is a number of seconds or a date."""
    if header.strip().isdecimal():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()


def _unanswered(error: httpx.RequestError, request_id: str) -> Retryable:
    """Say whether the provider can have acted: it cannot when it was never reached."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Retryable(
            "The provider could not be reached.", code=UNREACHABLE, request_id=request_id
        )
    return Retryable("The provider did not answer in time.", code=TIMEOUT, request_id=request_id)
