"""The two doors of the inbox, behind one fixture: what is true of one must be true of the other."""

from collections.abc import Callable

import httpx
import pytest
from django.test import Client

from accounts.models import Workspace
from tests.webhooks.signing import Message, make_account
from upstream.models import UpstreamAccount

Post = Callable[[str, Message], int]


@pytest.fixture
def account(transactional_db: None) -> UpstreamAccount:
    return make_account()


@pytest.fixture
def other_account(transactional_db: None) -> UpstreamAccount:
    workspace = Workspace.objects.create(name="Contoso")
    return make_account(name="Their own", workspace=workspace)


def post_to_view(account_id: str, message: Message, **extra: str) -> int:
    """Deliver to the plain Django view."""
    answer = Client().generic(
        "POST",
        f"/webhooks/{account_id}/",
        message.body,
        content_type="application/json",
        headers={name: value for name, value in message.headers.items() if name != "content-type"},
        **extra,  # type: ignore[arg-type]
    )
    assert not answer.content or answer.status_code == 404
    return answer.status_code


def post_to_server(url: str, account_id: str, message: Message) -> int:
    """Deliver to a running server."""
    answer = httpx.post(
        f"{url}/webhooks/{account_id}/", content=message.body, headers=message.headers, timeout=30
    )
    assert not answer.content or answer.status_code == 404
    return answer.status_code


@pytest.fixture(params=["asgi", "wsgi"])
def post(request: pytest.FixtureRequest, account: UpstreamAccount) -> Post:
    """Deliver a message through one of the two doors; returns the status."""
    if request.param == "wsgi":
        return post_to_view
    server = request.getfixturevalue("asgi_server")
    return lambda account_id, message: post_to_server(server.url, account_id, message)
