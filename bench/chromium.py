"""A Chromium for the scenarios that look at pages: $CHROMIUM, one on the PATH, or Playwright's."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

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


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find(playwright)
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


def find(playwright: Playwright) -> str | None:
    """Return the path of one that is there."""
    wanted = (os.environ.get("CHROMIUM"), *NAMES, playwright.chromium.executable_path)
    return next((found for name in wanted if name and (found := shutil.which(name))), None)
