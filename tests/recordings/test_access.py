"""A recording that is left to some people: nobody else sees anything of it, but can ask."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import Bot
from dashboard.own_data import recordings_of
from notifications.kinds import KindName
from notifications.models import Notification
from recordings import deleting, keeping, restricting, searching, sharing
from recordings.models import AccessRequest, Recording
from recordings.searching import Filters
from recordings.sharing import Wish
from recordings.wording import terms
from tests.everything import SECRET_WORD, make_everything
from tests.recordings.factories import make_recording
from tests.test_isolation import ours

ADDRESSES = [row for row in ours() if row[0].startswith("recordings:") and "public_id" in row[1]]


@pytest.fixture
def recording(workspace: Workspace, bob_user: User) -> Recording:
    """What the bot of Bob brought home, left to Bob."""
    recording = make_recording(workspace, title="Salary round", words=60)
    Bot.objects.filter(pk=recording.bot_id).update(requested_by=bob_user)
    recording.bot.refresh_from_db()
    restricting.restrict(recording, [], bob_user)
    recording.refresh_from_db()
    return recording


def page_of(recording: Recording) -> str:
    return f"/recordings/{recording.public_id}/"


def text_of(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))


def test_every_address_is_closed_to_the_owner_of_the_workspace(
    alice: Client, alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    everything = make_everything(workspace, alice_user)
    for recording in Recording.everything.all():
        if recording.binned_at is None:
            restricting.restrict(recording, [], bob_user)
    away = Recording.everything.exclude(binned_at=None)
    binned = set(away.values_list("public_id", flat=True))
    for name, parts in ADDRESSES:
        ids = everything.fill(name, parts)
        if not ids["public_id"].startswith(("rec_", "shr_")) or ids["public_id"] in binned:
            continue
        url = reverse(name, kwargs=ids)
        for answer in (alice.get(url), alice.post(url)):
            assert SECRET_WORD not in text_of(answer), url
            expected = {404, 405}
            if name in ("recordings:recording", "recordings:asking"):
                expected |= {302, 403}
            assert answer.status_code in expected, (url, answer.status_code)


def test_it_is_in_no_list_and_no_search_of_others(
    alice: Client, bob: Client, bob_user: User, recording: Recording
) -> None:
    pages = ("/recordings/", "/recordings/?view=cards", "/recordings/search/?q=budget", "/")
    for path in pages:
        assert "Salary round" not in text_of(alice.get(path)), path
        assert "Salary round" in text_of(bob.get(path)), path
    assert "Salary" not in text_of(alice.get("/recordings/search/?q=salary"))
    assert "Maya Lindqvist" not in text_of(alice.get("/recordings/search/"))
    deleting.put_in_bin(recording, bob_user)
    assert "Salary round" not in text_of(alice.get("/recordings/bin/"))
    assert alice.get(page_of(recording)).status_code == 404
    assert "Salary round" in text_of(bob.get("/recordings/bin/"))


@pytest.mark.parametrize("words", ["My salary", "Ines Duarte"])
def test_what_was_written_and_who_was_there_is_on_no_page_of_the_bot(
    alice: Client, bob_user: User, recording: Recording, words: str
) -> None:
    now = timezone.now()
    recording.bot.chat_messages.create(message_id="1", text="My salary", sent_at=now)
    recording.bot.sightings.create(person_id="1", name="Ines Duarte", is_here=True, seen_at=now)
    page = f"/bots/{recording.bot.public_id}/"
    assert words not in text_of(alice.get(page))
    deleting.put_in_bin(recording, bob_user)
    assert words not in text_of(alice.get(page))
    deleting.restore(recording)
    restricting.open_up(recording, bob_user)
    assert words in text_of(alice.get(page))


def test_sharing_it_with_a_team_mate_leads_to_what_is_shared(
    alice_user: User, bob_user: User, recording: Recording
) -> None:
    (made,) = sharing.share(recording, bob_user, Wish(emails=(alice_user.email,)))
    assert Notification.objects.get(person=alice_user).path == f"/shared/{made.token}/"


def test_the_copy_of_ones_own_data_leaves_it_out(
    alice_user: User, bob_user: User, recording: Recording
) -> None:
    """Alice takes over the bots of Bob when he leaves, and is no insider by that."""
    assert list(recordings_of(bob_user)) == [recording]
    Bot.objects.update(requested_by=alice_user)
    assert not recordings_of(alice_user).exists()


def test_hits_of_others_are_counted_without_it(workspace: Workspace, recording: Recording) -> None:
    make_recording(workspace, words=60)
    found = searching.search(workspace, terms("budget"), Filters())
    narrowed = searching.search(
        workspace, terms("budget"), Filters(hidden=frozenset({recording.pk}))
    )
    assert found.count == 2 * narrowed.count > 0


def test_who_is_let_in_after_asking_sees_it(
    alice: Client, alice_user: User, bob: Client, bob_user: User, recording: Recording
) -> None:
    closed = alice.get(page_of(recording))
    assert closed.status_code == 403
    assert "Salary round" not in text_of(closed)
    assert bob_user.get_full_name() in text_of(closed)
    for _ in range(2):  # asking twice is asking once
        alice.post(f"{page_of(recording)}asking/")
    question = AccessRequest.objects.get()
    assert "You asked for access" in text_of(alice.get(page_of(recording)))
    assert "asks to see this recording" in text_of(bob.get(page_of(recording)))

    answer = f"{page_of(recording)}asking/{question.public_id}/answer/"
    assert alice.post(answer, {"grant": "1"}).status_code == 404
    assert "sees it now" in text_of(bob.post(answer, {"grant": "1"}, follow=True))
    assert "Salary round" in text_of(alice.get(page_of(recording)))
    assert alice.post(f"{page_of(recording)}deletion/", {"how": "bin"}).status_code == 403
    assert "Somebody has answered already." in text_of(bob.post(answer, follow=True))
    told = recording.workspace.audit_entries.order_by("pk").values_list("action", flat=True)
    assert list(told) == ["recording.ask_access", "recording.let_in"]


def test_keepers_hear_of_the_question_and_the_asker_of_the_answer(
    alice: Client, alice_user: User, bob: Client, bob_user: User, recording: Recording
) -> None:
    alice.post(f"{page_of(recording)}asking/")
    told = Notification.objects.get(kind=KindName.ACCESS)
    assert (told.person, told.title) == (bob_user, "Salary round")
    assert told.note == f"{alice_user.get_full_name()} asks to see it."
    assert told.path == page_of(recording)
    assert told.mail_due_at
    question = AccessRequest.objects.get()
    bob.post(f"{page_of(recording)}asking/{question.public_id}/answer/", {"grant": "1"})
    seen = Notification.objects.get(pk=told.pk)
    assert seen.is_read
    assert seen.mail_due_at is None
    answer = Notification.objects.get(person=alice_user)
    assert (answer.title, answer.path) == ("Salary round", page_of(recording))
    assert answer.note == f"{bob_user.get_full_name()} let you in."
    restricting.restrict(recording, [], bob_user)  # Alice is in no more
    answer.refresh_from_db()
    assert (answer.title, answer.is_shown) == ("", False)
    alice.post(f"{page_of(recording)}asking/")
    deleting.put_in_bin(recording, bob_user)
    assert not Notification.objects.filter(is_shown=True).exists()


def test_who_is_not_let_in_is_told_so(
    alice: Client, alice_user: User, bob: Client, recording: Recording
) -> None:
    alice.post(f"{page_of(recording)}asking/")
    question = AccessRequest.objects.get()
    bob.post(f"{page_of(recording)}asking/{question.public_id}/answer/")
    assert Notification.objects.get(person=alice_user).title == "You were not let in"
    assert "Salary round" not in text_of(alice.get("/notifications/"))
    alice.post(f"{page_of(recording)}asking/")
    assert "were not let in" in text_of(alice.get(page_of(recording)))
    assert "asks to see" not in text_of(bob.get(page_of(recording)))


def test_it_is_left_to_people_and_opened_again(
    alice: Client, alice_user: User, bob: Client, mallory_user: User, workspace: Workspace
) -> None:
    recording = make_recording(workspace, words=14)
    address = f"{page_of(recording)}insiders/"
    assert bob.post(address, {"who": "people"}).status_code == 403
    stranger = alice.post(address, {"who": "people", "people": [mallory_user.public_id]})
    assert stranger.status_code == 422
    alice.post(address, {"who": "people"})
    assert bob.get(page_of(recording)).status_code == 403
    bob.post(f"{page_of(recording)}asking/")
    bob_id = AccessRequest.objects.get().user.public_id
    alice.post(address, {"who": "people", "people": [bob_id]})
    assert bob.get(page_of(recording)).status_code == 200
    assert not AccessRequest.objects.waiting().exists()
    panel = text_of(bob.get(f"{page_of(recording)}sharing/"))
    assert "can open this page; others of" in panel
    alice.post(address, {"who": "people"})
    assert "Ask for access" in text_of(bob.get(page_of(recording)))
    alice.post(address, {"who": "everyone"})
    assert bob.get(page_of(recording)).status_code == 200
    actions = [entry.action for entry in workspace.audit_entries.filter(actor=alice_user)]
    assert set(actions) == {"recording.restrict", "recording.open_up"}


def test_one_whose_keepers_have_left_is_back_with_owner_and_admins(
    alice: Client, bob_user: User, recording: Recording
) -> None:
    assert alice.get(page_of(recording)).status_code == 403
    bob_user.memberships.all().delete()
    assert alice.get(page_of(recording)).status_code == 200
    assert "Salary round" in text_of(alice.get("/recordings/"))
    assert alice.post(f"{page_of(recording)}insiders/", {"who": "everyone"}).status_code == 302


def test_its_end_is_announced_to_its_keepers_alone(
    alice_user: User, bob_user: User, workspace: Workspace, recording: Recording
) -> None:
    keeping.set_rule(workspace, 30)
    keeping.warn(timezone.now())
    told = Notification.objects.values_list("person__email", flat=True)
    assert list(told) == [bob_user.email]


def test_lists_ask_as_little_for_many_that_are_left_to_some(
    alice: Client, alice_user: User, bob: Client, bob_user: User, workspace: Workspace
) -> None:
    """Bob keeps them, and Alice, who runs the workspace, is let in."""

    def asked() -> list[int]:
        counts = []
        for path in ("/recordings/", "/recordings/bin/", "/recordings/search/?q=budget", "/"):
            for client in (alice, bob):
                with CaptureQueriesContext(connection) as queries:
                    client.get(path)
                counts.append(len(queries))
        return counts

    def leave_one_and_bin_one() -> None:
        for is_binned in (True, False):
            other = make_recording(workspace, words=14)
            restricting.restrict(other, [alice_user], bob_user)
            if is_binned:
                deleting.put_in_bin(other, bob_user)

    leave_one_and_bin_one()
    asked()  # what a process asks once
    few = asked()
    for _ in range(3):
        leave_one_and_bin_one()
    assert asked() == few
