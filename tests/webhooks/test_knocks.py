"""Forged messages without end are not even read; who signs is let in, whoever else knocks."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from tests.asgi_server import AsgiServer
from tests.webhooks.conftest import post_to_server, post_to_view
from tests.webhooks.signing import Message, signed
from upstream.models import UpstreamAccount
from webhooks.knocks import MOST_REFUSALS, Knocks, address_of
from webhooks.models import Delivery

FORGER, PROVIDER = "8.8.8.8", "9.9.9.9"
SIGNED = {"event": "x"}
Deliver = Callable[[str, Message], int]


@pytest.fixture(params=["asgi", "wsgi"])
def deliver(request: pytest.FixtureRequest, account: UpstreamAccount) -> Deliver:
    """Post a message from an address, through one of the two doors."""
    if request.param == "wsgi":
        return lambda address, it: post_to_view(account.public_id, it, REMOTE_ADDR=address)
    server: AsgiServer = request.getfixturevalue("asgi_server")
    return lambda address, it: post_to_server(
        server.url, account.public_id, Message(it.body, {**it.headers, "x-forwarded-for": address})
    )


def test_who_knocks_too_often_waits_and_others_do_not(deliver: Deliver) -> None:
    forged = signed(SIGNED, secret="whsec_d3Jvbmc=")
    answers = [deliver(FORGER, forged) for _ in range(MOST_REFUSALS + 2)]
    assert answers == [401] * MOST_REFUSALS + [429] * 2
    assert deliver(FORGER, signed(SIGNED)) == 429
    assert deliver(PROVIDER, signed(SIGNED)) == 204
    assert Delivery.objects.count() == 1


def test_a_good_message_wipes_the_count() -> None:
    seen = Knocks()
    for _ in range(2):
        for _ in range(MOST_REFUSALS - 1):
            seen.note(FORGER, 401)
        seen.note(FORGER, 204)
    assert not seen.is_too_many(FORGER)


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "address"),
    [
        (FORGER, "", 0, FORGER),
        (FORGER, PROVIDER, 0, FORGER),
        ("10.0.0.7", PROVIDER, 0, ""),
        ("127.0.0.1", "", 0, ""),
        ("", "", 0, ""),
        ("10.0.0.7", f"1.1.1.1, {PROVIDER}", 1, PROVIDER),
        ("10.0.0.7", f"1.1.1.1, {PROVIDER}, 10.0.0.8", 2, PROVIDER),
        ("10.0.0.7", PROVIDER, 2, ""),
    ],
)
def test_whence_a_message_comes(
    peer: str, forwarded: str, proxies: int, address: str, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    assert address_of(peer, forwarded) == address


def test_where_everybody_comes_from_one_proxy_nobody_is_kept_out() -> None:
    seen = Knocks()
    for _ in range(MOST_REFUSALS * 2):
        seen.note("", 401)
    assert not seen.is_too_many("")
