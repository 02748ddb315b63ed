"""Sharing and deleting as people do it: a link behind a passcode, opened signed out; a receipt."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from recordings import deleting
from recordings.models import Deletion, Share
from tests.browser.conftest import Visit
from tests.browser.looks import PHONE, assert_accessible, each_look
from tests.recordings.factories import make_recording

pytestmark = pytest.mark.browser
IS_PLAYING = "() => { const v = document.querySelector('video'); return v && v.currentTime > 0.5 }"


def test_a_locked_link_is_made_opened_signed_out_and_revoked(
    visit: Visit,
    transactional_db: None,
    workspace: Workspace,
    alice_user: User,
    complaints: list[str],
) -> None:
    recording = make_recording(workspace, with_media=True, seconds=8, title="Budget talk")
    page = visit(f"/recordings/{recording.public_id}/", alice_user)
    page.get_by_role("link", name="Share").click()
    expect(page.get_by_text("Nobody outside the workspace")).to_be_visible()
    page.get_by_label("Passcode").fill("tea at five")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_text("The link is ready")).to_be_visible()
    for _ in each_look(page, "share-panel"):
        assert_accessible(page)
    share = Share.objects.get()
    guest = visit(f"/shared/{share.token}/?t=1-3")
    guest.set_default_timeout(60_000)  # a passcode is hashed as slowly as a password
    for _ in each_look(guest, "share-locked"):
        assert_accessible(guest)
    guest.get_by_label("Passcode").fill("coffee")
    guest.get_by_role("button", name="Open").click()
    expect(guest.get_by_text("This is not the passcode")).to_be_visible()
    assert any("422" in one for one in complaints)
    complaints.clear()
    guest.get_by_label("Passcode").fill("tea at five")
    guest.get_by_role("button", name="Open").click()
    expect(guest.get_by_role("heading", name="Budget talk")).to_be_visible()
    guest.goto(f"{guest.url}?t=1-3")
    quote = guest.locator("#quote")
    expect(quote.get_by_role("heading", name="From 0:01 to 0:03")).to_be_visible()
    for _ in each_look(guest, "shared"):
        assert_accessible(guest)
    quote.get_by_role("button", name="Play this part").click()
    guest.wait_for_function(IS_PLAYING)
    guest.wait_for_function("() => document.querySelector('video').paused")
    stopped = guest.evaluate("document.querySelector('video').currentTime")
    assert 2.9 <= stopped <= 5
    page.reload()
    page.get_by_text("Opened by 1 viewer").click()
    expect(page.get_by_text("Somebody who was not signed in")).to_be_visible()
    page.get_by_role("button", name="Revoke the link").click()
    expect(page.get_by_text("The link is closed")).to_be_visible()
    guest.reload()
    expect(guest.get_by_role("heading", name="This link was revoked")).to_be_visible()
    assert any("410" in one for one in complaints)
    complaints.clear()


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desktop", "phone"])
def test_a_recording_is_deleted_with_a_receipt(
    device: dict[str, Any],
    visit: Visit,
    transactional_db: None,
    workspace: Workspace,
    alice_user: User,
    complaints: list[str],
) -> None:
    recording = make_recording(workspace, title="Budget talk", words=14)
    recording.bot.upstream_id = ""
    recording.bot.save()
    page = visit(f"/recordings/{recording.public_id}/", alice_user, **device)
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Put it in the bin").click()
    expect(page.get_by_role("heading", name="This recording is in the bin")).to_be_visible()
    page.get_by_role("button", name="Undo: bring it back").click()
    expect(page.get_by_text("It is back, as it was.")).to_be_visible()
    page.get_by_role("link", name="Delete").click()
    _looks_right(page, "delete", device)
    page.get_by_role("button", name="Delete every copy now").click()
    expect(page.get_by_role("heading", name=re.compile("10 of 10 copies are left"))).to_be_visible()
    deleting.carry_out(Deletion.objects.select_related("recording__bot__account").get())
    expect(page.get_by_role("heading", name="Every copy is gone")).to_be_visible(timeout=30_000)
    _looks_right(page, "receipt", device)
    _saves_the_receipt(page)
    page.get_by_role("link", name="Bin").click()
    expect(page.get_by_text("The bin is empty")).to_be_visible()
    complaints[:] = [one for one in complaints if "410" not in one]


def _looks_right(page: Page, name: str, device: dict[str, Any]) -> None:
    """Each look from the desktop; on the phone as it is."""
    for _ in [] if device else each_look(page, name):
        assert_accessible(page)
    assert_accessible(page)


def _saves_the_receipt(page: Page) -> None:
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save the receipt").click()
    assert "Every copy" not in saving.value.path().read_text()
    assert "Search index\n  Deleted" in saving.value.path().read_text()
