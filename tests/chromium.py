"""The one Chromium of a test run: $CHROMIUM, one on the PATH, or Playwright's own."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from bench.chromium import ARGUMENTS, find

# Playwright keeps an event loop in this thread; our queries do not run in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

# A wait ends when the page is as expected: on a busy machine that may take more than a moment.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find(playwright)
        if path is None:
            pytest.skip("no Chromium: set CHROMIUM or install one")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
