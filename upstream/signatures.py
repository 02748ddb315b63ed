"""Signed messages: Svix's scheme, which became the Standard Webhooks.

    webhook-id, webhook-timestamp, webhook-signature   over "{id}.{timestamp}.{raw body}"
    svix-id, svix-timestamp, svix-signature            the same, under its older names

An account may hold several secrets, separated by whitespace, while one replaces another. Messages
older than five minutes are refused.
"""

import base64
import hmac
import logging
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache

from upstream.errors import InvalidSignature

logger = logging.getLogger(__name__)
MOST_SIGNATURES = 8
TOLERANCE_SECONDS = 5 * 60
LONGEST_TIMESTAMP = 12
LONGEST_ID = 120


def signed_id(secrets: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return the id of a signed message; header names are lower case. Raises InvalidSignature."""
    message_id = _header(headers, "id")
    if not message_id or len(message_id) > LONGEST_ID:
        raise InvalidSignature("The message carries no usable id.")
    timestamp = _header(headers, "timestamp")
    if _is_recent(timestamp):
        signed = b"%s.%s.%s" % (message_id.encode(), timestamp.encode(), body)
        given = _signatures(_header(headers, "signature"))
        for key in keys(secrets):
            expected = hmac.digest(key, signed, "sha256")
            if any(hmac.compare_digest(expected, signature) for signature in given):
                return message_id
    raise InvalidSignature("No signature fits, or the message is older than five minutes.")


def is_signed(headers: Mapping[str, str]) -> bool:
    return bool(_header(headers, "signature"))


@lru_cache(maxsize=256)
def keys(secrets: str) -> tuple[bytes, ...]:
    """Return one key per secret; a secret that cannot be read vouches for nothing."""
    return tuple(_keys(secrets))


def _keys(secrets: str) -> Iterator[bytes]:
    for secret in secrets.split():
        try:
            key = base64.b64decode(secret.removeprefix("whsec_") + "==")
        except ValueError:
            key = b""
        if key:
            yield key
        else:
            logger.error("webhook secret unreadable: it should be whsec_ and base64")


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"svix-{name}") or headers.get(f"webhook-{name}") or ""


def _is_recent(timestamp: str) -> bool:
    """Whether it is a number of seconds since 1970, not too old and not too new."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= LONGEST_TIMESTAMP):
        return False
    return abs(time.time() - int(timestamp)) <= TOLERANCE_SECONDS


def _signatures(header: str) -> list[bytes]:
    """Only `v1` counts, and any one of them suffices; the rest may be in a form still to come."""
    candidates = [part[3:] for part in header.split() if part.startswith("v1,")]
    return [signature for text in candidates[:MOST_SIGNATURES] if (signature := _decoded(text))]


def _decoded(text: str) -> bytes:
    """The bytes of a signature; nothing if it is not base64."""
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""
