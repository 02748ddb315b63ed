"""The library as people see it."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.models import User, Workspace
from recordings import publishing
from recordings.models import ArtifactKind, ArtifactState, Recording
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.browser.recording_page import (
    make_talk,
)
from tests.recordings.factories import make_artifact, make_recording

pytestmark = pytest.mark.browser


@pytest.fixture
def talk(transactional_db: None, workspace: Workspace) -> Recording:
    return make_talk(workspace)


def test_library_is_accessible_in_each_look(
    visit: Visit, talk: Recording, workspace: Workspace, alice_user: User
) -> None:
    waiting = make_recording(workspace, title="Still coming")
    make_artifact(waiting, ArtifactKind.VIDEO, state=ArtifactState.FAILED)
    page = visit("/recordings/", alice_user)
    for _ in each_look(page, "library"):
        assert_accessible(page)


def test_library_shows_a_new_recording_by_itself(
    visit: Visit, talk: Recording, workspace: Workspace, alice_user: User
) -> None:
    page = visit("/recordings/", alice_user)
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    with transaction.atomic():
        publishing.tell(make_recording(workspace, title="Fresh from the meeting"))
    expect(page.get_by_role("link", name="Fresh from the meeting")).to_be_visible()
