"""The library: newest first, fifty at a time, narrowed by title and platform, members only."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from recordings.models import ArtifactKind, ArtifactState, Recording
from tests.frame import FRAME
from tests.recordings.factories import make_artifact, make_finished_bot, make_recording

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def make_many(workspace: Workspace, count: int) -> list[Recording]:
    """Bare recordings an hour apart, newest first."""
    bot = make_finished_bot(workspace)
    return Recording.objects.bulk_create(
        Recording(
            workspace=workspace,
            bot=bot,
            title=f"Standup {number}",
            platform="zoom" if number % 2 else "meet",
            started_at=NOON - timedelta(hours=number),
            duration_seconds=900,
        )
        for number in range(count)
    )


def ids(recordings: Iterable[Recording]) -> list[str]:
    return [recording.public_id for recording in recordings]


def rows(page: Any) -> list[str]:
    return re.findall(r'id="row-(rec_\w+)"', page.content.decode())


def test_library_shows_newest_first_with_what_is_ready(alice: Client, workspace: Workspace) -> None:
    older = make_recording(workspace, title="Budget round")
    newer = make_recording(workspace, title="Hiring", started_at=NOON + timedelta(days=9), words=0)
    make_artifact(older, ArtifactKind.VIDEO, state=ArtifactState.FETCHING)
    make_artifact(newer, ArtifactKind.TRANSCRIPT, state=ArtifactState.FAILED, error="gone")

    page = alice.get("/recordings/")

    assert rows(page) == ids([newer, older])
    text = page.content.decode()
    for words in ("Budget round", "30 min", "Google Meet", "Maya Lindqvist", "Video on its way"):
        assert words in text
    assert "Transcript failed" in text


@pytest.mark.parametrize("count", [1, 30])
def test_library_query_count_is_flat(
    alice: Client,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        make_recording(workspace, words=20, started_at=NOON - timedelta(hours=number))
    with django_assert_num_queries(FRAME + 3):
        page = alice.get("/recordings/")
    assert len(rows(page)) == count


def test_library_pages_by_the_last_row_shown(
    alice: Client, workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everything = make_many(workspace, 70)
    first = alice.get("/recordings/")
    assert rows(first) == ids(everything[:50])
    last = everything[49].public_id
    assert f"?before={last}" in first.content.decode()

    with django_assert_num_queries(FRAME + 2):  # a part of a page has no banners
        second = alice.get(f"/recordings/?before={last}", headers={"HX-Request": "true"})

    assert rows(second) == ids(everything[50:])
    assert "Show more" not in second.content.decode()
    assert "<html" not in second.content.decode()


def test_library_fetches_all_that_is_shown_again(alice: Client, workspace: Workspace) -> None:
    everything = make_many(workspace, 70)
    shown = everything[59]
    again = alice.get(f"/recordings/?down_to={shown.public_id}", headers={"HX-Request": "true"})
    assert rows(again) == ids(everything[:60])
    assert f"?before={shown.public_id}" in again.content.decode()
    assert 'id="list"' in again.content.decode()


def test_library_is_narrowed_by_title_and_platform(alice: Client, workspace: Workspace) -> None:
    everything = make_many(workspace, 12)
    by_title = alice.get("/recordings/?q=standup 1")
    assert rows(by_title) == ids([everything[1], everything[10], everything[11]])
    by_both = alice.get("/recordings/?q=standup 1&platform=zoom")
    assert rows(by_both) == ids([everything[1], everything[11]])
    nothing = alice.get("/recordings/?q=offsite")
    assert "No recording matches" in nothing.content.decode()


@pytest.mark.parametrize(
    "query", ["platform=fax", "before=rec_nobody", "down_to=%00", "q=" + "x" * 300]
)
def test_library_counts_a_wrong_filter_as_none(
    alice: Client, workspace: Workspace, query: str
) -> None:
    everything = make_many(workspace, 2)
    assert rows(alice.get(f"/recordings/?{query}")) == ids(everything)


def test_library_of_another_workspace_stays_closed(
    alice: Client, mallory: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    secret = make_recording(workspace, title="Secret plan")
    page = mallory.get("/recordings/")
    assert "Secret plan" not in page.content.decode()
    assert "No recordings yet" in page.content.decode()
    stolen = mallory.get(f"/recordings/?before={secret.public_id}")
    assert rows(stolen) == []


def test_library_fragment_equals_its_part_of_the_page(alice: Client, workspace: Workspace) -> None:
    make_many(workspace, 3)
    page = alice.get("/recordings/").content.decode()
    fragment = alice.get("/recordings/", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" not in fragment
    assert fragment.strip() in page
