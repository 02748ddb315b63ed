"""A team comes together and apart: invited, joined, given another role, gone."""

from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from tests.accounts.conftest import link_in_last_mail
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.letters.delivering import deliver

NINA = "nina@fabrikam.example"


def look_at(page: Page, name: str) -> None:
    for _ in each_look(page, name):
        assert_accessible(page)


def test_somebody_is_invited_joins_gets_another_role_and_leaves(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    alice = visit("/settings/people/", alice_user)
    alice.get_by_label("Email addresses").fill(NINA)
    alice.get_by_role("button", name="Invite").click()
    expect(alice.locator("#messages")).to_contain_text("The invitation is on the way.")
    expect(alice.get_by_text("The mail is on its way.")).to_be_visible()
    look_at(alice, "people")

    deliver()
    link = link_in_last_mail()
    assert mail.outbox[-1].to == [NINA]
    look_at(visit(link), "invitation")

    nina = visit(link, java_script_enabled=False)
    nina.get_by_role("link", name="Create an account").click()
    expect(nina.get_by_label("Email")).to_have_value(NINA)
    nina.get_by_label("Your name").fill("Nina")
    nina.get_by_label("Password").fill("quite a long secret")
    nina.get_by_role("button", name="Create account").click()
    expect(nina.get_by_role("heading", name="Northwind", level=1)).to_be_visible()
    expect(nina.locator("[data-needs=send]").first).to_be_visible()

    alice.reload()
    alice.get_by_role("link", name="Change… Nina").click()
    look_at(alice, "person")
    alice.get_by_label("Viewer").check()
    alice.get_by_role("button", name="Change the role").click()
    expect(alice.locator("#messages")).to_contain_text("Nina is Viewer now.")
    nina.reload()
    expect(nina.get_by_role("heading", name="Northwind", level=1)).to_be_visible()
    expect(nina.get_by_role("link", name="Send a bot", exact=True)).to_have_count(0)

    nina.goto("/settings/people/")
    nina.get_by_role("link", name="Leave…").click()
    nina.get_by_role("button", name="Leave Northwind").click()
    expect(nina.get_by_role("heading", name="You are in no workspace")).to_be_visible()
    assert list(workspace.members.all()) == [alice_user]


def test_the_pages_around_are_accessible_in_each_look(
    visit: Visit, alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    page = visit("/settings/people/roles/", alice_user)
    look_at(page, "roles")
    page.goto(f"/settings/people/{bob_user.public_id}/removal/")
    look_at(page, "removal")
    page.goto("/settings/people/ownership/")
    look_at(page, "ownership")


def test_one_goes_from_one_workspace_to_another_without_script(
    visit: Visit, alice_user: User, workspace: Workspace
) -> None:
    page = visit("/workspaces/new/", alice_user, java_script_enabled=False)
    page.get_by_label("Workspace name").fill("Side project")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Side project", level=1)).to_be_visible()

    page.get_by_role("banner").locator("summary").first.click()
    page.get_by_role("button", name="Northwind Owner").click()
    expect(page.get_by_role("heading", name="Northwind", level=1)).to_be_visible()
