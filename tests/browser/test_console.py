"""Support at work in a real browser: a case file and a replay; a grant, a look, and its end."""

import json
import re

import pytest
from playwright.sync_api import expect

from accounts.models import User, Workspace
from accounts.people import create_person
from tests.bots.factories import create_bot
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.recordings.factories import make_recording
from tests.webhooks.signing import make_account, status_change
from webhooks.models import Delivery

pytestmark = pytest.mark.browser


@pytest.fixture
def sam(transactional_db: None) -> User:
    return create_person(
        email="sam@earshot.example", password="x", name="Sam", is_staff=True, is_superuser=True
    )


def test_a_case_file_and_a_replay(visit: Visit, sam: User, workspace: Workspace) -> None:
    account = make_account()
    bot = create_bot(workspace, account, upstream_id="up-1")
    body = json.dumps(status_change("up-1", "joining_call", "2026-03-04T15:00:00Z")).encode()
    Delivery.objects.create(account=account, message_id="m", event="bot.status_change", body=body)
    page = visit("/admin/webhooks/delivery/", sam)

    page.get_by_role("checkbox", name="Select all").check()
    page.get_by_label("Action:").select_option(label="Replay the selected deliveries")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_text("would change something")).to_be_visible()
    for _ in each_look(page, "replay"):
        assert_accessible(page)
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_text("Replayed 1 of 1.")).to_be_visible()

    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Find", exact=True).fill("up-1")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name=f"Case file of {bot.public_id}")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Joining: joining_call")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="is now joining.")).to_be_visible()
    for _ in each_look(page, "case"):
        assert_accessible(page)
    page.get_by_role("checkbox", name="Webhooks").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row").filter(has_text="Joining: joining_call")).to_have_count(0)

    page.get_by_role("link", name=re.compile("Make it leave")).click()
    for _ in each_look(page, "act"):
        assert_accessible(page)
    page.get_by_role("button", name="Make it leave").click()
    expect(page.get_by_text("a worker is at it")).to_be_visible()
    for path in ("stuck", "usage", "grants", "find"):
        page.goto(f"/admin/{path}/")
        for _ in each_look(page, path):
            assert_accessible(page)


def test_a_grant_and_a_look(
    visit: Visit, sam: User, alice_user: User, workspace: Workspace, complaints: list[str]
) -> None:
    recording = make_recording(workspace, title="Quarterly numbers")
    page = visit("/settings/support/", alice_user)
    page.get_by_role("radio", name="8 hours").check()
    page.get_by_label("What should support look at?").fill("No sound")
    page.get_by_role("button", name="Let support look").click()
    expect(page.get_by_text("Support may look for 8 hours.")).to_be_visible()
    for _ in each_look(page, "access"):
        assert_accessible(page)

    console = visit("/admin/grants/", sam)
    for _ in each_look(console, "granted"):
        assert_accessible(console)
    console.get_by_role("button", name="Look as Alice").click()
    expect(console.get_by_text("Looking only.")).to_be_visible()
    console.goto(f"/recordings/{recording.public_id}/")
    expect(console.get_by_role("heading", name="Quarterly numbers")).to_be_visible()
    for _ in each_look(console, "look"):
        assert_accessible(console)

    page.reload()
    expect(page.get_by_text(f"/recordings/{recording.public_id}/")).to_be_visible()
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_text("Support may not look any more.")).to_be_visible()
    console.reload()
    expect(console.get_by_role("heading", name="The look is over")).to_be_visible()
    console.get_by_role("button", name="Go back to the console").click()
    expect(console.get_by_text("Nobody lets support look right now.")).to_be_visible()
    # A look hears no live stream, and what has ended is refused.
    complaints[:] = [said for said in complaints if not re.search("40[34]", said)]
