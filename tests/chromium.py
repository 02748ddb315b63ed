"""The one Chromium of a test run: $CHROMIUM, one on the PATH, or Playwright's own."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Playwright keeps an event loop in this thread; our queries do not run in it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        wanted = (os.environ.get("CHROMIUM"), *NAMES, playwright.chromium.executable_path)
        path = next((found for name in wanted if name and (found := shutil.which(name))), None)
        if path is None:
            pytest.skip("no Chromium: set CHROMIUM or install one")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()
