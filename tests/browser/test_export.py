"""Export as people use it: choose, see how it begins, save each format; also without script."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from recordings.exports.formats import FORMATS
from recordings.models import Recording
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.recordings.factories import make_recording
from tests.recordings.reading_back import spoken_in

pytestmark = pytest.mark.browser


def test_each_format_is_chosen_previewed_and_saved(
    visit: Visit, transactional_db: None, workspace: Workspace, alice_user: User
) -> None:
    recording = make_recording(workspace, title="Weekly sync", words=60, with_media=True)
    page = visit(f"/recordings/{recording.public_id}/", alice_user)
    page.get_by_role("link", name="Export").click()
    preview = page.get_by_role("region", name="How it begins")
    expect(preview).to_contain_text("Maya Lindqvist: Good morning everybody")
    for _ in each_look(page, "export"):
        assert_accessible(page)
    assert_each_format_reads_back(page, recording)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save the video").click()
    assert saving.value.suggested_filename.endswith("_Weekly_sync.mp4")


def assert_each_format_reads_back(page: Page, recording: Recording) -> None:
    """From the page of exports: choose, look how it begins, save and read what was saved."""
    said = " ".join(turn.text for turn in recording.transcript.utterances.order_by("index"))
    preview = page.get_by_role("region", name="How it begins")
    page.get_by_label("Initials").check()
    expect(preview).to_contain_text("ML: Good morning everybody")
    for kind, one in FORMATS.items():
        page.get_by_label("Format").select_option(kind)
        expect(preview).to_have_accessible_name(f"How it begins: {one.label}")
        with page.expect_download() as saving:
            page.get_by_role("button", name="Save the file").click()
        assert saving.value.suggested_filename.endswith(f"_Weekly_sync.{kind}")
        content = saving.value.path().read_bytes()
        assert b"Maya" not in content
        assert spoken_in(kind, content) == said, kind


def test_export_works_without_script(
    visit: Visit, transactional_db: None, workspace: Workspace, alice_user: User
) -> None:
    recording = make_recording(workspace, title="Weekly sync", words=60)
    page = visit(
        f"/recordings/{recording.public_id}/export/", alice_user, java_script_enabled=False
    )
    page.get_by_label("Format").select_option("md")
    page.get_by_role("group", name="Times").get_by_label("None").check()
    page.get_by_role("button", name="Preview").click()
    region = page.get_by_role("region", name="How it begins: Markdown")
    expect(region).to_contain_text("**Maya Lindqvist**: Good morning")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the file").click()
    assert "**Maya Lindqvist**: Good morning" in saving.value.path().read_text()
