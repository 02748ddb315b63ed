"""Workers that wake at the same moment do not put each other's deliveries off."""

import json
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.webhooks.signing import status_change
from upstream.models import UpstreamAccount
from webhooks import processing
from webhooks.models import Delivery, DeliveryState

WAITING_FOR_A_ROW = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event = 'transactionid' AND datname = current_database()"
)


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_comes_too_late_puts_nothing_off(account: UpstreamAccount) -> None:
    """It finds the row taken, and has locked it for a moment to find that out."""
    body = json.dumps(status_change("bot-1", "joining_call", "2026-03-04T15:00:00Z")).encode()
    delivery = Delivery.objects.create(account=account, message_id="msg_1", body=body)
    assert Delivery.objects.claim(limit=20) == [delivery]
    with ThreadPoolExecutor(1) as worker:
        with transaction.atomic():
            Delivery.objects.select_for_update().get(pk=delivery.pk)
            working = worker.submit(work_off, delivery)
            until_it_waits(working)
        working.result()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.IGNORED, 1)


def work_off(delivery: Delivery) -> None:
    try:
        processing.work_off(delivery)
    finally:
        connection.close()


def until_it_waits(working: Future[None]) -> None:
    while not working.done():
        with connection.cursor() as cursor:
            cursor.execute(WAITING_FOR_A_ROW)
            (count,) = cursor.fetchone()
        if count:
            return
        time.sleep(0.01)
