"""Who sent this? Webhooks are signed (Svix), callbacks of single bots carry a plain shared secret.

    svix-id, svix-timestamp, svix-signature   over "{id}.{timestamp}.{raw body}", at most 5 min old
    webhook-id, webhook-timestamp, …          the same under the standard's own names
    x-mb-secret                               callbacks; no id, so one is derived from the body

An account may hold several webhook secrets, separated by whitespace, while one replaces another.
"""

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from svix.webhooks import Webhook, WebhookVerificationError

from upstream.errors import InvalidSignature
from upstream.events import DomainEvent
from upstream.meetingbaas_v2.translation import translate

logger = logging.getLogger(__name__)
MOST_SIGNATURES = 8
LONGEST_ID = 120


@dataclass(frozen=True, slots=True)
class MeetingBaasV2Webhooks:
    """The receiving side of one account."""

    webhook_secret: str
    callback_secret: str

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the id of the message. Raises InvalidSignature."""
        lowered = {name.lower(): value for name, value in headers.items()}
        if secret := lowered.get("x-mb-secret"):
            self._verify_callback(secret)
            return callback_id(body)
        return self._verify_signed(lowered, body)

    def translate(self, payload: object, *, received_at: datetime | None = None) -> DomainEvent:
        return translate(payload, received_at=received_at)

    def _verify_callback(self, given: str) -> None:
        expected = self.callback_secret
        if not expected or not hmac.compare_digest(
            given.encode("utf-8", "replace"), expected.encode()
        ):
            raise InvalidSignature("The callback secret is not the one of this account.")

    def _verify_signed(self, headers: Mapping[str, str], body: bytes) -> str:
        message_id = _header(headers, "id")
        if not message_id or len(message_id) > LONGEST_ID:
            raise InvalidSignature("The message carries no usable id.")
        signed = {"svix-id": message_id, "svix-timestamp": _header(headers, "timestamp")}
        for signature in _signatures(_header(headers, "signature")):
            for verifier in verifiers(self.webhook_secret):
                if _fits(verifier, body, {**signed, "svix-signature": signature}):
                    return message_id
        raise InvalidSignature("No signature fits, or the message is older than five minutes.")


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


def callback_id(body: bytes) -> str:
    """Return an id for a body that has none: the same completion told twice gets the same id."""
    return f"callback_{hashlib.sha256(body).hexdigest()}"


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"svix-{name}") or headers.get(f"webhook-{name}") or ""


def _signatures(header: str) -> list[str]:
    """Only `v1` counts, and any one of them suffices; the rest may be in a form still to come."""
    candidates = [part for part in header.split() if part.startswith("v1,")]
    return [part for part in candidates if part.count(",") == 1][:MOST_SIGNATURES]


def _fits(verifier: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        verifier.verify(body, headers)
    except (WebhookVerificationError, ValueError):  # ValueError: not base64, or not UTF-8
        return False
    return True
