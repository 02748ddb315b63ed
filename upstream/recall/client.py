"""Speaks HTTP with one region of Recall.ai: regions are separate accounts with keys of their own.

    one thing   {…}
    a page      {"next": "https://same-host/…?cursor=…" | null, "results": […]}
    refusal     {"code": …, "detail": …} or {"field": ["why"]}; 403 may be a page of HTML

Every write carries a new Idempotency-Key: a kept one would bring back the 507 of before, and what
got lost is looked up instead. Calendars come with the secrets that were sent for them, bots with
addresses that hold tokens: those are taken out before anybody sees the answer.

Nothing is retried here. Logs name the path's template, the status and the time, nothing more.
"""

import json
import logging
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import httpx

from upstream.errors import TIMEOUT, UNREACHABLE, Refused, Retryable
from upstream.fields import Fields
from upstream.recall.refusals import error_of

logger = logging.getLogger(__name__)

TIMEOUTS = httpx.Timeout(30.0, connect=5.0)
MOST_PAGES = 400
SECRETS = frozenset(
    {"oauth_client_secret", "oauth_refresh_token", "realtime_endpoints", "zoom", "webhook_url"}
)
Query = Mapping[str, str | int | Sequence[str]]


class Client:
    """The wire of one account; `base_url` is the region's host, the paths bring `/api/v1`."""

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
            headers={"authorization": f"Token {api_key}", "accept": "application/json"},
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

    def delete(self, path: str, **ids: str) -> Fields:
        return self._call("DELETE", path, ids)

    def pages(self, path: str, *, query: Query) -> Iterator[Fields]:
        """Yield the items of all pages. Raises rather than end early: half a list is not a list."""
        page = self.get(path, query=query)
        seen: set[str] = set()
        while len(seen) < MOST_PAGES:
            if not page.has_list("results"):
                raise Retryable("The provider answered without a list.")
            yield from page.items("results")
            following = page.text("next")
            if not following:
                return
            if not page.items("results"):
                raise Retryable("The provider says there is more, and brings nothing.")
            if following in seen:
                raise Retryable("The provider's list repeats itself.")
            seen.add(following)
            page = self._call("GET", path, {}, url=self._on_same_host(following))
        raise Retryable("The provider's list does not end.")

    def _on_same_host(self, following: str) -> str:
        """The key goes to the region's own host and to no other."""
        here, there = self._http.base_url, httpx.URL(following)
        if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
            raise Refused("The provider's list goes on at another host.")
        return following

    def _call(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str],
        *,
        url: str = "",
        query: Query | None = None,
        body: object = None,
    ) -> Fields:
        """Return the whole answer. A GET with a body is refused at the door, so it has none."""
        url = url or path.format(**{name: quote(value, safe="") for name, value in ids.items()})
        headers = {} if method in ("GET", "DELETE") else {"idempotency-key": str(uuid.uuid4())}
        started = time.monotonic()
        status: int | str = "no answer"
        try:
            response = self._http.request(method, url, params=query, json=body, headers=headers)
            status = response.status_code
            return _answer(response)
        except httpx.RequestError as error:
            status = type(error).__name__
            raise _unanswered(error) from error
        finally:
            _log(method, path, status, time.monotonic() - started)


def _answer(response: httpx.Response) -> Fields:
    body = _read(response)
    is_readable = isinstance(body, dict) or not response.content
    if response.is_success and is_readable:
        return Fields(body)
    raise error_of(response.status_code, response.headers, Fields(body))


def _read(response: httpx.Response) -> object:
    try:
        return json.loads(response.content, object_pairs_hook=_without_secrets)
    except (ValueError, RecursionError):
        return None


def _without_secrets(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Errors about a secret keep its name; whatever else stands under it is forgotten."""
    return {key: None if key in SECRETS and value else value for key, value in pairs}


def _unanswered(error: httpx.RequestError) -> Retryable:
    """Say whether the provider can have acted: it cannot when it was never reached."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Retryable("The provider could not be reached.", code=UNREACHABLE)
    return Retryable("The provider did not answer in time.", code=TIMEOUT)


def _log(method: str, path: str, status: int | str, seconds: float) -> None:
    milliseconds = round(seconds * 1000)
    logger.info(
        "upstream call %s %s: %s in %d ms",
        method,
        path,
        status,
        milliseconds,
        extra={
            "upstream": "recall",
            "method": method,
            "path": path,
            "status": status,
            "duration_ms": milliseconds,
        },
    )
