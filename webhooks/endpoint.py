"""POST /webhooks/<account>/, spoken without Django: read, verify, store, answer. Nothing else.

The statuses are those of `webhooks.intake`; `webhooks.views` answers the same way under WSGI.
"""

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from django.db import DatabaseError

from upstream.errors import InvalidSignature
from upstream.port import TOKEN_HEADER
from webhooks.gate import Gate
from webhooks.intake import ACCOUNT_ADDRESS, MOST_BYTES, letter, token_in
from webhooks.knocks import address_of, knocks
from webhooks.wakeup import Waker
from webhooks.writer import InboxUnavailable, InboxWriter


class Disconnected(Exception):
    """The sender left before its message was complete."""


class TooLarge(Exception):
    """More than MOST_BYTES."""


class Inbox:
    """The endpoint of one process, with its memory of accounts and its writer."""

    def __init__(self) -> None:
        self._gate = Gate()
        self._waker = Waker()
        self._writer = InboxWriter(on_commit=self._waker.wake)

    async def __call__(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["method"] != "POST":
            await _answer(send, 405)
            return
        peer = scope["client"][0] if scope["client"] else ""
        headers = {name.decode("latin-1"): it.decode("latin-1") for name, it in scope["headers"]}
        address = address_of(peer, headers.get("x-forwarded-for", ""))
        if knocks.is_too_many(address):
            await _answer(send, 429)
            return
        try:
            status = await self._receive(scope, headers, receive)
        except TooLarge:
            status = 413
        except (DatabaseError, InboxUnavailable):
            status = 503
        except Disconnected:
            return
        knocks.note(address, status)
        await _answer(send, status)

    async def _receive(
        self, scope: HTTPScope, headers: dict[str, str], receive: ASGIReceiveCallable
    ) -> int:
        address = ACCOUNT_ADDRESS.fullmatch(scope["path"])
        sender = await self._gate.sender(address[1]) if address else None
        if sender is None:
            return 404
        headers[TOKEN_HEADER] = token_in(scope["query_string"].decode("latin-1"))
        body = await _read(receive, announced=headers.get("content-length", ""))
        try:
            message_id = sender.reader.verify(headers, body)
        except InvalidSignature:
            self._writer.count_refusal(sender.account_id)
            return 401
        await self._writer.store(letter(sender.account_id, message_id, headers, body))
        return 204

    async def stop(self) -> None:
        await self._writer.stop()
        await self._waker.stop()


async def _read(receive: ASGIReceiveCallable, *, announced: str) -> bytes:
    """Return the body. Raises TooLarge as soon as that is known."""
    if announced.isdecimal() and int(announced) > MOST_BYTES:
        raise TooLarge
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Disconnected
        body += message["body"]
        if len(body) > MOST_BYTES:
            raise TooLarge
        if not message["more_body"]:
            return body


async def _answer(send: ASGISendCallable, status: int) -> None:
    headers = [(b"content-length", b"0")] if status != 204 else []
    if status == 405:
        headers.append((b"allow", b"POST"))
    if status == 429:
        headers.append((b"retry-after", b"60"))
    if status in (413, 429):
        headers.append((b"connection", b"close"))
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )
    await send({"type": "http.response.body", "body": b"", "more_body": False})


inbox = Inbox()
