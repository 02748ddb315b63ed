"""What somebody does before a page's scripts are there, or before htmx has begun, counts."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User, Workspace
from calendars.models import Calendar
from notifications import telling
from notifications.kinds import KindName, Way
from tests.browser.conftest import Visit
from tests.calendars.factories import make_calendar

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("calendar")]


@pytest.fixture
def calendar(workspace: Workspace, alice_user: User) -> Calendar:
    return make_calendar(workspace, alice_user)


@contextmanager
def scripts_on_their_way(page: Page, path: str) -> Iterator[None]:
    """Within, the page is there and its scripts that may come later are not."""
    held: list[Route] = []
    page.route("**/htmx-4*.js", lambda route: held.append(route))
    page.goto(path, wait_until="commit")
    expect(page.locator("footer")).to_be_attached()
    yield
    assert held
    held[0].continue_()


def test_a_word_typed_early_is_searched_for(visit: Visit, alice_user: User) -> None:
    page = visit("/settings/", alice_user)
    with scripts_on_their_way(page, "/events/"):
        page.get_by_text("Search and filter").click()
        page.get_by_role("searchbox", name="Title or person").press_sequentially("jrx")
    expect(page.get_by_text("No meeting in this period matches.")).to_be_visible()


def test_a_choice_made_early_is_saved(visit: Visit, alice_user: User, workspace: Workspace) -> None:
    page = visit("/settings/", alice_user)
    with scripts_on_their_way(page, "/settings/notifications/"):
        page.get_by_role("radio", name="Recording ready: In Earshot").check()
    expect(page.locator("#saved")).to_contain_text("Saved at")
    assert telling.way_of(alice_user, workspace, KindName.READY) == Way.PRODUCT


def test_htmx_listens_as_soon_as_it_is_there(visit: Visit, alice_user: User) -> None:
    """By itself it begins in a timer, which a busy browser puts behind the keys."""
    page = visit("/settings/", alice_user)
    page.add_init_script(
        "{ const usual = setTimeout; window.setTimeout = (run, ms) => usual(run, ms || 60_000) }"
    )
    page.goto("/events/")
    page.get_by_text("Search and filter").click()
    page.get_by_role("searchbox", name="Title or person").fill("jrx")
    expect(page.get_by_text("No meeting in this period matches.")).to_be_visible()
