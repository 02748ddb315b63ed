"""From an account to its provider: the one place that knows which adapters there are.

Import from here, not from `upstream`: the package itself is imported before the models are ready.
"""

from functools import lru_cache

import httpx
from django.conf import settings

from upstream.meetingbaas_v2.adapter import MeetingBaasV2
from upstream.meetingbaas_v2.client import Client
from upstream.meetingbaas_v2.webhooks import MeetingBaasV2Webhooks
from upstream.models import UpstreamAccount
from upstream.port import Capabilities, Provider, WebhookReader

LONGEST_CONNECT = 5.0


def open_provider(account: UpstreamAccount) -> Provider:
    """Return the provider of `account`; connections are kept and shared until its key changes."""
    patience = settings.UPSTREAM_TIMEOUT_SECONDS
    return MeetingBaasV2(_client(account.pk, account.base_url, account.api_key, patience))


def capabilities_of(account: UpstreamAccount) -> Capabilities:
    """What the provider of `account` can do; needs none of its secrets."""
    return MeetingBaasV2.capabilities


def webhook_reader(account: UpstreamAccount) -> WebhookReader:
    return MeetingBaasV2Webhooks(
        webhook_secret=account.webhook_secret, callback_secret=account.callback_secret
    )


@lru_cache(maxsize=128)
def _client(account_id: int, base_url: str, api_key: str, patience: float) -> Client:
    timeout = httpx.Timeout(patience, connect=min(patience, LONGEST_CONNECT))
    return Client(base_url=base_url, api_key=api_key, timeout=timeout)
