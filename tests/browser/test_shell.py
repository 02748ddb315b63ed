"""The frame of every page in a real browser: each look, axe, console, keyboard, no script."""

import pytest
from playwright.sync_api import expect

from accounts import audit
from accounts.models import User, Workspace
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look

pytestmark = pytest.mark.browser

PUBLIC = {
    "welcome": "/",
    "sign-in": "/account/login/",
    "sign-up": "/account/signup/",
    "reset": "/account/password/reset/",
    "reset-done": "/account/password/reset/done/",
    "check-mail": "/account/confirm-email/",
    "stale-link": "/account/confirm-email/no-such-key/",
    "inactive": "/account/inactive/",
}
OURS = {
    "home": "/",
    "you": "/settings/",
    "email": "/account/email/",
    "password": "/account/password/change/",
    "workspace": "/settings/workspace/",
    "members": "/settings/members/",
    "history": "/settings/history/",
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
    names = {"before": {"name": "North"}, "after": {"name": "Northwind"}}
    audit.record(workspace=workspace, actor=alice_user, action="workspace.rename", **names)
    page = visit(OURS[name], alice_user)
    for _ in each_look(page, name):
        assert_accessible(page)


def test_form_errors_are_accessible_in_each_look(visit: Visit, alice_user: User) -> None:
    page = visit("/account/login/")
    page.get_by_label("Email").fill("alice@northwind.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    for _ in each_look(page, "sign-in-error"):
        assert_accessible(page)
