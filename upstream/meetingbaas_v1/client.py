"""Meeting BaaS v1 on the wire: no envelope, and nothing promised about refusals but their status.

success   the bare object or array; some have an empty body
refusal   {"error": …}, {"message": …}, plain text or nothing
a list    {"data": […], "next": …} of events; {"bots": […], "next_cursor": …} of bots
"""

from collections.abc import Iterator, Mapping

import httpx

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
from upstream.verbs import Verbs
from upstream.wire import TIMEOUTS, Query, Wire, patience

MOST_PAGES = 400
LONGEST_MESSAGE = 500
LISTS = ("data", "events", "bots", "recent_bots")
CURSORS = ("next", "next_cursor", "nextCursor")
BY_STATUS: dict[int, type[UpstreamError]] = {
    401: BadCredentials,
    402: QuotaReached,
    403: BadCredentials,
    404: NotFound,
    408: Retryable,
    409: Conflict,
    425: Retryable,
}


class Client(Verbs):
    """The wire of one account. Collections end with a slash, single things do not."""

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        transport: httpx.BaseTransport | None = None,
        timeout: httpx.Timeout = TIMEOUTS,
        account_id: int | None = None,
    ) -> None:
        self._wire = Wire(
            "meetingbaas_v1",
            base_url=base_url,
            headers={"x-meeting-baas-api-key": api_key},
            transport=transport,
            timeout=timeout,
            account_id=account_id,
        )

    def close(self) -> None:
        self._wire.close()

    def items(
        self,
        path: str,
        *,
        method: str = "GET",
        body: object = None,
        query: Query | None = None,
        **ids: str,
    ) -> tuple[Fields, ...]:
        """Return the objects of an answer that is an array. Raises when it is none."""
        answer = {"data": self._ask(method, path, ids, query=query, body=body)}
        if not Fields(answer).has_list("data"):
            raise Retryable("The provider answered without a list.")
        return Fields(answer).items("data")

    def pages(self, path: str, *, query: Query) -> Iterator[Fields]:
        """Yield the items of all pages. Raises rather than end early: half a list is not a list.

        A page may be empty and others follow: filters work on each page by itself.
        """
        cursor = ""
        seen: set[str] = set()
        while len(seen) < MOST_PAGES:
            page = self.get(path, query={**query, "cursor": cursor} if cursor else query)
            if not any(page.has_list(name) for name in LISTS):
                raise Retryable("The provider answered without a list.")
            yield from page.items(*LISTS)
            cursor = page.text(*CURSORS)
            if not cursor:
                return
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
        return Fields(self._ask(method, path, ids, query=query, body=body))

    def _ask(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str],
        *,
        query: Query | None = None,
        body: object = None,
    ) -> object:
        answer = self._wire.ask(method, path, ids, query=query, body=body)
        response = answer.response
        said = _json(response)
        if response.is_success:
            return said
        raise _error(response, Fields(said), answer.request_id)


def _json(response: httpx.Response) -> object:
    """Return the answer; None for what is no JSON, as empty answers are."""
    try:
        said: object = response.json() if response.content else None
    except ValueError:
        return None
    return said


def _error(response: httpx.Response, body: Fields, request_id: str) -> UpstreamError:
    status = response.status_code
    message = _message(response, body)
    if status == 429:
        wait = patience(None, response.headers)
        return RateLimited(message, retry_after=wait, request_id=request_id)
    usual = Refused if 300 <= status < 500 else Retryable
    return BY_STATUS.get(status, usual)(message, status=status, request_id=request_id)


def _message(response: httpx.Response, body: Fields) -> str:
    is_text = response.headers.get("content-type", "").startswith("text/plain")
    said = body.text("message", "error") or (response.text.strip() if is_text else "")
    return said[:LONGEST_MESSAGE] or f"The provider answered {response.status_code}, no more."
