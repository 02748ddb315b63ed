"""Identifiers that come out the same for the same seed and the same order of calls."""

from __future__ import annotations

import hashlib
import uuid


class Ids:
    """A counter behind a hash: it survives a restart as one number; a random state would not."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.count = 0

    def uuid(self) -> str:
        return str(uuid.UUID(bytes=self._next()[:16], version=4))

    def token(self, prefix: str, length: int = 40) -> str:
        return prefix + self._next().hex()[:length]

    def _next(self) -> bytes:
        self.count += 1
        return hashlib.sha256(f"{self.seed}:{self.count}".encode()).digest()


def named_uuid(*parts: str) -> str:
    """The same uuid for the same name, for rows that are generated again at every start."""
    return str(uuid.UUID(bytes=hashlib.sha256("/".join(parts).encode()).digest()[:16], version=4))
