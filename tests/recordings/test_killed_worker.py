"""kill -9 in the middle of a download: nothing is lost, nothing shown early, nothing done twice."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Workspace
from recordings import artifacts, ingest, reconciliation
from recordings.models import Artifact, ArtifactKind, ArtifactState
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


@pytest.mark.django_db(transaction=True)
def test_a_killed_download_goes_on_where_it_was(workspace: Workspace, host: FileHost) -> None:
    account = make_account(host.url.removesuffix("/file"))
    bot = make_finished_bot(workspace, account=account, upstream_id="up-1")
    recording = ingest.begin(bot)
    video = recording.artifacts.get(kind=ArtifactKind.VIDEO)
    partial = Path(settings.MEDIA_ROOT) / "partial" / str(video.pk)
    host.stall_after = 4000

    with worker(video) as process:
        assert host.has_stalled.wait(30)
        wait_for_bytes(partial, 4000)
        process.kill()
    video.refresh_from_db()
    assert (video.state, video.attempts) == (ArtifactState.FETCHING, 1)
    assert not default_storage.exists(f"recordings/{recording.public_id}")
    assert artifacts.bring(video.pk) is None, "it is still claimed"

    assert video.pk not in reconciliation.due_artifacts(timezone.now())
    later = timezone.now() + timedelta(minutes=3)
    assert video.pk in reconciliation.due_artifacts(later)
    Artifact.objects.filter(pk=video.pk).update(claimed_at=timezone.now() - timedelta(minutes=3))
    artifacts.bring(video.pk)
    video.refresh_from_db()
    assert (video.state, video.attempts, video.size) == ("ready", 2, len(host.content))
    assert host.requests == ["", "bytes=4000-"]
    with video.file.open() as stored:
        assert stored.read() == host.content
    assert not partial.exists()
    assert recording.participants.count() == 1


def wait_for_bytes(path: Path, size: int) -> None:
    give_up = time.monotonic() + 10
    while not path.exists() or path.stat().st_size < size:
        assert time.monotonic() < give_up, "the download did not begin"
        time.sleep(0.02)
