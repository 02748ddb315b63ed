"""What a stranger with a link sees: the shared part, and nothing of the rest."""

import re
from datetime import timedelta
from typing import Any, cast

import pytest
from django.core import mail
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Workspace
from recordings import clips, shared_urls, sharing
from recordings.models import ArtifactKind, ClipState, Knock, Recording, Share, ShareState, Visit
from recordings.sharing import Wish
from tests.letters.delivering import deliver
from tests.recordings.factories import film, make_recording

BEGINS, ENDS = 3, 5  # seconds of the part; the film has eight


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    return make_recording(
        workspace, with_media=True, seconds=8, title="Budget <b>talk</b>", summary="Secret summary"
    )


def make(recording: Recording, by: User, **wishes: Any) -> Share:
    (share,) = sharing.share(recording, by, Wish(**wishes))
    return share


def path(share: Share, rest: str = "") -> str:
    return f"/shared/{share.token}/{rest}"


def words_of(page: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", page)


def test_a_link_shows_the_recording_to_somebody_signed_out(
    client: Client, recording: Recording, alice_user: User
) -> None:
    share = make(recording, alice_user)
    answer = client.get(path(share))
    page = answer.content.decode()
    assert "Good morning everybody and thank you" in words_of(page)
    assert "Budget &lt;b&gt;talk&lt;/b&gt;" in page
    assert f"{path(share, 'media/')}" in page
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["Cache-Control"] == "private, no-store"
    for kept_inside in ("Secret summary", recording.public_id, "/recordings/", "Save the text"):
        assert kept_inside not in page


def test_its_media_is_served_in_parts_and_not_saved_unless_allowed(
    client: Client, recording: Recording, alice_user: User
) -> None:
    share = make(recording, alice_user)
    part = client.get(path(share, "media/"), headers={"range": "bytes=10-19"})
    assert part.status_code == 206
    pieces = cast(StreamingHttpResponse, part).streaming_content
    assert b"".join(pieces) == film(8).read_bytes()[10:20]  # type: ignore[arg-type]
    assert part["X-Robots-Tag"].startswith("noindex")
    assert client.get(path(share, "captions.vtt")).content.startswith(b"WEBVTT")
    assert client.get(path(share, "media/?download=1")).status_code == 404
    assert client.get(path(share, "text/")).status_code == 404
    open_handed = make(recording, alice_user, can_download=True)
    saved = client.get(path(open_handed, "media/?download=1"))
    assert saved["Content-Disposition"].startswith("attachment")
    text = client.get(path(open_handed, "text/"))
    assert b"Maya Lindqvist: Good morning" in b"".join(text)


def test_a_part_holds_not_a_word_and_not_a_picture_more(
    client: Client, recording: Recording, alice_user: User, tmp_path: Any
) -> None:
    share = make(recording, alice_user, start_ms=BEGINS * 1000, end_ms=ENDS * 1000)
    turns = list(recording.transcript.utterances.order_by("index"))
    said = " ".join(turn.text for turn in turns).split()
    before = client.get(path(share)).content.decode()
    assert "The part is being cut" in before
    assert client.get(path(share, "media/")).status_code == 404
    assert clips.cut_for(Share.objects.get(pk=share.pk)) == ClipState.READY
    page = client.get(path(share)).content.decode()
    text = words_of(page)
    assert "Good morning everybody" not in text  # said in the first second
    assert said[-6] + " " + said[-5] not in text
    assert 'data-start="0"' in page or re.search(r'id="t-0" data-start="\d{1,3}"', page)
    vtt = client.get(path(share, "captions.vtt")).content.decode()
    assert "Good morning" not in vtt
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(b"".join(client.get(path(share, "media/"))))
    shades = _shades(cut)
    first, last = _shades(film(8))[BEGINS * 4], _shades(film(8))[ENDS * 4]
    assert shades
    assert first - 6 <= min(shades) <= max(shades) < last


def _shades(film_path: Any) -> list[int]:
    """How bright each picture is: in these films it tells the time."""
    import av  # noqa: PLC0415

    with av.open(str(film_path)) as container:
        return [bytes(frame.planes[0])[0] for frame in container.decode(video=0)]


def test_only_the_text_has_no_picture_and_no_sound(
    client: Client, recording: Recording, alice_user: User
) -> None:
    share = make(recording, alice_user, is_text_only=True, can_download=True)
    page = client.get(path(share)).content.decode()
    assert "Good morning everybody" in page
    assert "media" not in page.partition('id="recording"')[2]
    assert client.get(path(share, "media/")).status_code == 404


def test_expired_revoked_deleted_and_unknown_links_say_different_things(
    client: Client, recording: Recording, alice_user: User
) -> None:
    expired = make(recording, alice_user, expires_at=timezone.now() - timedelta(seconds=1))
    revoked = make(recording, alice_user)
    sharing.revoke([revoked], alice_user)
    of_deleted = make(make_recording(recording.workspace, title="Gone"), alice_user)
    Recording.everything.filter(title="Gone").update(binned_at=timezone.now())
    told = {}
    for share, sentence in (
        (expired, "This link has expired"),
        (revoked, "This link was revoked"),
        (of_deleted, "This recording was deleted"),
    ):
        answer = client.get(path(share))
        told[sentence] = answer.content.decode()
        assert answer.status_code == 410
        assert sentence in told[sentence]
        assert answer["X-Robots-Tag"].startswith("noindex")
        for file in ("media/", "captions.vtt", "text/"):
            assert client.get(path(share, file)).status_code == 410
        assert "Budget" not in told[sentence]
        assert "Gone" not in told[sentence]
    assert client.get("/shared/not-a-token/").status_code == 404


def test_a_passcode_opens_and_a_wrong_one_says_so(
    client: Client, recording: Recording, alice_user: User
) -> None:
    share = make(recording, alice_user, passcode="tea at five")
    locked = client.get(path(share)).content.decode()
    assert "This recording is locked" in locked
    assert "Budget" not in locked
    assert client.get(path(share, "media/")).status_code == 404
    wrong = client.post(path(share, "passcode/"), {"passcode": "coffee"})
    assert wrong.status_code == 422
    assert "This is not the passcode" in wrong.content.decode()
    right = client.post(path(share, "passcode/"), {"passcode": "tea at five"})
    assert right["Location"] == path(share)
    assert "Good morning" in client.get(path(share)).content.decode()
    assert client.get(path(share, "media/")).status_code == 200
    assert Client().get(path(share, "media/")).status_code == 404
    other = make(recording, alice_user, passcode="tea at five")
    client.cookies["share"]["path"] = "/"  # a cookie carried over by hand opens nothing else
    assert "This recording is locked" in client.get(path(other)).content.decode()


@pytest.mark.parametrize("name", sorted(str(one.name) for one in shared_urls.urlpatterns))
def test_no_address_of_a_link_answers_whom_it_is_closed_to(
    name: str, client: Client, recording: Recording, alice_user: User
) -> None:
    locked = make(recording, alice_user, passcode="tea at five", can_download=True)
    past = timezone.now() - timedelta(seconds=1)
    expired = make(recording, alice_user, expires_at=past, can_download=True)
    revoked = make(recording, alice_user, can_download=True)
    sharing.revoke([revoked], alice_user)
    of_binned = make(make_recording(recording.workspace, title="Budget 2"), alice_user)
    Recording.everything.filter(title="Budget 2").update(binned_at=timezone.now())

    def status_for(token: str) -> int:
        ask = client.post if name == "passcode" else client.get
        answer = ask(reverse(f"shared:{name}", args=[token]), {"passcode": "coffee"})
        for kept_inside in ("Good morning", "Budget", "Maya"):
            assert kept_inside not in answer.content.decode()
        assert answer.status_code == 404 or answer["X-Robots-Tag"].startswith("noindex")
        return answer.status_code

    assert status_for(locked.token) == {"page": 200, "passcode": 422}.get(name, 404)
    assert [status_for(one.token) for one in (expired, revoked, of_binned)] == [410, 410, 410]
    assert status_for("not-a-token") == 404


def test_guessing_a_passcode_is_stopped_also_for_the_right_one(
    client: Client, recording: Recording, alice_user: User
) -> None:
    share = make(recording, alice_user, passcode="tea at five")
    for number in range(sharing.MOST_TRIES):
        assert (
            client.post(path(share, "passcode/"), {"passcode": f"no {number}"}).status_code == 422
        )
    stopped = client.post(path(share, "passcode/"), {"passcode": "tea at five"})
    assert stopped.status_code == 429
    assert "Too many passcodes were tried" in stopped.content.decode()
    assert stopped["Retry-After"] == "600"
    Knock.objects.update(since=timezone.now() - timedelta(hours=2))
    assert client.post(path(share, "passcode/"), {"passcode": "tea at five"}).status_code == 302


def test_pages_are_asked_for_slowly(client: Client, recording: Recording, alice_user: User) -> None:
    share = make(recording, alice_user)
    assert client.get(path(share)).status_code == 200
    Knock.objects.update(count=1000)
    fast = client.get(path(share))
    assert fast.status_code == 429
    assert fast["Retry-After"] == "60"


def test_a_copy_of_the_database_opens_no_door(recording: Recording, alice_user: User) -> None:
    share = make(recording, alice_user, passcode="tea at five")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(s)::text FROM recordings_share s")
        (row,) = cursor.fetchone() or ("",)
    assert share.token not in row
    assert "tea at five" not in row
    assert len(share.token) >= 32


def test_who_looked_is_told_once_per_browser(
    client: Client, bob: Client, bob_user: User, recording: Recording, alice_user: User
) -> None:
    share = make(recording, alice_user)
    for one in (client, client, bob):
        assert one.get(path(share)).status_code == 200
    assert sorted(Visit.objects.values_list("user__email", "times"), key=str) == sorted(
        [(None, 1), (bob_user.email, 1)], key=str
    )
    Visit.objects.update(last_at=timezone.now() - timedelta(hours=1))
    client.get(path(share))
    assert Visit.objects.get(user=None).times == 2


def test_a_moment_and_a_range_show_the_words_before_they_are_played(
    client: Client, alice: Client, recording: Recording, alice_user: User
) -> None:
    share = make(recording, alice_user)
    for page in (
        client.get(path(share, "?t=0-1")),
        alice.get(f"/recordings/{recording.public_id}/?t=0-1"),
    ):
        quote = page.content.decode().partition('id="quote"')[2].partition("</moment-quote>")[0]
        assert "From 0:00 to 0:01" in quote
        assert "Good" in quote
        assert "hiring" not in quote
    at = alice.get(f"/recordings/{recording.public_id}/?t=2").content.decode()
    assert "At 0:02" in at
    for wrong in ("x", "5-2", "99999999", "-3", "1-2-3"):
        answer = alice.get(f"/recordings/{recording.public_id}/", {"t": wrong})
        assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_people_are_written_to_with_a_link_of_their_own(
    alice: Client, client: Client, recording: Recording
) -> None:
    sent = {"who": "people", "emails": "Sam@x.example, sam@x.example\nina@y.example"}
    alice.post(
        f"/recordings/{recording.public_id}/sharing/", {**sent, "what": "whole", "until": "7"}
    )
    shares = list(Share.objects.order_by("email"))
    assert [one.email for one in shares] == ["ina@y.example", "sam@x.example"]
    deliver()
    mail.outbox.sort(key=lambda message: message.to)
    assert [message.to for message in mail.outbox] == [["ina@y.example"], ["sam@x.example"]]
    address = re.findall(r"http\S+", str(mail.outbox[0].body))[0]
    assert address == sharing.address_of(shares[0])
    assert (
        client.get(address.partition("/shared")[1] + address.partition("/shared")[2]).status_code
        == 200
    )
    assert shares[0].state() == ShareState.OPEN


def test_the_kinds_of_media_are_served_by_what_is_there(
    client: Client, recording: Recording, alice_user: User
) -> None:
    share = make(recording, alice_user)
    recording.artifacts.filter(kind=ArtifactKind.VIDEO).update(state="absent")
    assert "There is nothing to play" in client.get(path(share)).content.decode()
