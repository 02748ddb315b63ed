"""The four verbs of a provider's client; what an answer means is the client's own to say."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from upstream.fields import Fields
from upstream.wire import Query


class Verbs(ABC):
    """`empty` is what a write without a body sends, where the server wants something."""

    empty: ClassVar[object] = None

    def get(self, path: str, *, query: Query | None = None, **ids: str) -> Fields:
        return self._call("GET", path, ids, query=query)

    def post(
        self, path: str, body: object = None, *, query: Query | None = None, **ids: str
    ) -> Fields:
        return self._call("POST", path, ids, query=query, body=body or self.empty)

    def patch(self, path: str, body: object, **ids: str) -> Fields:
        return self._call("PATCH", path, ids, body=body)

    def delete(
        self, path: str, body: object = None, *, query: Query | None = None, **ids: str
    ) -> Fields:
        return self._call("DELETE", path, ids, query=query, body=body or self.empty)

    @abstractmethod
    def _call(
        self,
        method: str,
        path: str,
        ids: Mapping[str, str],
        *,
        query: Query | None = None,
        body: object = None,
    ) -> Fields:
        """Return the answer. Raises the errors of `upstream.errors`."""
