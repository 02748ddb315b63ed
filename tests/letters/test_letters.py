"""A mail goes out once, is tried again while nobody answers, and leaves a line for support."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User, Workspace
from letters import outbox, sending, tasks
from letters.models import LEASE, WAITS, Letter, LetterState, Refusal
from recordings import sharing
from recordings.models import Share
from recordings.sharing import Wish
from tests.letters.delivering import AWAY, STRICT, Loaded, deliver, html_of
from tests.recordings.factories import make_recording

pytestmark = pytest.mark.django_db

SAM = "sam@elsewhere.example"


@pytest.fixture
def share(workspace: Workspace, alice_user: User) -> Share:
    recording = make_recording(workspace, title="Board\r\nBcc: everybody@example.com")
    (made,) = sharing.share(recording, alice_user, Wish(emails=(SAM,)))
    return made


@pytest.fixture
def letter(share: Share) -> Letter:
    return Letter.objects.get()


def make_due() -> None:
    Letter.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_a_letter_goes_once(letter: Letter, share: Share) -> None:
    again = outbox.post("shared", key=share.public_id, to=SAM, about=share.public_id)
    assert again == letter
    for _ in range(2):
        assert sending.send(letter.pk) is None
    assert [message.to for message in mail.outbox] == [[SAM]]
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.trouble) == (LetterState.SENT, 1, "")
    assert letter.settled_at is not None


def test_its_headers_cannot_be_written_by_a_title(letter: Letter, alice_user: User) -> None:
    deliver()
    (message,) = mail.outbox
    assert message.subject == "A recording for you: Board Bcc: everybody@example.com"
    sent = message.message()
    assert (sent["To"], sent["Bcc"], sent["Reply-To"]) == (SAM, None, alice_user.email)
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://localhost:8000/mail/[\w.\-]+/>", sent["List-Unsubscribe"])


def test_text_and_html_lead_to_the_same_page_and_load_nothing(share: Share) -> None:
    deliver()
    (message,) = mail.outbox
    page = sharing.address_of(share)
    parts = Loaded(html_of(message))
    assert page in str(message.body)
    assert page in parts.links
    assert parts.loads == []
    assert not parts.tags & {"img", "script", "link", "iframe", "form"}


def test_a_server_that_is_away_is_tried_again_later_and_later(
    letter: Letter, settings: Settings
) -> None:
    answering, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, AWAY
    waits = []
    for _ in WAITS:
        make_due()
        next_try_at = sending.send(letter.pk)
        assert next_try_at is not None
        waits.append(round((next_try_at - timezone.now()) / timedelta(minutes=1)))
    assert waits == list(WAITS)
    letter.refresh_from_db()
    assert (letter.state, letter.claimed_at) == (LetterState.WAITING, None)
    assert letter.trouble == "No mail server answered (ConnectionRefusedError)."
    deliver()
    assert mail.outbox == []  # not before its time
    settings.EMAIL_BACKEND = answering
    make_due()
    deliver()
    assert len(mail.outbox) == 1


def test_after_the_last_try_it_is_given_up(letter: Letter, settings: Settings) -> None:
    settings.EMAIL_BACKEND = AWAY
    Letter.objects.update(attempts=len(WAITS))
    assert sending.send(letter.pk) is None
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED


def test_an_address_that_does_not_exist_is_not_tried_again(
    letter: Letter, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = STRICT
    assert sending.send(letter.pk) is None
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED
    assert letter.trouble == "The mail server does not take the address (550)."


def test_what_a_killed_worker_held_goes_out_after_a_while(letter: Letter) -> None:
    now = timezone.now()
    assert Letter.objects.claim(letter.pk, now) is not None
    deliver()
    assert mail.outbox == []
    Letter.objects.update(claimed_at=now - LEASE - timedelta(seconds=1))
    deliver()
    (message,) = mail.outbox
    assert message.message()["Message-ID"] == f"<{letter.code}@localhost>"


def test_what_every_worker_dies_of_is_given_up(letter: Letter) -> None:
    long_ago = timezone.now() - LEASE - timedelta(seconds=1)
    Letter.objects.update(claimed_at=long_ago, attempts=len(WAITS) + 1)
    tasks.sweep()
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED


def test_a_share_that_was_revoked_meanwhile_is_not_told(
    letter: Letter, share: Share, alice_user: User
) -> None:
    sharing.revoke([share], alice_user)
    deliver()
    letter.refresh_from_db()
    assert (letter.state, mail.outbox) == (LetterState.DROPPED, [])


def test_of_a_deleted_recording_no_address_stays(letter: Letter, share: Share) -> None:
    sharing.forget_copies(share.recording, None)
    letter.refresh_from_db()
    assert (letter.to, letter.state) == ("", LetterState.DROPPED)


def test_one_click_refuses_and_one_more_takes_it_back(share: Share, alice_user: User) -> None:
    def send_another() -> str:
        (made,) = sharing.share(share.recording, alice_user, Wish(emails=(SAM.upper(),)))
        deliver()
        return Letter.objects.get(about=made.public_id).state

    deliver()
    address = mail.outbox[0].message()["List-Unsubscribe"].strip("<>")
    path = address.removeprefix("http://localhost:8000")
    program = Client(enforce_csrf_checks=True)
    assert "gets now and then mails about recordings" in program.get(path).text
    assert not Refusal.objects.exists()
    answer = program.post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert "gets no more mails about recordings" in answer.text
    assert send_another() == LetterState.REFUSED
    assert "gets all mails about recordings" in program.post(path, {"again": "1"}).text
    assert send_another() == LetterState.SENT


@pytest.mark.parametrize("token", ["nonsense", "code.signature", "\x00"])
def test_an_address_nobody_was_given_is_a_404(client: Client, token: str) -> None:
    assert client.get(f"/mail/{token}/").status_code == 404
    assert client.post(f"/mail/{token}/").status_code == 404


def test_mails_about_signing_in_have_the_same_layout(client: Client, alice_user: User) -> None:
    client.post("/account/password/reset/", {"email": alice_user.email})
    (message,) = mail.outbox
    (link,) = re.findall(r"http://\S+", str(message.body))
    parts = Loaded(html_of(message))
    assert parts.links == [link]
    assert parts.loads == []
    assert "Choose" in message.subject
