"""Putting a transcript right in the page: names, texts, back again, with somebody looking on."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from recordings.models import Recording
from tests.browser.conftest import Visit
from tests.browser.looks import assert_accessible, each_look
from tests.recordings.factories import make_recording
from tests.recordings.test_search import say

pytestmark = pytest.mark.browser

TURNS = (
    ("Speaker 1", "Good morning everybody."),
    ("Speaker 2", "We ship the bugdet on Friday."),
    ("Speaker 1", "Fine with me."),
    ("Speaker 1", "Until Friday then."),
)


@pytest.fixture
def talk(transactional_db: None, workspace: Workspace) -> Recording:
    recording = make_recording(workspace, words=60, with_media=True, seconds=4)
    say(recording, *TURNS)
    return recording


def opened(visit: Visit, recording: Recording, user: User) -> Page:
    page = visit(f"/recordings/{recording.public_id}/", user)
    expect(page.locator("live-stream")).to_have_attribute("data-state", "live")
    return page


def expect_names(page: Page, *expected: str) -> None:
    expect(page.locator(".turn__speaker")).to_have_text(list(expected))


def call(page: Page, turn: int, name: str, where: str) -> None:
    """One click on the name, the new one, how far it goes."""
    page.locator(f"#t-{turn} .turn__speaker").click()
    expect(page.get_by_role("combobox", name="Name")).to_be_focused()
    page.keyboard.type(name)
    page.get_by_role("radio", name=where).check()
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_names_and_texts_are_put_right_and_taken_back_for_everybody(
    visit: Visit, talk: Recording, alice_user: User, bob_user: User
) -> None:
    page, other = opened(visit, talk, alice_user), opened(visit, talk, bob_user)
    call(page, 2, "Ada Moss", "Only here")
    expect_names(page, "Speaker 1", "Speaker 2", "Ada Moss", "Speaker 1")
    call(page, 3, "Al Munro", "From here on")
    call(page, 0, "Bea Ilg", "Everywhere")
    for one in (page, other):
        expect_names(one, "Bea Ilg", "Speaker 2", "Ada Moss", "Al Munro")
        expect(one.locator(".lanes__names")).to_contain_text("Al Munro")
        expect(one.locator("#recording-notes")).to_contain_text("Al Munro")
    page.get_by_role("button", name="Undo").last.click()
    expect_names(other, "Speaker 1", "Speaker 2", "Ada Moss", "Al Munro")

    page.locator("#t-1 .turn__speaker").focus()  # by keyboard alone
    page.keyboard.press("e")
    field = page.get_by_label("What was said")
    field.fill("We ship the budget on Friday.")
    page.get_by_role("button", name="Save the text").press("Enter")
    expect(page.locator("#t-1")).to_contain_text("edited")
    expect(other.locator("#t-1")).to_contain_text("We ship the budget on Friday.")
    expect(page.locator("#t-1 .turn__speaker")).to_be_focused()

    page.keyboard.press("/")
    page.keyboard.type("budget")
    expect(page.locator(".transcript-search__count")).to_have_text("1 of 1")
    page.get_by_role("link", name="Show the original").click()
    expect_names(page, "Speaker 1", "Speaker 2", "Speaker 1", "Speaker 1")
    expect(page.locator("#t-1")).to_contain_text("bugdet")
    page.get_by_role("link", name="Show it as changed").click()
    expect(page.locator("#t-1")).to_contain_text("budget")


def test_sheet_and_pages_look_right_everywhere(
    visit: Visit, talk: Recording, alice_user: User
) -> None:
    page = opened(visit, talk, alice_user)
    call(page, 0, "Bea Ilg", "Everywhere")
    page.locator("#t-0 .turn__speaker").click()
    expect(page.get_by_role("dialog", name="Who speaks at 0:00?")).to_be_visible()
    for _ in each_look(page, "turn-sheet"):
        assert_accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.get_by_role("combobox", name="Name")).to_be_in_viewport()
    page.get_by_role("button", name="Speaker 2").click()  # a suggestion, with one tap
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect_names(page, "Speaker 2", "Speaker 2", "Speaker 2", "Speaker 2")
    for path in ("turns/1/", "corrections/", "transcription/"):
        page.goto(f"/recordings/{talk.public_id}/{path}")
        for _ in each_look(page, f"corrections-{path.strip('/?').replace('/', '-')}"):
            assert_accessible(page)


def test_everything_works_without_script(visit: Visit, talk: Recording, alice_user: User) -> None:
    page = visit(f"/recordings/{talk.public_id}/", alice_user, java_script_enabled=False)
    page.locator("#t-2 .turn__speaker").click()
    page.get_by_label("Name", exact=True).fill("Ada Moss")
    page.get_by_label("Only here").check()
    page.get_by_role("button", name="Save the name").click()
    expect_names(page, "Speaker 1", "Speaker 2", "Ada Moss", "Speaker 1")
    page.get_by_role("button", name="Undo").click()
    expect_names(page, "Speaker 1", "Speaker 2", "Speaker 1", "Speaker 1")
