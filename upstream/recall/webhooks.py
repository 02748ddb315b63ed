"""Who sent this? One signature in two families of headers, and a token in our own address.

    webhook-id, …   the secret of the workspace: signs everything, once it has been created
    svix-id, …      accounts from before December 2025: the secret of the dashboard's endpoint
    ?token=…        real-time messages of such accounts, which nobody signs

A message that is signed has to be signed well, whatever token it brings.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from upstream.errors import InvalidSignature
from upstream.events import DomainEvent
from upstream.port import TOKEN_HEADER
from upstream.recall.translation import translate
from upstream.signatures import is_signed, signed_id


@dataclass(frozen=True, slots=True)
class RecallWebhooks:
    """The receiving side of one account."""

    webhook_secret: str
    token: str

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the id of the message. Raises InvalidSignature."""
        given = headers.get(TOKEN_HEADER, "")
        if given:
            self._verify_token(given)
        if is_signed(headers) or not given:
            return signed_id(self.webhook_secret, headers, body)
        return f"realtime_{hashlib.sha256(body).hexdigest()}"

    def translate(self, payload: object, *, received_at: datetime | None = None) -> DomainEvent:
        return translate(payload, received_at=received_at)

    def _verify_token(self, given: str) -> None:
        expected = self.token
        if not expected or not hmac.compare_digest(
            given.encode("utf-8", "replace"), expected.encode()
        ):
            raise InvalidSignature("The token is not the one of this account.")
