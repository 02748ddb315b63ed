"""The library as people use it: many at once, and the list is as it was."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import User, Workspace
from recordings.models import Recording
from tests.browser.conftest import Visit
from tests.recordings.factories import make_recording
from tests.recordings.test_pages_library import make_many

pytestmark = pytest.mark.browser


def test_many_are_kept_and_deleted_and_the_list_stays_as_it_was(
    visit: Visit, transactional_db: None, workspace: Workspace, alice_user: User
) -> None:
    make_many(workspace, 60)
    make_recording(workspace, title="Board meeting")
    page = visit("/recordings/", alice_user)
    rows, bulk = page.locator(".library__row"), page.locator("#bulk")
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    page.get_by_role("textbox", name="Title").fill("Standup")
    expect(page).to_have_url(re.compile("q=Standup"))
    expect(rows.filter(has_text="Board meeting")).to_have_count(0)
    page.get_by_role("link", name="Show more").click()
    expect(rows).to_have_count(60)
    expect(rows.filter(has_text="Standup")).to_have_count(60)
    page.get_by_label("Tick Standup 58").check()
    page.get_by_label("Tick Standup 59").click(modifiers=["Shift"])
    bulk.get_by_role("button", name="Keep (2)").click()
    expect(page.get_by_text("Kept until somebody deletes them: 2 recordings.")).to_be_visible()
    expect(page).to_have_url(re.compile("q=Standup.*down_to="))
    expect(rows).to_have_count(60)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("As before: 2 recordings.")).to_be_visible()

    page.get_by_label("Tick Standup 59").check()
    bulk.get_by_role("button", name="Delete (1)").click()
    page.get_by_role("button", name="Put it in the bin").click()
    expect(rows).to_have_count(59)
    expect(page).to_have_url(re.compile("q=Standup.*down_to="))
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(60)
    assert not Recording.everything.exclude(binned_at=None).exists()
