"""One running demo for all tests of this folder: the whole product, nothing replaced."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.demo.running import Demo, start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests that look at the running demo go to one worker: the machine carries one demo."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.xdist_group("demo"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with start(tmp_path_factory.mktemp("demo") / "var") as running:
        running.wait_until_ready()
        yield running


@pytest.fixture
def page(chromium: Browser, demo: Demo) -> Iterator[Page]:
    """A page of a new visitor; at the end nothing may have complained on it."""
    context = chromium.new_context(base_url=demo.facts["url"], timezone_id="Europe/London")
    page = context.new_page()
    page.set_default_timeout(30_000)
    complaints: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(f"{page.url} {said.text}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))
    yield page
    context.close()
    assert complaints == [], demo.errors
