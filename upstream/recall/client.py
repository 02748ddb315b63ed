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
import uuid
from collections.abc import Iterator, Mapping

import httpx

from upstream.errors import Refused, Retryable
from upstream.fields import Fields
from upstream.recall.refusals import error_of
from upstream.wire import TIMEOUTS, Answer, Query, Wire

MOST_PAGES = 400
REGIONS = (  # the last one is the older name of the US, for accounts with a monthly plan
    "https://us-east-1.recall.ai",
    "https://us-west-2.recall.ai",
    "https://eu-central-1.recall.ai",
    "https://ap-northeast-1.recall.ai",
    "https://api.recall.ai",
)
SECRETS = frozenset(
    {"oauth_client_secret", "oauth_refresh_token", "realtime_endpoints", "zoom", "webhook_url"}
)


class Client:
    """The wire of one account; `base_url` is the region's host, the paths bring `/api/v1`."""

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        transport: httpx.BaseTransport | None = None,
        timeout: httpx.Timeout = TIMEOUTS,
        account_id: int | None = None,
    ) -> None:
        self._host = httpx.URL(base_url)
        self._wire = Wire(
            "recall",
            base_url=base_url,
            headers={"authorization": f"Token {api_key}"},
            transport=transport,
            timeout=timeout,
            account_id=account_id,
        )

    def close(self) -> None:
        self._wire.close()

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
        here, there = self._host, httpx.URL(following)
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
        is_write = body is not None
        headers = {"idempotency-key": str(uuid.uuid4())} if is_write else {}
        answer = self._wire.ask(method, path, ids, url=url, query=query, body=body, headers=headers)
        return _read(answer)


def _read(answer: Answer) -> Fields:
    response = answer.response
    body = _without_secrets(response.content)
    is_readable = isinstance(body, dict) or not response.content
    if response.is_success and is_readable:
        return Fields(body)
    raise error_of(
        response.status_code, response.headers, Fields(body), request_id=answer.request_id
    )


def _without_secrets(content: bytes) -> object:
    """Errors about a secret keep its name; whatever else stands under it is forgotten."""
    try:
        return json.loads(content, object_pairs_hook=_emptied)
    except (ValueError, RecursionError):
        return None


def _emptied(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return {key: None if key in SECRETS and value else value for key, value in pairs}
