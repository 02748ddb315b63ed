"""A real Chromium on Earshot as it is really served; each page also collects what went wrong on it.

    def test_library_lists(visit: Visit, alice_user: User) -> None:
        page = visit("/recordings/", alice_user)

At the end of a test no page may have an error in its console or a report of the content security
policy. Without a Chromium ($CHROMIUM, or one on the PATH) these tests are skipped, by name.
"""

import time
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

from accounts.models import User
from tests.asgi_server import AsgiServer


class Visit(Protocol):
    def __call__(self, path: str, user: User | None = None, **context: Any) -> Page: ...


@pytest.fixture
def complaints() -> list[str]:
    """What the console said; a test that provokes an error empties it."""
    return []


@pytest.fixture
def visit(
    chromium: Browser, asgi_server: AsgiServer, transactional_db: None, complaints: list[str]
) -> Iterator[Visit]:
    """Open a page as somebody, in a browser context of its own (`viewport=`, `color_scheme=` …)."""
    contexts = []

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    def opened(path: str, user: User | None = None, **context: Any) -> Page:
        own = chromium.new_context(base_url=asgi_server.url, **context)
        contexts.append(own)
        if user is not None:
            own.add_cookies([_session_of(user, asgi_server.url)])
        page = own.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", heard)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    _wait_for_the_last_requests()
    assert complaints == []


def _wait_for_the_last_requests() -> None:
    """The server still answers a page that is closed, and the tables are emptied next."""
    with connection.cursor() as cursor:
        for _ in range(100):
            time.sleep(0.03)  # what the browser sent last has arrived by then
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if cursor.fetchone() == (0,):
                return


def _session_of(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}
