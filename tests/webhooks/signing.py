"""The provider's side of a webhook: a body, an id, and the signature over both."""

import base64
import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from svix.webhooks import Webhook

from upstream.models import ProviderName, UpstreamAccount

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two characters").decode()
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Message:
    """One message as it goes over the wire."""

    body: bytes
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return self.headers["svix-id"]


def signed(
    payload: Any,
    *,
    message_id: str = "",
    secret: str = SECRET,
    age: timedelta = timedelta(0),
) -> Message:
    """Sign `payload`: bytes as they are, anything else as JSON."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    message_id = message_id or f"msg_{next(_numbers)}"
    moment = datetime.now(UTC) - age
    headers = {
        "content-type": "application/json",
        "svix-id": message_id,
        "svix-timestamp": str(int(moment.timestamp())),
        "svix-signature": Webhook(secret).sign(message_id, moment, body.decode()),
        "user-agent": "Svix-Webhooks/1.0",
    }
    return Message(body, headers)


def make_account(**fields: Any) -> UpstreamAccount:
    boring = {
        "name": "Meeting BaaS",
        "provider": ProviderName.MEETINGBAAS_V2,
        "base_url": "https://api.example",
        "api_key": "key",
        "webhook_secret": SECRET,
    }
    return UpstreamAccount.objects.create(**{**boring, **fields})


def status_change(bot_id: str, code: str, at: str, **extra: Any) -> dict[str, Any]:
    """Return the body of bot.status_change."""
    status = {"code": code, "created_at": at}
    data = {"bot_id": bot_id, "event_id": None, "status": status}
    return {"event": "bot.status_change", "data": data, "extra": extra or None}
