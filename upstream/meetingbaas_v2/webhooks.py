"""Who sent this? Webhooks are signed (Svix), callbacks of single bots carry a plain shared secret.

svix-id, …     signed, as upstream.signatures says
x-mb-secret    callbacks; no id, so one is derived from the body
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from upstream.errors import InvalidSignature
from upstream.events import DomainEvent
from upstream.meetingbaas_v2.translation import translate
from upstream.signatures import signed_id


@dataclass(frozen=True, slots=True)
class MeetingBaasV2Webhooks:
    """The receiving side of one account."""

    webhook_secret: str
    callback_secret: str

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the id of the message. Raises InvalidSignature."""
        if secret := headers.get("x-mb-secret"):
            self._verify_callback(secret)
            return callback_id(body)
        return signed_id(self.webhook_secret, headers, body)

    def translate(self, payload: object, *, received_at: datetime | None = None) -> DomainEvent:
        return translate(payload, received_at=received_at)

    def _verify_callback(self, given: str) -> None:
        expected = self.callback_secret
        if not expected or not hmac.compare_digest(
            given.encode("utf-8", "replace"), expected.encode()
        ):
            raise InvalidSignature("The callback secret is not the one of this account.")


def callback_id(body: bytes) -> str:
    """Return an id for a body that has none: the same completion told twice gets the same id."""
    return f"callback_{hashlib.sha256(body).hexdigest()}"
