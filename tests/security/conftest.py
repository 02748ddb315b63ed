"""One of everything, and a way to ask every address of the product without leaving a trace."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.models import User, Workspace
from tests.everything import Everything, make_everything
from tests.test_roles import filled_in


@pytest.fixture
def everything(workspace: Workspace, alice_user: User, settings: Settings) -> Everything:
    settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET = "client", "of the tests"
    settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = "client", "of the tests"
    return make_everything(workspace, alice_user)


@pytest.fixture
def asked(everything: Everything) -> dict[str, str]:
    """Every address of the product by its name, about what is in `everything`.

    Without those for machines, which show no page, change nothing and are answered before Django's
    own middleware (tests/operations).
    """
    every = filled_in(everything)
    return {name: url for name, url in every.items() if not name.startswith("operations:")}


def ask(
    client: Client,
    asked: Mapping[str, str],
    methods: Iterable[str] = ("get",),
    data: Mapping[str, Any] | None = None,
    **extra: Any,
) -> Iterator[tuple[str, HttpResponse, str]]:
    """Yield (method and name, answer, its text) for each address; nothing of it stays."""
    for name, url in asked.items():
        for method in methods:
            cache.clear()  # nobody is slowed down by what was asked before
            cookies = client.cookies.output()
            with transaction.atomic():
                answer: Any = getattr(client, method)(url, data, **extra)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                transaction.set_rollback(True)
            if client.cookies.output() != cookies:
                client.cookies.load(cookies)
            yield f"{method.upper()} {name}", answer, body.decode(errors="replace")
