"""As it is really served: media in pieces under ASGI, and pages told as artifacts arrive."""

import httpx
import pytest
from django.test import Client

from accounts.models import Workspace
from recordings import ingest, publishing
from tests.asgi_server import AsgiServer
from tests.live.listening import listening, session_cookies
from tests.recordings.factories import film, make_finished_bot, make_recording

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_part_is_streamed_under_asgi(
    asgi_server: AsgiServer, alice: Client, workspace: Workspace
) -> None:
    recording = make_recording(workspace, with_media=True)
    cookies = session_cookies(alice)
    address = f"{asgi_server.url}/recordings/{recording.public_id}/media/video/"
    said_before = len(asgi_server.log)
    whole = httpx.get(address, cookies=cookies)
    part = httpx.get(address, cookies=cookies, headers={"range": "bytes=100-1099"})
    head = httpx.head(address, cookies=cookies)
    assert whole.content == film().read_bytes()
    assert (part.status_code, part.content) == (206, whole.content[100:1100])
    assert head.headers["content-length"] == str(len(whole.content))
    assert "Warning" not in asgi_server.log[said_before:]


def test_open_pages_hear_of_a_recording_and_its_files(
    asgi_server: AsgiServer, alice: Client, workspace: Workspace
) -> None:
    recording = ingest.begin(make_finished_bot(workspace))
    page, library = (
        f"{workspace.public_id}/{name}" for name in (recording.public_id, "recordings")
    )
    with listening(asgi_server.url, alice, page, library) as stream:
        publishing.tell(recording)
        heard = iter(stream.next, None)
        status = next(message for message in heard if message.kind == "html")
        stale = next(message for message in heard if message.kind == "changed")
    assert f'id="status-{recording.public_id}"' in status.data
    assert library in stale.data
