"""One running demo for all tests of this folder: the whole product, nothing replaced."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import chromium
from tests.demo.running import Demo, start

__all__ = ["chromium", "demo"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with start(tmp_path_factory.mktemp("demo") / "var") as running:
        running.wait_until_ready()
        yield running
