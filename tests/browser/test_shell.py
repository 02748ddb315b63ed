"""The frame of every page in a real browser: each look, axe, console, keyboard, no script."""

from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from accounts import audit
from accounts.models import User, Workspace
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.dashboard.factories import make_busy_day
from tests.recordings.factories import make_recording

pytestmark = pytest.mark.browser

PUBLIC = {
    "welcome": "/",
    "sign-in": "/account/login/",
    "sign-up": "/account/signup/",
    "reset": "/account/password/reset/",
    "reset-done": "/account/password/reset/done/",
    "check-mail": "/account/confirm-email/",
    "stale-link": "/account/confirm-email/no-such-key/",
    "sees": "/what-earshot-sees/",
    "inactive": "/account/inactive/",
}
OURS = {
    "home": "/",
    "you": "/settings/",
    "email": "/account/email/",
    "password": "/account/password/change/",
    "data": "/settings/data/",
    "workspace": "/settings/workspace/",
    "people": "/settings/people/",
    "history": "/settings/history/",
    "notifications": "/notifications/",
    "what-you-are-told": "/settings/notifications/",
    "sign-out": "/account/logout/",
}


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_are_accessible_in_each_look(visit: Visit, name: str) -> None:
    page = visit(PUBLIC[name])
    for _ in each_look(page, name):
        assert_accessible(page)


@pytest.mark.parametrize("name", OURS)
def test_our_pages_are_accessible_in_each_look(
    visit: Visit, alice_user: User, workspace: Workspace, name: str
) -> None:
    audit.record(
        workspace=workspace,
        actor=alice_user,
        action="workspace.rename",
        before={"name": "North"},
        after={"name": "Northwind"},
    )
    page = visit(OURS[name], alice_user)
    for _ in each_look(page, name):
        assert_accessible(page)


def test_form_errors_are_accessible_in_each_look(visit: Visit, alice_user: User) -> None:
    page = visit("/account/login/")
    page.get_by_label("Email").fill("alice@northwind.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    for _ in each_look(page, "sign-in-error"):
        assert_accessible(page)


def test_a_busy_home_is_accessible_in_each_look(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    make_busy_day(workspace, alice_user)
    page = visit("/", alice_user)
    expect(page.get_by_role("heading", name="3 things need you")).to_be_visible()
    for _ in each_look(page, "home-busy"):
        assert_accessible(page)


def test_support_console_is_in_our_colours(visit: Visit, alice_user: User) -> None:
    User.objects.update(is_staff=True, is_superuser=True)
    page = visit("/admin/", alice_user)
    expect(page.get_by_role("heading", name="What needs a look")).to_be_visible()
    for _ in each_look(page, "support"):
        assert_accessible(page)


@pytest.mark.parametrize("template", ["404.html", "500.html"])
def test_error_pages_are_accessible_in_each_look(visit: Visit, template: str) -> None:
    page = visit("/")
    body = render_to_string(template)
    page.route("**/broken/", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("/broken/")
    for _ in each_look(page, template.removesuffix(".html")):
        assert_accessible(page)


def test_the_keyboard_reaches_the_content_first(visit: Visit, alice_user: User) -> None:
    page = visit("/settings/", alice_user)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="You", exact=True)).to_be_focused()


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_settings_and_sign_out_work_with_and_without_script(
    visit: Visit, alice_user: User, java_script_enabled: bool
) -> None:
    page = visit("/settings/", alice_user, java_script_enabled=java_script_enabled)
    page.get_by_label("Your name").fill("Alice B")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("Saved.")

    page.get_by_text("Your account").locator("..").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Will this meeting be recorded?")).to_be_visible()


def test_a_message_can_be_put_away(visit: Visit, alice_user: User) -> None:
    page = visit("/settings/", alice_user)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#messages")).to_have_text("")


def test_the_browser_tells_its_zone_and_times_follow_it(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    User.objects.update(time_zone="")
    audit.record(workspace=workspace, actor=alice_user, action="workspace.rename")
    moment = workspace.audit_entries.get().at.astimezone(ZoneInfo("Asia/Tokyo"))

    page = visit("/settings/history/", alice_user, timezone_id="Asia/Tokyo")
    expect(page.get_by_text("Times are in Asia/Tokyo.")).to_be_visible()
    expect(page.locator(".timetable__row")).to_contain_text(f"{moment:%H:%M}")
    page.wait_for_load_state("networkidle")
    page.goto("/settings/")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")


def test_sign_up_carries_the_zone(visit: Visit) -> None:
    page = visit("/account/signup/", timezone_id="America/Lima")
    page.get_by_label("Your name").fill("Carol Jones")
    page.get_by_label("Email").fill("carol@example.com")
    page.get_by_label("Password").fill("quite a long secret")
    page.get_by_role("button", name="Create account").click()

    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    assert User.objects.get(email="carol@example.com").time_zone == "America/Lima"


def test_a_phone_shows_the_whole_menu_and_wide_titles(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    make_recording(workspace, title="Quarterly planning with everybody in the northern team")
    page = visit("/", alice_user)
    page.set_viewport_size({"width": 360, "height": 740})
    for link in page.locator(".site-header__link").all():
        box = link.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 360
    title = page.locator(".library__row .timetable__what").bounding_box()
    assert title is not None
    assert title["width"] > 280
