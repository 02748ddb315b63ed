"""What a provider sends, signed: the other side of the inbox."""

import base64
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two characters").decode()
BODY_BYTES = 1500


@dataclass(frozen=True, slots=True)
class Message:
    """One webhook."""

    body: bytes
    headers: dict[str, str]


def status_change(secret: str, bot_id: str, code: str) -> Message:
    """Return a `bot.status_change` that happens now."""
    body = status_body(bot_id, code, datetime.now(UTC).isoformat())
    return Message(body, signed(secret, f"msg_{secrets.token_hex(12)}", body))


def status_body(bot_id: str, code: str, at: str) -> bytes:
    """As long as real ones are, with what the customer gave the bot to carry."""
    data = {"bot_id": bot_id, "event_id": None, "status": {"code": code, "created_at": at}}
    payload = {"event": "bot.status_change", "data": data, "extra": {"note": ""}}
    missing = BODY_BYTES - len(json.dumps(payload))
    return json.dumps({**payload, "extra": {"note": "x" * missing}}).encode()


def signed(secret: str, message_id: str, body: bytes) -> dict[str, str]:
    """Return the headers of `body`."""
    key, moment = base64.b64decode(secret.removeprefix("whsec_")), int(time.time())
    signature = hmac.digest(key, f"{message_id}.{moment}.".encode() + body, "sha256")
    return {
        "content-type": "application/json",
        "user-agent": "Svix-Webhooks/1.0",
        "svix-id": message_id,
        "svix-timestamp": str(moment),
        "svix-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
