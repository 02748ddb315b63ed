"""Who may put what into the inbox, the same through both doors."""

import base64
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import httpx
import pytest
from django.test import Client

from accounts.models import Workspace
from tests.asgi_server import AsgiServer
from tests.webhooks.conftest import Post
from tests.webhooks.signing import SECRET, Message, make_account, signed, status_change
from upstream.models import ProviderName, UpstreamAccount
from webhooks.intake import MOST_BYTES
from webhooks.models import Delivery, DeliveryState, RefusalCount

pytestmark = pytest.mark.django_db(transaction=True)

PAYLOAD = status_change("bot-1", "joining_call", "2026-03-04T15:00:00Z")
NEW_SECRET = "whsec_" + base64.b64encode(b"another one of thirty-two letters").decode()


def wait_for(condition: Callable[[], bool], seconds: float = 8) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_a_signed_message_is_kept_as_it_came(post: Post, account: UpstreamAccount) -> None:
    message = signed(b'{"event" : "bot.status_change", "data":{"name":"\xc3\x85sa \\u0000"}}')
    assert post(account.public_id, message) == 204
    delivery = Delivery.objects.get()
    assert bytes(delivery.body) == message.body
    assert (delivery.account, delivery.message_id) == (account, message.id)
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 0)
    assert delivery.public_id.startswith("dlv_")


def test_neither_signature_nor_shared_secret_is_kept(post: Post, account: UpstreamAccount) -> None:
    message = signed(PAYLOAD)
    assert post(account.public_id, message) == 204
    callback = Message(b"{}", {"x-mb-secret": account.callback_secret, "content-type": "text/x"})
    assert post(account.public_id, callback) == 204
    kept = {
        name for headers in Delivery.objects.values_list("headers", flat=True) for name in headers
    }
    assert {"svix-id", "svix-timestamp", "user-agent"} <= kept
    assert kept <= {"svix-id", "svix-timestamp", "user-agent", "content-type"}


@pytest.mark.parametrize(
    "write",
    [
        lambda: signed(PAYLOAD, secret="whsec_" + "d3Jvbmc="),
        lambda: signed(PAYLOAD, age=timedelta(minutes=6)),
        lambda: signed(PAYLOAD, age=timedelta(minutes=-6)),
        lambda: Message(b'{"event":"changed"}', signed(PAYLOAD).headers),
        lambda: Message(signed(PAYLOAD).body, {"content-type": "application/json"}),
        lambda: Message(b"\xff\xfe", signed(PAYLOAD).headers),
        lambda: Message(b"{}", {"x-mb-secret": "guessed"}),
    ],
    ids=["wrong key", "too old", "from the future", "body", "unsigned", "not UTF-8", "callback"],
)
def test_what_nobody_vouches_for_is_refused(
    post: Post, account: UpstreamAccount, write: Callable[[], Message]
) -> None:
    assert post(account.public_id, write()) == 401
    assert Delivery.objects.count() == 0


def test_refusals_are_counted(post: Post, account: UpstreamAccount) -> None:
    for _ in range(3):
        post(account.public_id, signed(PAYLOAD, secret="whsec_d3Jvbmc="))
    assert wait_for(lambda: RefusalCount.objects.filter(account=account, count=3).exists())
    assert Delivery.objects.count() == 0


def test_a_message_for_one_account_counts_for_no_other(
    post: Post, account: UpstreamAccount, workspace: Workspace
) -> None:
    other = make_account(webhook_secret=NEW_SECRET, workspace=workspace)
    message = signed(PAYLOAD)
    assert post(other.public_id, message) == 401
    assert post(account.public_id, message) == 204
    assert [it.account for it in Delivery.objects.all()] == [account]


def test_while_a_secret_rotates_both_count_and_then_the_new_one_alone(
    post: Post, account: UpstreamAccount
) -> None:
    account.webhook_secret = f"{NEW_SECRET} {SECRET}"
    account.save()
    wait_for(lambda: post(account.public_id, signed(PAYLOAD, secret=NEW_SECRET)) == 204)
    assert post(account.public_id, signed(PAYLOAD)) == 204
    account.webhook_secret = NEW_SECRET
    account.save()
    assert wait_for(lambda: post(account.public_id, signed(PAYLOAD)) == 401)
    assert post(account.public_id, signed(PAYLOAD, secret=NEW_SECRET)) == 204


def test_the_same_message_twice_is_one_delivery(post: Post, account: UpstreamAccount) -> None:
    message = signed(PAYLOAD)
    assert [post(account.public_id, message) for _ in range(3)] == [204, 204, 204]
    assert Delivery.objects.count() == 1


def test_the_same_id_of_two_accounts_is_two_deliveries(
    post: Post, account: UpstreamAccount, other_account: UpstreamAccount
) -> None:
    message = signed(PAYLOAD)
    for each in (account, other_account):
        assert post(each.public_id, message) == 204
    assert Delivery.objects.count() == 2


def test_duplicates_at_the_same_moment_are_one_delivery(
    asgi_server: AsgiServer, account: UpstreamAccount
) -> None:
    messages = [signed(PAYLOAD) for _ in range(10)] * 8

    def send(message: Message) -> int:
        url = f"{asgi_server.url}/webhooks/{account.public_id}/"
        return httpx.post(url, content=message.body, headers=message.headers).status_code

    with ThreadPoolExecutor(16) as senders:
        assert set(senders.map(send, messages)) == {204}
    assert Delivery.objects.count() == 10


def test_an_unknown_address_is_not_found(post: Post, account: UpstreamAccount) -> None:
    for unknown in ("up_AAAAAAAAAAAAAAAA", account.public_id[:-1] + "-", "nonsense"):
        assert post(unknown, signed(PAYLOAD)) == 404
    assert Delivery.objects.count() == 0


def test_an_account_that_is_switched_off_is_still_heard(
    post: Post, account: UpstreamAccount
) -> None:
    UpstreamAccount.objects.update(is_active=False)
    assert post(account.public_id, signed(PAYLOAD)) == 204


def test_only_post_is_allowed(asgi_server: AsgiServer, account: UpstreamAccount) -> None:
    address = f"/webhooks/{account.public_id}/"
    for method in ("GET", "PUT", "DELETE"):
        answer = httpx.request(method, asgi_server.url + address)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert Client().generic(method, address).status_code == 405


def test_the_largest_message_is_kept_and_a_larger_one_is_not(
    post: Post, account: UpstreamAccount
) -> None:
    largest = b'{"x":"' + b"a" * (MOST_BYTES - 8) + b'"}'
    assert len(largest) == MOST_BYTES
    assert post(account.public_id, signed(largest)) == 204
    assert post(account.public_id, signed(largest + b" ")) == 413
    assert Delivery.objects.count() == 1


def test_a_body_that_does_not_say_its_length_is_stopped_as_well(
    asgi_server: AsgiServer, account: UpstreamAccount
) -> None:
    url = f"{asgi_server.url}/webhooks/{account.public_id}/"
    chunks = (b"x" * 1024 * 1024 for _ in range(12))
    try:
        status = httpx.post(url, content=chunks, timeout=30).status_code
    except httpx.WriteError:  # the server has hung up while we were still talking
        status = 413
    assert status == 413


@pytest.mark.parametrize(("token", "status"), [("right", 204), ("guessed", 401), ("", 401)])
def test_token_in_the_address_vouches_where_the_provider_signs_nothing(
    post: Post, token: str, status: int
) -> None:
    account = make_account(provider=ProviderName.RECALL, callback_secret="right token+")
    given = quote("right token+") if token == "right" else token
    # Both doors end the address with a slash, which is then part of another parameter.
    assert post(f"{account.public_id}/?token={given}&end=", Message(b"{}", {})) == status
    assert Delivery.objects.count() == (status == 204)
