"""A recording is called what people call it; what the calendar called it stays beside."""

import html
import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Workspace
from recordings.models import Recording
from tests.recordings.factories import make_finished_bot, make_recording


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    return make_recording(workspace, title="Weekly <sync>")


def test_a_title_is_given_audited_searched_and_taken_back(
    alice: Client, bob: Client, workspace: Workspace, recording: Recording
) -> None:
    page = f"/recordings/{recording.public_id}/"
    assert "Calendar title" not in alice.get(page).content.decode()
    told = bob.post(f"{page}title/", {"title": "  Budget   2027 "}, follow=True)
    shown = html.unescape(told.content.decode())
    assert "<h1><bdi>Budget 2027</bdi></h1>" in shown
    assert "Calendar title: <bdi>Weekly <sync></bdi>" in shown
    assert "Budget 2027" in alice.get("/recordings/?q=budget").content.decode()
    entry = workspace.audit_entries.get(action="recording.retitle")
    assert (entry.before, entry.after) == ({"title": "Weekly <sync>"}, {"title": "Budget 2027"})

    undo = re.findall(r'action="([^"]+/title/undo/[^"]+)"', told.content.decode())[0]
    back = bob.post(html.unescape(undo), headers={"HX-Request": "true"})
    assert back["HX-Redirect"] == page
    shown = html.unescape(alice.get(page).content.decode())
    assert "<h1><bdi>Weekly <sync></bdi></h1>" in shown
    assert "Calendar title" not in shown


def test_another_title_found_meanwhile_is_not_undone(alice: Client, recording: Recording) -> None:
    page = f"/recordings/{recording.public_id}/"
    told = alice.post(f"{page}title/", {"title": "One"}, follow=True).content.decode()
    undo = html.unescape(re.findall(r'action="([^"]+/title/undo/[^"]+)"', told)[0])
    alice.post(f"{page}title/", {"title": "Two"})
    for address in (undo, undo + "x", f"{page}title/undo/"):
        said = alice.post(address, follow=True).content.decode()
        assert "The title was left as it is." in said
    recording.refresh_from_db()
    assert (recording.title, recording.calendar_title) == ("Two", "Weekly <sync>")
    alice.post(f"{page}title/", {"title": "Two", "calendar": "1"})
    recording.refresh_from_db()
    assert (recording.title, recording.titled_at) == ("Weekly <sync>", None)


@pytest.mark.parametrize("wrong", ["", "   ", "x" * 501])
def test_a_wrong_title_is_said_to_be_wrong_and_kept_to_be_mended(
    alice: Client, recording: Recording, wrong: str
) -> None:
    answer = alice.post(f"/recordings/{recording.public_id}/title/", {"title": wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    recording.refresh_from_db()
    assert recording.title == "Weekly <sync>"


def test_the_next_and_the_previous_meeting_of_a_series_are_one_step_away(
    alice: Client, workspace: Workspace
) -> None:
    def recorded(week: int, link: str = "meet:abc") -> Recording:
        bot = make_finished_bot(workspace)
        bot.meeting_key = f"{link} week-{week}"
        bot.save(update_fields=["meeting_key"])
        at = bot.starts_at + timedelta(weeks=week)
        return make_recording(workspace, bot=bot, words=1, started_at=at)

    first, second, third = (recorded(week) for week in (1, 2, 3))
    recorded(2, link="meet:other")
    page = alice.get(f"/recordings/{second.public_id}/").content.decode()
    for rel, other in (("prev", first), ("next", third)):
        assert re.search(rf'rel="{rel}"\s+href="/recordings/{other.public_id}/"', page)
    page = alice.get(f"/recordings/{first.public_id}/").content.decode()
    assert 'rel="prev"' not in page
    assert second.public_id in page
