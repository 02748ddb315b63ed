"""Whose webhooks are these? Accounts by the id in the address, remembered for a few seconds.

Remembering saves a query and a decryption per message; a changed secret counts when the time is up.
Unknown ids are remembered as well, so that guessing costs the database nothing.
"""

import asyncio
import time
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import connection

from upstream.models import UpstreamAccount
from upstream.port import WebhookReader
from upstream.registry import webhook_reader

MEMORY_SECONDS = 5.0
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Sender:
    """One account, as far as receiving goes."""

    account_id: int
    reader: WebhookReader


def find_sender(public_id: str) -> Sender | None:
    """Look the account up. One that is switched off still has bots in meetings: it is heard."""
    account = UpstreamAccount.objects.filter(public_id=public_id).first()
    return Sender(account.pk, webhook_reader(account)) if account else None


class Gate:
    """Remembers senders for the endpoint of one process; many who ask at once are one question."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Sender | None]] = {}
        self._asking: dict[str, asyncio.Task[Sender | None]] = {}

    async def sender(self, public_id: str) -> Sender | None:
        """Return the sender or None. Raises django.db.DatabaseError."""
        until, sender = self._known.get(public_id, (0.0, None))
        if until >= time.monotonic():
            return sender
        if public_id not in self._asking:
            self._asking[public_id] = asyncio.create_task(self._ask(public_id))
        return await asyncio.shield(self._asking[public_id])

    async def _ask(self, public_id: str) -> Sender | None:
        try:
            sender = await sync_to_async(_find_and_hang_up, thread_sensitive=False)(public_id)
        finally:
            del self._asking[public_id]
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[public_id] = (time.monotonic() + MEMORY_SECONDS, sender)
        return sender


def _find_and_hang_up(public_id: str) -> Sender | None:
    try:
        return find_sender(public_id)
    finally:
        connection.close()
