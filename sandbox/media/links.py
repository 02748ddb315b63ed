"""Signed media addresses that stop working four hours after they were made."""

from __future__ import annotations

import hashlib
import hmac

from sandbox.clock import HOUR, Clock

LIFETIME = 4 * HOUR


class Links:
    def __init__(self, clock: Clock, public_url: str, seed: str) -> None:
        self.clock = clock
        self.public_url = public_url.rstrip("/")
        self._key = f"media:{seed}".encode()

    def to(self, bot_id: str, name: str) -> str:
        path = f"/media/{bot_id}/{name}"
        expires = str(int(self.clock.now() + LIFETIME))
        return f"{self.public_url}{path}?expires={expires}&signature={self._sign(path, expires)}"

    def admits(self, path: str, expires: str, signature: str) -> bool:
        genuine = hmac.compare_digest(self._sign(path, expires), signature)
        return genuine and expires.isdigit() and int(expires) > self.clock.now()

    def _sign(self, path: str, expires: str) -> str:
        return hmac.new(self._key, f"{path}?{expires}".encode(), hashlib.sha256).hexdigest()
