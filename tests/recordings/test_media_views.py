"""Media, captions and transcript at Earshot's own address."""

import gzip
from datetime import timedelta
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils.http import http_date

from accounts.models import Workspace
from recordings.models import ArtifactKind, Recording
from tests.recordings.factories import film, make_recording


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    return make_recording(workspace, with_media=True, title="Sync / Q3 <plan>")


@pytest.fixture
def address(recording: Recording) -> str:
    return f"/recordings/{recording.public_id}/media/video/"


def body(response: Any) -> bytes:
    return b"".join(cast(StreamingHttpResponse, response).streaming_content)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-", 0, None),
        ("bytes=10-19", 10, 20),
        ("bytes=-7", -7, None),
        ("bytes=5-99999999999", 5, None),
    ],
)
def test_a_part_of_the_video_is_sent(
    alice: Client, address: str, asked: str, begin: int, end: int | None
) -> None:
    whole = film().read_bytes()
    response = alice.get(address, headers={"range": asked})
    part = whole[begin:end]
    first = len(whole) + begin if begin < 0 else begin
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{len(whole)}"
    assert response["Content-Length"] == str(len(part))
    assert body(response) == part


@pytest.mark.parametrize("asked", ["", "bytes=-", "bytes=9-3", "items=0-3", "bytes=0-1,4-5", "x"])
def test_what_is_no_single_range_gets_the_whole_video(
    alice: Client, address: str, asked: str
) -> None:
    response = alice.get(address, headers={"range": asked})
    assert response.status_code == 200
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Type"] == "video/mp4"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private")
    assert body(response) == film().read_bytes()


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(alice: Client, address: str, asked: str) -> None:
    response = alice.get(address, headers={"range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{film().stat().st_size}"


def test_head_tells_the_size_without_a_body(alice: Client, address: str) -> None:
    response = alice.head(address)
    assert response["Content-Length"] == str(film().stat().st_size)
    assert response.content == b""


def test_what_the_browser_has_is_not_sent_again(alice: Client, address: str) -> None:
    etag = alice.head(address)["ETag"]
    assert alice.get(address, headers={"if-none-match": etag}).status_code == 304


def test_if_range_gets_the_whole_file_when_it_is_another(
    alice: Client, address: str, recording: Recording
) -> None:
    etag = alice.head(address)["ETag"]
    fetched_at = recording.artifacts.get(kind=ArtifactKind.VIDEO).fetched_at
    assert fetched_at is not None
    for known, status in {
        etag: 206,
        '"another"': 200,
        http_date(fetched_at.timestamp()): 206,
        http_date((fetched_at - timedelta(hours=1)).timestamp()): 200,
    }.items():
        response = alice.get(address, headers={"range": "bytes=0-3", "if-range": known})
        assert (known, response.status_code) == (known, status)
        body(response)


def test_the_video_can_be_saved_under_a_readable_name(alice: Client, address: str) -> None:
    response = alice.head(f"{address}?download=1")
    assert response["Content-Disposition"] == 'attachment; filename="2026-03-04_Sync__Q3_plan.mp4"'


def test_the_poster_is_a_picture(alice: Client, recording: Recording) -> None:
    response = alice.get(f"/recordings/{recording.public_id}/media/poster/")
    assert response["Content-Type"] == "image/jpeg"
    assert body(response).startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("kind", ["audio", "transcript", "chat", "../video", "nonsense"])
def test_what_is_not_playable_is_not_found(alice: Client, recording: Recording, kind: str) -> None:
    assert alice.get(f"/recordings/{recording.public_id}/media/{kind}/").status_code == 404


def test_a_file_that_vanished_is_not_found(
    alice: Client, address: str, recording: Recording
) -> None:
    recording.artifacts.get(kind=ArtifactKind.VIDEO).file.delete(save=False)
    assert alice.get(address).status_code == 404


@pytest.mark.parametrize("path", ["media/video/", "media/poster/", "captions.vtt", "transcript/"])
def test_strangers_and_passers_by_get_nothing(
    mallory: Client, client: Client, recording: Recording, path: str
) -> None:
    address = f"/recordings/{recording.public_id}/{path}"
    assert mallory.get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_captions_are_cut_into_readable_cues(alice: Client, recording: Recording) -> None:
    response = alice.get(f"/recordings/{recording.public_id}/captions.vtt")
    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    head, first, *_ = response.content.decode().split("\n\n")
    assert head == "WEBVTT"
    times, text = first.split("\n")
    assert times.startswith("00:00:00.800 --> 00:00:0")
    assert text.startswith("<v Maya Lindqvist>Good morning everybody")
    again = {"if-none-match": response["ETag"]}
    assert alice.get(response.request["PATH_INFO"], headers=again).status_code == 304


def test_the_transcript_is_streamed_as_it_is_stored(alice: Client, recording: Recording) -> None:
    address = f"/recordings/{recording.public_id}/transcript/"
    packed = alice.get(address, headers={"accept-encoding": "br, gzip"})
    plain = alice.get(address, headers={"accept-encoding": "gzip;q=0, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert packed.content == bytes(recording.transcript.fragment)
    assert gzip.decompress(packed.content) == plain.content
    assert b"Good morning everybody" in plain.content
    assert packed["ETag"] != plain["ETag"]
    assert "Accept-Encoding" in plain["Vary"]
