"""Looks at a page as its readers do: light and dark, wide and narrow; and lets axe judge it.

    for look in each_look(page):        # "light-1280", "light-360", "dark-1280", "dark-360"
        assert_accessible(page)

With SCREENSHOTS set to a folder, every look is also kept there as a picture.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {1280: 900, 360: 740}
FOLDER = os.environ.get("SCREENSHOTS", "")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def each_look(page: Page, name: str = "") -> Iterator[str]:
    """Show `page` in each look in turn; nothing may make a narrow page scroll sideways."""
    for scheme in SCHEMES:
        for width, height in WIDTHS.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": height})
            look = f"{scheme}-{width}"
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, f"{page.url} ({look}) is {overflow} px too wide"
            if FOLDER and name:
                path = Path(FOLDER) / f"{name}-{look}.png"
                page.screenshot(path=path, full_page=True)
            yield look


def assert_accessible(page: Page) -> None:
    """Fail with axe's own report, if it finds anything."""
    found = Axe().run(page, options={**RULES, "resultTypes": ["violations"], "preload": False})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
