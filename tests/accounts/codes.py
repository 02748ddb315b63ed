"""An authenticator app, for tests: RFC 6238 with SHA-1, six digits, thirty seconds."""

import base64
import hmac
import time


def code_of(secret: str, *, at: float | None = None) -> str:
    """What the app shows at that moment, or now."""
    step = int(time.time() if at is None else at) // 30
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return f"{number % 1_000_000:06}"
