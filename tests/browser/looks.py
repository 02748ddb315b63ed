"""Looks at a page as its readers do: light and dark, wide and narrow; and lets axe judge it.

    for look in each_look(page):        # "light-1280", "light-360", "dark-1280", "dark-360"
        assert_accessible(page)

With SCREENSHOTS set to a folder, every look is also kept there as a picture.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {1280: 900, 360: 740}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
}
FOLDER = os.environ.get("SCREENSHOTS", "")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
WAS_JUDGED = """() => {
  const seen = innerWidth + document.documentElement.outerHTML.replace(/\\d+/g, "")
  window.judged ??= new Set()
  return window.judged.has(seen) || !window.judged.add(seen)
}"""


def each_look(page: Page, name: str = "") -> Iterator[str]:
    """Show `page` in each look in turn; nothing may make a narrow page scroll sideways."""
    page.wait_for_load_state()  # what can be read may not have its styles yet
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
    """Fail with axe's own report, if it finds anything.

    What was judged before at this width is judged by its colours alone, as long as nothing of the
    document changed but figures: another colour scheme changes colours.
    """
    page.wait_for_load_state()
    if page.evaluate("() => !window.axe"):
        page.evaluate(AXE_SCRIPT)
    rules = COLOURS if page.evaluate(WAS_JUDGED) else RULES
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    found = AxeResults(page.evaluate("options => axe.run(options)", options))
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
