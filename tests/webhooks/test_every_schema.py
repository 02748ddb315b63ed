"""Whatever the provider's own description allows is taken in and worked off without an error.

Once as it is, about bots and calendars of somebody else; once about a bot and a calendar of ours,
so that what it carries goes all the way through the product.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from accounts.models import User, Workspace
from bots.models import Bot
from calendars.models import Calendar, Connection
from tests.upstream.specs import ABSENT, load_specs, webhook_schemas
from tests.webhooks.conftest import post_to_view
from tests.webhooks.signing import make_account, signed
from upstream.models import UpstreamAccount
from webhooks import processing
from webhooks.models import Delivery, DeliveryState

SCHEMAS: list[Any] = webhook_schemas() or [pytest.param("", marks=pytest.mark.skip(ABSENT))]
FEW = settings(
    max_examples=8,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db: None) -> UpstreamAccount:
    return make_account()


@pytest.fixture
def calendar(account: UpstreamAccount, workspace: Workspace, alice_user: User) -> Calendar:
    connection = Connection.objects.create(
        workspace=workspace, user=alice_user, platform="google", subject="1", email="a@b.example"
    )
    return Calendar.objects.create(
        workspace=workspace,
        connection=connection,
        account=account,
        upstream_id="ours",
        raw_id="primary",
    )


def make_bot(account: UpstreamAccount, workspace: Workspace) -> Bot:
    return Bot.objects.create(
        workspace=workspace,
        account=account,
        name="Earshot",
        meeting_url="https://meet.google.com/abc-defg-hij",
        meeting_key=f"meet:{Bot.objects.count()}",
        starts_at=datetime(2026, 3, 4, 15, 0, tzinfo=UTC),
    )


def delivered(account: UpstreamAccount, payload: dict[str, Any]) -> Delivery:
    """Post `payload`, signed, and work the inbox off."""
    message = signed(json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"))
    assert post_to_view(account.public_id, message) == 204
    processing.drain()
    return Delivery.objects.get(message_id=message.id)


@pytest.mark.parametrize("name", SCHEMAS)
def test_generated_webhooks_about_strangers_do_nothing(name: str, account: UpstreamAccount) -> None:
    @FEW
    @given(load_specs().payloads(name))
    def deliver(payload: dict[str, Any]) -> None:
        delivery = delivered(account, payload)
        assert (delivery.error, delivery.event) == ("", payload["event"])
        assert delivery.state in (DeliveryState.PROCESSED, DeliveryState.IGNORED)

    deliver()


@pytest.mark.parametrize("name", SCHEMAS)
def test_generated_webhooks_about_ours_take_effect(
    name: str, account: UpstreamAccount, workspace: Workspace, calendar: Calendar
) -> None:
    @FEW
    @given(load_specs().payloads(name))
    def deliver(payload: dict[str, Any]) -> None:
        bot = make_bot(account, workspace)
        if payload["event"].startswith("bot."):
            payload["extra"] = {"earshot_id": bot.public_id}
        else:
            payload["data"]["calendar_id"] = calendar.upstream_id
        delivery = delivered(account, payload)
        assert delivery.error == ""
        assert delivery.state in (DeliveryState.PROCESSED, DeliveryState.IGNORED)
        assert delivery.effect

    deliver()
