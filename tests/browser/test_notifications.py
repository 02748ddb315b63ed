"""The bell and its settings in a real browser: live, saved at once, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from accounts.models import User, Workspace
from notifications import preferring, telling
from notifications.kinds import KindName, Way
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.notifications.factories import make_news

pytestmark = pytest.mark.browser


def test_the_bell_rings_on_an_open_page_and_leads_to_the_news(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    page = visit("/coverage/", alice_user)
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    bell = page.get_by_role("link", name="Notifications")
    expect(bell).to_have_accessible_name("Notifications")
    make_news(alice_user, workspace, title="Board meeting", path="/settings/")
    expect(bell).to_have_accessible_name("Notifications 1 unread")
    bell.click()
    expect(page.get_by_role("link", name="Board meeting")).to_be_visible()
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    make_news(alice_user, workspace, 2, kind=KindName.MISSED, title="Interview " + "long " * 40)
    expect(page.get_by_role("link", name="Interview")).to_be_visible()
    for _ in each_look(page, "notifications-some"):
        assert_accessible(page)
    page.get_by_role("link", name="Board meeting").click()
    expect(page).to_have_url(f"{page.url.partition('/settings')[0]}/settings/")
    expect(page.get_by_role("link", name="Notifications 1 unread")).to_be_visible()
    page.goto("/notifications/")
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("1 marked as read.")).to_be_visible()
    page.get_by_role("button", name="Mark as unread Board meeting").click()
    expect(page.get_by_role("link", name="Notifications 1 unread")).to_be_visible()


def test_settings_are_saved_at_once(visit: Visit, alice_user: User, workspace: Workspace) -> None:
    page = visit("/settings/notifications/", alice_user)
    page.wait_for_function("() => window.htmx")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    page.get_by_role("radio", name="Recording ready: In Earshot").check()
    expect(page.locator("#saved")).to_contain_text("Saved at")
    assert telling.way_of(alice_user, workspace, KindName.READY) == Way.PRODUCT
    with page.expect_response("**/settings/notifications/"):
        page.get_by_role("radio", name="Recording ready: In Earshot").press("ArrowRight")
    page.reload()
    expect(page.get_by_role("radio", name="Recording ready: Off")).to_be_checked()


def test_settings_are_saved_without_javascript(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    preferring.choose(alice_user, workspace, {KindName.MISSED: Way.OFF})
    page = visit("/settings/notifications/", alice_user, java_script_enabled=False)
    page.get_by_role("radio", name="Not recorded: By email").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert telling.way_of(alice_user, workspace, KindName.MISSED) == Way.EMAIL
