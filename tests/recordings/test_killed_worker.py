"""kill -9 in the middle of a download: nothing is lost, nothing shown early, nothing done twice."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import Workspace
from recordings import artifacts, ingest, reconciliation
from recordings.models import Artifact, ArtifactKind, ArtifactState, Recording
from tests.asgi_server import ROOT, database_url
from tests.recordings.factories import film, make_account, make_finished_bot
from tests.recordings.file_host import FileHost, run_file_host

WORK = """
import django, sys
django.setup()
from recordings import artifacts
artifacts.bring(int(sys.argv[1]))
"""


@contextmanager
def worker(artifact: Artifact) -> Iterator["subprocess.Popen[bytes]"]:
    """A process of its own that fetches `artifact`, as a queue's worker does."""
    env = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with subprocess.Popen([sys.executable, "-c", WORK, str(artifact.pk)], cwd=ROOT, env=env) as it:
        try:
            yield it
        finally:
            it.kill()


@pytest.fixture
def host() -> Iterator[FileHost]:
    with run_file_host() as running:
        running.content = film(20).read_bytes()
        running.bot = {
            "bot_id": "up-1",
            "status": "completed",
            "participants": [{"name": "Ada", "id": 1}],
            "video": running.url,
        }
        yield running


@pytest.fixture
def video(transactional_db: None, workspace: Workspace, host: FileHost) -> Artifact:
    account = make_account(host.url.removesuffix("/file"))
    bot = make_finished_bot(workspace, account=account, upstream_id="up-1")
    return ingest.begin(bot).artifacts.get(kind=ArtifactKind.VIDEO)


def left_for_long(video: Artifact) -> None:
    Artifact.objects.filter(pk=video.pk).update(claimed_at=timezone.now() - timedelta(minutes=3))


@pytest.mark.parametrize("place", [1, 4000, -1], ids=["first byte", "middle", "last byte"])
def test_a_killed_download_goes_on_where_it_was(
    video: Artifact, host: FileHost, place: int
) -> None:
    recording = video.recording
    partial = Path(settings.MEDIA_ROOT) / "partial" / str(video.pk)
    host.stall_after = place % len(host.content)

    with worker(video) as process:
        assert host.has_stalled.wait(60)
        wait_for(lambda: partial.exists() and partial.stat().st_size == place % len(host.content))
        process.kill()
    video.refresh_from_db()
    assert (video.state, video.attempts) == (ArtifactState.FETCHING, 1)
    assert not default_storage.exists(f"recordings/{recording.public_id}")
    assert artifacts.bring(video.pk) is None, "it is still claimed"

    assert video.pk not in reconciliation.due_artifacts(timezone.now())
    later = timezone.now() + timedelta(minutes=3)
    assert video.pk in reconciliation.due_artifacts(later)
    left_for_long(video)
    artifacts.bring(video.pk)
    video.refresh_from_db()
    assert (video.state, video.attempts, video.size) == ("ready", 2, len(host.content))
    assert host.requests == ["", f"bytes={place % len(host.content)}-"]
    with video.file.open() as stored:
        assert stored.read() == host.content
    assert not partial.exists()
    assert recording.participants.count() == 1


def test_killed_when_the_file_is_stored_and_no_row_says_so(video: Artifact, host: FileHost) -> None:
    folder = f"recordings/{video.recording.public_id}"
    with transaction.atomic(), worker(video) as process:
        # Whoever says "ready" has to write here in the same transaction, and waits for us.
        Recording.objects.select_for_update(no_key=True).get(pk=video.recording_id)
        wait_for(lambda: default_storage.exists(folder) and videos_in(folder))
        process.kill()
        process.wait()
    video.refresh_from_db()
    assert (video.state, video.file.name) == (ArtifactState.FETCHING, "")
    (orphan,) = videos_in(folder)

    left_for_long(video)
    artifacts.bring(video.pk)
    video.refresh_from_db()
    assert (video.state, video.size) == (ArtifactState.READY, len(host.content))
    assert videos_in(folder) == [str(video.file.name).rpartition("/")[2]]
    assert orphan not in videos_in(folder)


def videos_in(folder: str) -> list[str]:
    return [name for name in default_storage.listdir(folder)[1] if name.startswith("video-")]


def wait_for(is_so: Callable[[], object]) -> None:
    give_up = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.02)
