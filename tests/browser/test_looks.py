"""The judge of every page is no rubber stamp: it sees what is wrong in one scheme or one width."""

import pytest
from playwright.sync_api import Browser

from tests.browser.looks import assert_accessible, each_look

pytestmark = pytest.mark.browser

PAGE = """<html lang="en"><title>Looks</title><meta name="viewport" content="width=device-width">
<style>%s</style><main><h1>Looks</h1><p>Some words.</p><button class="narrow"></button></main>"""
FINE = ".narrow { display: none }"
DARK = "@media (prefers-color-scheme: dark) { body { background: #000 } p { color: #222 } }"
NARROW = "@media (max-width: 500px) { .narrow { display: block } }"


@pytest.mark.parametrize(
    ("style", "wrong"),
    [
        ("", set()),
        (DARK, {"dark-1280", "dark-360"}),
        (NARROW, {"light-360"}),
    ],
)
def test_what_is_wrong_in_one_look_is_seen(chromium: Browser, style: str, wrong: set[str]) -> None:
    page = chromium.new_page()
    page.set_content(PAGE % (FINE + style))
    found = set()
    for look in each_look(page):
        try:
            assert_accessible(page)
        except AssertionError:
            found.add(look)
    page.close()
    assert found == wrong
