"""Recordings in a bucket: a real S3 server keeps them, Earshot alone hands them out."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.conf import settings as project
from django.core.files.storage import default_storage
from django.test import Client
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from accounts.models import Workspace
from recordings import artifacts, ingest
from recordings.models import ArtifactKind, ArtifactState, Recording
from tests.recordings.factories import film, make_account, make_finished_bot
from tests.recordings.file_host import FileHost, run_file_host

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str, settings: Settings) -> Any:
    """An empty bucket, and Earshot set up to use it."""
    own = {
        **project.BUCKET,
        "bucket_name": "recordings",
        "endpoint_url": s3,
        "region_name": "us-east-1",
        "access_key": "ours",
        "secret_key": "secret",
    }
    keys = {"aws_access_key_id": "ours", "aws_secret_access_key": "secret"}
    resource = boto3.resource("s3", endpoint_url=s3, region_name="us-east-1", **keys)
    bucket = resource.create_bucket(Bucket="recordings")
    bucket.objects.delete()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "recordings.storages.Bucket", "OPTIONS": own},
    }
    return bucket


@pytest.fixture
def host() -> Iterator[FileHost]:
    with run_file_host() as running:
        running.content = film(20).read_bytes()
        running.bot = {"bot_id": "up-1", "status": "completed", "video": running.url}
        yield running


@pytest.fixture
def recording(bucket: Any, host: FileHost, workspace: Workspace) -> Recording:
    account = make_account(host.url.removesuffix("/file"))
    recording = ingest.begin(make_finished_bot(workspace, account=account, upstream_id="up-1"))
    artifacts.bring(recording.artifacts.get(kind=ArtifactKind.VIDEO).pk)
    recording.refresh_from_db()
    return recording


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_a_video_comes_home_to_the_bucket_and_is_played_from_there(
    alice: Client, mallory: Client, recording: Recording, bucket: Any
) -> None:
    video = recording.artifacts.get(kind=ArtifactKind.VIDEO)
    whole = film(20).read_bytes()
    assert (video.state, video.size) == (ArtifactState.READY, len(whole))
    stored = {one.key: one.size for one in bucket.objects.all()}
    assert stored[str(video.file.name)] == len(whole)
    assert set(stored) == {video.file.name, recording.poster.name}

    address = f"/recordings/{recording.public_id}/media/video/"
    assert body(alice.get(address)) == whole
    part = alice.get(address, headers={"range": "bytes=100-1099"})
    assert (part.status_code, body(part)) == (206, whole[100:1100])
    assert part["Content-Range"] == f"bytes 100-1099/{len(whole)}"
    assert mallory.get(address).status_code == 404
    poster = alice.get(f"/recordings/{recording.public_id}/media/poster/")
    assert body(poster).startswith(b"\xff\xd8\xff")
    bucket.Object(str(video.file.name)).delete()
    assert alice.get(address).status_code == 404


def test_what_a_file_replaces_leaves_the_bucket(
    recording: Recording, bucket: Any, host: FileHost
) -> None:
    video = recording.artifacts.get(kind=ArtifactKind.VIDEO)
    before = str(video.file.name)
    recording.artifacts.filter(pk=video.pk).update(state=ArtifactState.FAILED)
    assert ingest.try_again(video)
    artifacts.bring(video.pk)
    video.refresh_from_db()
    assert (video.state, video.file.name != before) == (ArtifactState.READY, True)
    videos = [one.key for one in bucket.objects.all() if "/video-" in one.key]
    assert videos == [video.file.name]


def test_a_bucket_that_is_away_is_tried_later(
    bucket: Any, host: FileHost, workspace: Workspace
) -> None:
    account = make_account(host.url.removesuffix("/file"))
    recording = ingest.begin(make_finished_bot(workspace, account=account, upstream_id="up-1"))
    video = recording.artifacts.get(kind=ArtifactKind.VIDEO)
    bucket.delete()
    assert artifacts.bring(video.pk) is not None
    video.refresh_from_db()
    assert (video.state, video.error) == (
        ArtifactState.PENDING,
        "The file could not be stored: our disk had a problem.",
    )
    bucket.create()
    recording.artifacts.filter(pk=video.pk).update(state=ArtifactState.FAILED)
    assert ingest.try_again(video)
    artifacts.bring(video.pk)
    video.refresh_from_db()
    assert video.state == ArtifactState.READY
    assert host.requests == ["", f"bytes={len(host.content)}-"]
    assert default_storage.exists(str(video.file.name))
