"""What is acknowledged is on disk, whatever happens to the server, the broker or the database."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.db import connection

from tests.asgi_server import AsgiServer, run_asgi
from tests.webhooks.conftest import post_to_server
from tests.webhooks.signing import Message, signed, status_change
from upstream.models import UpstreamAccount
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)

PAYLOAD = status_change("bot-1", "joining_call", "2026-03-04T15:00:00Z")


def test_a_killed_server_has_lost_nothing_it_acknowledged(account: UpstreamAccount) -> None:
    acknowledged: list[str] = []

    def send_until_it_dies(server: AsgiServer) -> None:
        with httpx.Client() as client:
            while True:
                message = signed(PAYLOAD)
                try:
                    answer = client.post(
                        f"{server.url}/webhooks/{account.public_id}/",
                        content=message.body,
                        headers=message.headers,
                    )
                except httpx.HTTPError:
                    return
                assert answer.status_code == 204
                acknowledged.append(message.id)

    with run_asgi() as server, ThreadPoolExecutor(8) as senders:
        sending = [senders.submit(send_until_it_dies, server) for _ in range(8)]
        while len(acknowledged) < 200:
            time.sleep(0.01)
        server.kill()
        for each in sending:
            each.result()
    stored = set(Delivery.objects.values_list("message_id", flat=True))
    assert len(acknowledged) >= 200
    assert set(acknowledged) - stored == set()


def test_a_server_that_is_asked_to_stop_answers_what_it_has_taken(account: UpstreamAccount) -> None:
    def send(server: AsgiServer, message: Message) -> int:
        try:
            return post_to_server(server.url, account.public_id, message)
        except httpx.HTTPError:  # it had closed its door before this one knocked
            return 0

    messages = [signed(PAYLOAD) for _ in range(60)]
    with run_asgi() as server, ThreadPoolExecutor(6) as senders:
        answers = [senders.submit(send, server, message) for message in messages]
        answers[20].result()
        assert server.stop() in (0, -15)
        statuses = {message.id: it.result() for message, it in zip(messages, answers, strict=True)}
    assert set(statuses.values()) <= {204, 0}
    stored = set(Delivery.objects.values_list("message_id", flat=True))
    assert {message_id for message_id, status in statuses.items() if status == 204} <= stored


def test_the_broker_may_be_away(account: UpstreamAccount) -> None:
    with run_asgi(CELERY_BROKER_URL="redis://127.0.0.1:1/0") as server:
        began = time.monotonic()
        for _ in range(3):
            assert post_to_server(server.url, account.public_id, signed(PAYLOAD)) == 204
        assert time.monotonic() - began < 5
    assert Delivery.objects.count() == 3


def test_a_lost_connection_is_replaced_before_anyone_notices(
    asgi_server: AsgiServer, account: UpstreamAccount
) -> None:
    assert post_to_server(asgi_server.url, account.public_id, signed(PAYLOAD)) == 204
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query ILIKE '%%INSERT INTO webhooks_delivery%%' AND pid <> pg_backend_pid()"
        )
        assert cursor.rowcount >= 1
    for _ in range(4):
        assert post_to_server(asgi_server.url, account.public_id, signed(PAYLOAD)) == 204
    assert Delivery.objects.count() == 5


def test_nothing_is_acknowledged_that_cannot_be_stored(
    asgi_server: AsgiServer, account: UpstreamAccount
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE webhooks_delivery RENAME TO elsewhere")
    try:
        message = signed(PAYLOAD)
        assert post_to_server(asgi_server.url, account.public_id, message) == 503
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO webhooks_delivery")
    assert post_to_server(asgi_server.url, account.public_id, message) == 204


def test_one_message_that_cannot_be_stored_does_not_take_others_along(
    asgi_server: AsgiServer, account: UpstreamAccount, other_account: UpstreamAccount
) -> None:
    assert post_to_server(asgi_server.url, other_account.public_id, signed(PAYLOAD)) == 204
    Delivery.objects.filter(account=other_account).delete()
    other_account.delete()  # the server still remembers it for some seconds

    def send(account_id: str) -> int:
        return post_to_server(asgi_server.url, account_id, signed(PAYLOAD))

    ids = [account.public_id, other_account.public_id] * 20
    with ThreadPoolExecutor(16) as senders:
        answers = list(senders.map(send, ids))
    assert set(answers[::2]) == {204}
    assert set(answers[1::2]) <= {503, 404}
    assert Delivery.objects.count() == 20
