"""Speaks HTTP with Meeting BaaS v2: one connection pool, explicit timeouts, our errors.

    success   {"success": true, "data": …, "cursor"?: …, "errors"?: […]}
    refusal   {"success": false, "error": …, "code": …, "statusCode": …, "message"?: …}
    gateway   502 and a page of HTML

Nothing is retried here: that is the work of the task that called. Logs name the path's template,
the status and the time taken, never a body, a key or a query.
"""

import logging
import time
import uuid
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import httpx

from upstream.errors import TIMEOUT, UNREACHABLE, Retryable
from upstream.fields import Fields
from upstream.meetingbaas_v2.refusals import error_of

logger = logging.getLogger(__name__)

TIMEOUTS = httpx.Timeout(30.0, connect=5.0)
MOST_PAGES = 400
Query = Mapping[str, str | int]


class Client:
    """The wire of one account. `base_url` ends without `/v2`; the paths bring it."""

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        transport: httpx.BaseTransport | None = None,
        timeout: httpx.Timeout = TIMEOUTS,
    ) -> None:
        self._http = httpx.Client(
            base_url=base_url.rstrip("/"),
            headers={"x-meeting-baas-api-key": api_key, "accept": "application/json"},
            timeout=timeout,
            transport=transport,
            follow_redirects=False,
        )

    def close(self) -> None:
        self._http.close()

    def __del__(self) -> None:
        self.close()  # the registry forgets accounts that were not used for long

    def get(self, path: str, *, query: Query | None = None, **ids: str) -> Fields:
        return self._call("GET", path, ids, query=query)

    def post(self, path: str, body: object = None, **ids: str) -> Fields:
        return self._call("POST", path, ids, body=body or {})

    def patch(self, path: str, body: object, **ids: str) -> Fields:
        return self._call("PATCH", path, ids, body=body)

    def delete(
        self, path: str, body: object = None, *, query: Query | None = None, **ids: str
    ) -> Fields:
        return self._call("DELETE", path, ids, query=query, body=body or {})

    def pages(self, path: str, *, query: Query, **ids: str) -> Iterator[Fields]:
        """Yield the items of all pages. Raises rather than end early: half a list is not a list."""
        cursor = ""
        seen: set[str] = set()
        while len(seen) < MOST_PAGES:
            page = self.get(path, query={**query, "cursor": cursor} if cursor else query, **ids)
            if not page.has_list("data"):
                raise Retryable("The provider answered without a list.")
            yield from page.items("data")
            cursor = page.text("cursor")
            if not cursor:
                return
            if not page.items("data"):
                raise Retryable("The provider says there is more, and brings nothing.")
            if cursor in seen:
                raise Retryable("The provider's list repeats itself.")
            seen.add(cursor)
        raise Retryable("The provider's list does not end.")

    def _call(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str],
        *,
        query: Query | None = None,
        body: object = None,
    ) -> Fields:
        """Return the whole answer. A write without a body sends `{}`, or the server refuses it."""
        url = path.format(**{name: quote(value, safe="") for name, value in ids.items()})
        request_id = str(uuid.uuid4())
        started = time.monotonic()
        status: int | str = "no answer"
        try:
            response = self._http.request(
                method, url, params=query, json=body, headers={"x-request-id": request_id}
            )
            status = response.status_code
            request_id = response.headers.get("x-request-id", request_id)
            return _answer(response, path, request_id)
        except httpx.RequestError as error:
            status = type(error).__name__
            raise _unanswered(error, request_id) from error
        finally:
            _log(method, path, status, time.monotonic() - started, request_id)


def _answer(response: httpx.Response, path: str, request_id: str) -> Fields:
    try:
        body = Fields(response.json()) if response.content else Fields(None)
    except ValueError:
        body = Fields(None)
    is_readable = bool(body) or not response.content
    if response.is_success and is_readable and body.flag("success") is not False:
        return body
    raise error_of(response.status_code, response.headers, body, path=path, request_id=request_id)


def _unanswered(error: httpx.RequestError, request_id: str) -> Retryable:
    """Say whether the provider can have acted: it cannot when it was never reached."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Retryable(
            "The provider could not be reached.", code=UNREACHABLE, request_id=request_id
        )
    return Retryable("The provider did not answer in time.", code=TIMEOUT, request_id=request_id)


def _log(method: str, path: str, status: int | str, seconds: float, request_id: str) -> None:
    milliseconds = round(seconds * 1000)
    logger.info(
        "upstream call %s %s: %s in %d ms, request %s",
        method,
        path,
        status,
        milliseconds,
        request_id,
        extra={
            "upstream": "meetingbaas_v2",
            "method": method,
            "path": path,
            "status": status,
            "duration_ms": milliseconds,
            "request_id": request_id,
        },
    )
