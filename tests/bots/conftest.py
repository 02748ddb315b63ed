"""A provider account and bots in it, with boring defaults."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Workspace
from bots.links import meeting_key
from bots.models import Bot
from upstream.models import ProviderName, UpstreamAccount

BotFactory = Callable[..., Bot]
NEXT_NUMBER = iter(range(10_000, 1_000_000))


@pytest.fixture
def account(db: None) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        name="Meeting BaaS",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="http://127.0.0.1:9",
        api_key="mb-test-key",
    )


@pytest.fixture
def make_bot(account: UpstreamAccount, workspace: Workspace) -> BotFactory:
    def make(**fields: Any) -> Bot:
        number = next(NEXT_NUMBER)
        starts_at = fields.pop("starts_at", datetime(2026, 3, 4, 15, tzinfo=UTC))
        meeting_url = f"https://meet.google.com/abc-{number}"
        defaults: dict[str, Any] = {
            "workspace": workspace,
            "account": account,
            "title": "Weekly sync",
            "name": "Earshot for Northwind",
            "platform": "meet",
            "meeting_url": meeting_url,
            "meeting_key": meeting_key(meeting_url, starts_at),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=30),
            "booked_at": starts_at - timedelta(days=1),
            "upstream_id": f"up-{number}",
        }
        return Bot.objects.create(**{**defaults, **fields})

    return make
