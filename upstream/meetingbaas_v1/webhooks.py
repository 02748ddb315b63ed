"""Who sent this? The header `x-meeting-baas-api-key` equals our own key; there is nothing more.

No signature, no time, no id. So an id is made of what the message says, and nothing in a message
is believed that could not be asked for. While a key is replaced, the account's webhook secret may
hold the old one (or several, separated by whitespace).

    bot.status_change       event, bot, code, time       complete, failed    event, bot
    calendar.sync_events    event, calendar, time        anything else       the whole body
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from upstream.errors import InvalidSignature
from upstream.events import DomainEvent
from upstream.fields import Fields
from upstream.meetingbaas_v1.translation import translate

STEPS = (
    "Sign in at the provider's dashboard and set the account's webhook address to the one above.",
    "There is no signing secret: messages carry the API key.",
    "While one key replaces another, keep the old one in the webhook secret below.",
    "Connect a calendar or send a bot: the last delivery on this page should change.",
)
HEADER = "x-meeting-baas-api-key"
ONCE_PER_BOT = ("complete", "failed", "transcription_complete")


@dataclass(frozen=True, slots=True)
class MeetingBaasV1Webhooks:
    """The receiving side of one account."""

    api_key: str
    older_keys: str = ""

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """Return the id of the message. Raises InvalidSignature."""
        given = headers.get(HEADER, "").encode("utf-8", "replace")
        keys = [key.encode() for key in (self.api_key, *self.older_keys.split()) if key]
        if sum(hmac.compare_digest(given, key) for key in keys) == 0:  # in constant time
            raise InvalidSignature("The key is not the one of this account.")
        return derived_id(body)

    def translate(self, payload: object, *, received_at: datetime | None = None) -> DomainEvent:
        return translate(payload, received_at=received_at)


def derived_id(body: bytes) -> str:
    """Return the same id for the same news, however often it is told."""
    parts = _parts(body)
    told = "\n".join(parts).encode() if all(parts) and parts else body
    return f"derived_{hashlib.sha256(told).hexdigest()}"


def _parts(body: bytes) -> tuple[str, ...]:
    try:
        message = Fields(json.loads(body))
    except (ValueError, RecursionError):
        return ()
    name, data = message.text("event"), message.inner("data")
    if name == "bot.status_change":
        status = data.inner("status")
        return name, data.text("bot_id"), status.text("code"), status.text("created_at")
    if name == "calendar.sync_events":
        return name, data.text("calendar_id"), data.text("last_updated_ts")
    return (name, data.text("bot_id")) if name in ONCE_PER_BOT else ()
