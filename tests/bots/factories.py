"""A provider account and bots in it, with boring defaults."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import Workspace
from bots.links import meeting_key
from bots.models import Bot, Outcome
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import BotState

NEXT_NUMBER = iter(range(10_000, 1_000_000))
USUAL_ENDS = {
    BotState.DONE: Outcome.RECORDED,
    BotState.FAILED: Outcome.TECHNICAL,
    BotState.CANCELLED: Outcome.NOT_NEEDED,
}


def usual_end(state: object) -> str:
    """The outcome of a bot in this state, where a test does not care which; empty on its way."""
    return next((end for final, end in USUAL_ENDS.items() if final == state), "")


def create_account() -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        name="Meeting BaaS",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="http://127.0.0.1:9",
        api_key="mb-test-key",
    )


def create_bot(workspace: Workspace, account: UpstreamAccount, **fields: Any) -> Bot:
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
        "outcome": usual_end(fields.get("state")),
    }
    return Bot.objects.create(**{**defaults, **fields})
