"""Whatever the provider's own description allows is taken in and worked off without an error."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.upstream.specs import ABSENT, load_specs, webhook_schemas
from tests.webhooks.conftest import post_to_view
from tests.webhooks.signing import make_account, signed
from webhooks import processing
from webhooks.models import Delivery, DeliveryState

FEW = settings(
    max_examples=8,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", webhook_schemas() or [pytest.param("", marks=pytest.mark.skip(ABSENT))]
)
def test_generated_webhooks_are_processed(name: str) -> None:
    account = make_account()

    @FEW
    @given(load_specs().payloads(name))
    def deliver(payload: dict[str, Any]) -> None:
        message = signed(json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"))
        assert post_to_view(account.public_id, message) == 204
        processing.drain()
        delivery = Delivery.objects.get(message_id=message.id)
        assert (delivery.state, delivery.error) in (
            (DeliveryState.PROCESSED, ""),
            (DeliveryState.IGNORED, ""),
        )
        assert delivery.event == payload["event"]

    deliver()
