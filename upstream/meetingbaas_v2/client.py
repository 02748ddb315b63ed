"""Meeting BaaS v2 on the wire: its envelope, its refusals, its pages.

success   {"success": true, "data": …, "cursor"?: …, "errors"?: […]}
refusal   {"success": false, "error": …, "code": …, "statusCode": …, "message"?: …}
gateway   502 and a page of HTML
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

import httpx

from upstream.errors import Retryable
from upstream.fields import Fields
from upstream.meetingbaas_v2.refusals import error_of
from upstream.verbs import Verbs
from upstream.wire import TIMEOUTS, Query, Wire

MOST_PAGES = 400


class Client(Verbs):
    """The wire of one account. `base_url` ends without `/v2`; the paths bring it.

    A write without a body sends `{}`, or the server refuses it.
    """

    empty: ClassVar[object] = {}

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
            "meetingbaas_v2",
            base_url=base_url,
            headers={"x-meeting-baas-api-key": api_key},
            transport=transport,
            timeout=timeout,
            account_id=account_id,
        )

    def close(self) -> None:
        self._wire.close()

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
        """Return the whole answer, envelope included."""
        answer = self._wire.ask(method, path, ids, query=query, body=body)
        return _answer(answer.response, (method, path), answer.request_id)


def _answer(response: httpx.Response, call: tuple[str, str], request_id: str) -> Fields:
    try:
        body = Fields(response.json()) if response.content else Fields(None)
    except ValueError:
        body = Fields(None)
    is_readable = bool(body) or not response.content
    if response.is_success and is_readable and body.flag("success") is not False:
        return body
    raise error_of(response.status_code, response.headers, body, call=call, request_id=request_id)
