"""Signed messages: Svix's scheme, which became the Standard Webhooks.

    webhook-id, webhook-timestamp, webhook-signature   over "{id}.{timestamp}.{raw body}"
    svix-id, svix-timestamp, svix-signature            the same, under its older names

An account may hold several secrets, separated by whitespace, while one replaces another. Messages
older than five minutes are refused.
"""

import base64
import logging
from collections.abc import Iterator, Mapping
from functools import lru_cache

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from upstream.errors import InvalidSignature

logger = logging.getLogger(__name__)
MOST_SIGNATURES = 8
LONGEST_ID = 120


def signed_id(secrets: str, headers: Mapping[str, str], body: bytes) -> str:
    """Return the id of a signed message; header names are lower case. Raises InvalidSignature."""
    message_id = _header(headers, "id")
    if not message_id or len(message_id) > LONGEST_ID:
        raise InvalidSignature("The message carries no usable id.")
    signed = {"webhook-id": message_id, "webhook-timestamp": _header(headers, "timestamp")}
    for signature in _signatures(_header(headers, "signature")):
        for verifier in verifiers(secrets):
            if _fits(verifier, body, {**signed, "webhook-signature": signature}):
                return message_id
    raise InvalidSignature("No signature fits, or the message is older than five minutes.")


def is_signed(headers: Mapping[str, str]) -> bool:
    return bool(_header(headers, "signature"))


@lru_cache(maxsize=256)
def verifiers(secrets: str) -> tuple[Webhook, ...]:
    """Return one verifier per secret; a secret that cannot be read vouches for nothing."""
    return tuple(_verifiers(secrets))


def _verifiers(secrets: str) -> Iterator[Webhook]:
    for secret in secrets.split():
        try:
            key = base64.b64decode(secret.removeprefix("whsec_") + "==")
        except ValueError:
            key = b""
        if key:
            yield Webhook(key)
        else:
            logger.error("webhook secret unreadable: it should be whsec_ and base64")


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"svix-{name}") or headers.get(f"webhook-{name}") or ""


def _signatures(header: str) -> list[str]:
    """Only `v1` counts, and any one of them suffices; the rest may be in a form still to come."""
    candidates = [part for part in header.split() if part.startswith("v1,")]
    return [part for part in candidates if part.count(",") == 1][:MOST_SIGNATURES]


def _fits(verifier: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        verifier.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: not base64, or not UTF-8
        return False
    return True
