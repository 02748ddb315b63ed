"""From an account to its provider: the one place that knows which adapters there are.

Import from here, not from `upstream`: the package itself is imported before the models are ready.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import httpx
from django.conf import settings

from upstream.meetingbaas_v1.adapter import MeetingBaasV1
from upstream.meetingbaas_v1.client import Client as ClientV1
from upstream.meetingbaas_v1.webhooks import STEPS as WITH_OUR_KEY
from upstream.meetingbaas_v1.webhooks import MeetingBaasV1Webhooks
from upstream.meetingbaas_v2.adapter import MeetingBaasV2
from upstream.meetingbaas_v2.client import Client
from upstream.meetingbaas_v2.webhooks import MeetingBaasV2Webhooks
from upstream.models import ProviderName, UpstreamAccount
from upstream.port import Capabilities, Provider, WebhookReader
from upstream.recall.adapter import Recall
from upstream.recall.client import REGIONS
from upstream.recall.client import Client as RecallClient
from upstream.recall.webhooks import RecallWebhooks

LONGEST_CONNECT = 5.0


@dataclass(frozen=True, slots=True)
class Adapter:
    """What one provider's package offers. `open` gets an account's id, address, key and patience.

    `steps` say how webhooks are set up where they are not signed with a secret of their own.
    """

    capabilities: Capabilities
    open: Callable[[int, str, str, httpx.Timeout], Provider]
    reader: Callable[[UpstreamAccount], WebhookReader]
    addresses: tuple[str, ...] = ("https://api.meetingbaas.com",)  # several: one per region
    steps: tuple[str, ...] = ()


ADAPTERS: dict[str, Adapter] = {
    ProviderName.MEETINGBAAS_V2: Adapter(
        capabilities=MeetingBaasV2.capabilities,
        open=lambda account_id, base_url, api_key, timeout: MeetingBaasV2(
            Client(base_url=base_url, api_key=api_key, timeout=timeout, account_id=account_id)
        ),
        reader=lambda account: MeetingBaasV2Webhooks(
            webhook_secret=account.webhook_secret, callback_secret=account.callback_secret
        ),
    ),
    ProviderName.RECALL: Adapter(
        capabilities=Recall.capabilities,
        open=lambda account_id, base_url, api_key, timeout: Recall(
            RecallClient(base_url=base_url, api_key=api_key, timeout=timeout, account_id=account_id)
        ),
        reader=lambda account: RecallWebhooks(
            webhook_secret=account.webhook_secret, token=account.callback_secret
        ),
        addresses=REGIONS,
    ),
    ProviderName.MEETINGBAAS_V1: Adapter(
        capabilities=MeetingBaasV1.capabilities,
        open=lambda account_id, base_url, api_key, timeout: MeetingBaasV1(
            ClientV1(base_url=base_url, api_key=api_key, timeout=timeout, account_id=account_id)
        ),
        reader=lambda account: MeetingBaasV1Webhooks(
            api_key=account.api_key, older_keys=account.webhook_secret
        ),
        steps=WITH_OUR_KEY,
    ),
}


def open_provider(account: UpstreamAccount) -> Provider:
    """Return the provider of `account`; connections are kept and shared until its key changes."""
    patience = settings.UPSTREAM_TIMEOUT_SECONDS
    return _opened(account.pk, account.provider, account.base_url, account.api_key, patience)


def capabilities_of(account: UpstreamAccount) -> Capabilities:
    """What the provider of `account` can do; needs none of its secrets."""
    return ADAPTERS[account.provider].capabilities


def addresses_of(provider: str) -> tuple[str, ...]:
    """Where this provider can be: one address, or one per region of those that keep them apart."""
    return ADAPTERS[provider].addresses


def webhook_reader(account: UpstreamAccount) -> WebhookReader:
    return ADAPTERS[account.provider].reader(account)


@lru_cache(maxsize=128)
def _opened(
    account_id: int, provider: str, base_url: str, api_key: str, patience: float
) -> Provider:
    timeout = httpx.Timeout(patience, connect=min(patience, LONGEST_CONNECT))
    return ADAPTERS[provider].open(account_id, base_url, api_key, timeout)
