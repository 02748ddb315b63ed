"""The pictures of the room: all of them or none, and nothing but pictures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Workspace
from recordings import pictures
from recordings.fetching import Interrupted
from recordings.transcripts import Unreadable
from tests.frame import FRAME
from tests.recordings.factories import PICTURE, make_recording, store_screenshots
from tests.recordings.file_host import FileHost, run_file_host
from upstream.port import Screenshot


@pytest.fixture
def host() -> Iterator[FileHost]:
    with run_file_host() as running:
        running.content = PICTURE
        yield running


def test_what_was_cut_off_goes_on_with_what_is_missing(host: FileHost, tmp_path: Path) -> None:
    shots = [Screenshot(number, f"{host.url}?{number}") for number in (1, 2, 3)]
    host.cut_after = [len(PICTURE), 5]
    path = tmp_path / "7"
    with pytest.raises(Interrupted):
        pictures.collect(shots, path, lambda: True)
    pictures.collect(shots, path, lambda: True)
    assert host.requests == ["", "", f"bytes={len(PICTURE)}-", "bytes=5-", ""]
    pictures.check(path)
    pictures.discard(path)
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_picture_is_not_kept(host: FileHost, tmp_path: Path) -> None:
    host.content = b"<script>alert(1)</script>"
    pictures.collect([Screenshot(1, host.url)], tmp_path / "7", lambda: True)
    with pytest.raises(Unreadable, match="no picture"):
        pictures.check(tmp_path / "7")


@pytest.mark.parametrize("count", [1, 30])
def test_they_are_all_on_one_page(
    alice: Client,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    recording = make_recording(workspace)
    assert "Screenshots" not in alice.get(f"/recordings/{recording.public_id}/").content.decode()
    store_screenshots(recording, count)
    assert "Screenshots" in alice.get(f"/recordings/{recording.public_id}/").content.decode()
    address = f"/recordings/{recording.public_id}/screenshots/"
    with django_assert_num_queries(FRAME + 2):
        page = alice.get(address).content.decode()
    assert [f'src="{address}{n}/"' in page for n in (1, count, count + 1)] == [True, True, False]
    picture = alice.get(f"{address}{count}/")
    assert (picture["Content-Type"], picture.content) == ("image/png", PICTURE)
    assert alice.get(f"{address}{count + 1}/").status_code == 404
