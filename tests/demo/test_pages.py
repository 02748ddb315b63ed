"""Every page a person can reach in the demo by following links: well-formed, quiet, accessible.

The walk starts at the home page and opens one page of each kind (each name in the URLconf).
"""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect

from tests.browser.looks import assert_accessible, each_look
from tests.demo.running import Demo

pytestmark = pytest.mark.browser

LEAVES = {
    "account_logout",
    "calendars:connect",
    "calendars:reconnect",
    "dashboard:zoom_connect",
    "dashboard:zoom_reconnect",
    "google_login",
    "microsoft_login",
    "recordings:media",
    "recordings:screenshot",
    "bots:table",
}
EXPECTED = {
    "dashboard:home",
    "calendars:agenda",
    "calendars:event",
    "calendars:index",
    "calendars:account",
    "calendars:disconnection",
    "bots:index",
    "bots:detail",
    "recordings:library",
    "recordings:recording",
    "dashboard:profile",
    "dashboard:workspace",
    "dashboard:people",
    "dashboard:history",
}


def test_demo_tells_a_story_by_itself(page: Page, demo: Demo) -> None:
    sign_in(page, demo.facts["email"], demo.facts["password"])
    expect(page.get_by_role("region", name="Now")).to_contain_text("Recording", timeout=60_000)
    page.goto("/events/")
    meetings = re.search(r"(\d+) meetings", page.get_by_role("main").inner_text())
    assert meetings is not None
    assert int(meetings.group(1)) >= 40
    page.goto("/recordings/")
    for title in ("Design review", "pilot check-in", "Northwind weekly", "Hiring debrief"):
        expect(page.get_by_role("main").get_by_role("link", name=title).first).to_be_visible()
    page.goto("/bots/?tab=past&outcome=refused")
    expect(page.get_by_role("main")).to_contain_text("the host did not let the bot in")


def test_every_page_is_accessible_and_quiet(page: Page, demo: Demo) -> None:
    sign_in(page, demo.facts["email"], demo.facts["password"])
    visited = {}
    for name, path in walk(page, "/"):
        visited[name] = path
        for _ in each_look(page):
            assert_accessible(page)
        html = page.request.get(path).text()
        assert_works_without_script(html, path)
        assert_parts_fetch_parts(page, html)
    assert set(visited) >= EXPECTED, visited


def test_support_console_is_accessible_and_quiet(page: Page, demo: Demo) -> None:
    sign_in(page, demo.facts["admin_email"], demo.facts["admin_password"])
    visited = set()
    for name, _ in walk(page, "/admin/"):
        visited.add(name)
        for _ in each_look(page):
            assert_accessible(page)
    assert visited >= {
        "admin:webhooks_delivery_changelist",
        "admin:upstream_upstreamaccount_changelist",
        "admin:bots_bot_changelist",
    }


def assert_works_without_script(html: str, path: str) -> None:
    """As the server sent it, every form that posts carries its token."""
    posting = re.findall(r'<form[^>]*method="post".*?</form>', html, re.S)
    assert [form for form in posting if "csrfmiddlewaretoken" not in form] == [], path


def assert_parts_fetch_parts(page: Page, html: str) -> None:
    """What HTMX fetches for a part of a page is no whole page, unless the part selects itself."""
    for tag in re.findall(r"<[^>]*\bhx-get=[^>]*>", html):
        address = unescape(re.findall(r'hx-get="([^"]*)"', tag)[0])
        if "hx-select" not in tag:
            part = page.request.get(address, headers={"HX-Request": "true"})
            assert "<html" not in part.text(), tag


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


def walk(page: Page, start: str) -> Iterator[tuple[str, str]]:
    """Yield (name, path) with the page open, one of each kind of page below `start`."""
    waiting, seen = [start], set[str]()
    while waiting:
        path = waiting.pop(0)
        name = name_of(path)
        if name is None or name in seen or name in LEAVES or "logout" in name:
            continue
        seen.add(name)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path} answered {answer.status}"
        assert page.title().strip(), f"{path} has no title"
        found = page.locator("a[href]").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        here = [link for link in found if re.match(r"/(?!/)", link) and link.startswith(start)]
        yield name, path
        waiting += here


def name_of(path: str) -> str | None:
    try:
        return resolve(re.split(r"[?#]", path)[0]).view_name
    except Resolver404:
        return None
