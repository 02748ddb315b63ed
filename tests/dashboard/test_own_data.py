"""A copy of one's data: asked for, made by a task, fetched by its owner alone, gone in the end."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from accounts.models import OwnData, User, Workspace
from dashboard import own_data, tasks
from tests.calendars.factories import make_calendar
from tests.conftest import PASSWORD
from tests.letters.delivering import deliver, html_of
from tests.notifications.factories import make_news
from tests.recordings.factories import make_finished_bot, make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def sure_alice(alice: Client) -> Client:
    """alice, who gave her password just now."""
    alice.post("/account/reauthenticate/", {"password": PASSWORD})
    return alice


@pytest.fixture
def ready(alice_user: User) -> OwnData:
    copy = own_data.ask(alice_user)
    tasks.make_own_data(copy_id=copy.pk)
    copy.refresh_from_db()
    return copy


def unzipped(client: Client, copy: OwnData) -> dict[str, Any]:
    answer = client.get(f"/settings/data/{copy.public_id}/file/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def test_it_is_asked_for_once(alice: Client, alice_user: User, workspace: Workspace) -> None:
    assert "Make a copy" in alice.get("/settings/data/").content.decode()
    for _ in range(2):
        alice.post("/settings/data/copy/")
    copy = alice_user.own_data.get()
    page = alice.get("/settings/data/").content.decode()
    assert "Being made" in page
    assert "Make a copy" not in page
    entry = workspace.audit_entries.filter(action="own_data.ask").latest("id")
    assert entry.after == {"copy": copy.public_id}


def test_it_holds_what_is_theirs(
    sure_alice: Client, alice_user: User, bob_user: User, workspace: Workspace
) -> None:
    account = make_calendar(workspace, alice_user).account
    mine, theirs = (
        make_finished_bot(workspace, account=account, requested_by=person)
        for person in (alice_user, bob_user)
    )
    make_recording(workspace, title="Mine", bot=mine)
    make_recording(workspace, title="Bob's", bot=theirs)
    for person in (alice_user, bob_user):
        make_news(person, workspace, title=f"For {person.name}")
    copy = own_data.ask(alice_user)
    tasks.make_own_data(copy_id=copy.pk)

    parts = unzipped(sure_alice, copy)
    assert [one["title"] for one in parts["notifications.json"]["told"]] == ["For Alice"]
    assert parts["account.json"]["email"] == alice_user.email
    assert parts["workspaces.json"][0]["role"] == "owner"
    assert len(parts["calendars.json"][0]["calendars"]) == 1
    assert [one["title"] for one in parts["recordings.json"]] == ["Mine"]
    assert [one["public_id"] for one in parts["bots.json"]] == [mine.public_id]
    (spoken,) = [parts[name] for name in parts if name.startswith("transcripts/")]
    assert spoken["title"] == "Mine"
    assert spoken["turns"]


def test_it_holds_no_secret(sure_alice: Client, alice_user: User, workspace: Workspace) -> None:
    connection = make_calendar(workspace, alice_user).connection
    connection.refresh_token = "1//0e-the-key-to-the-calendar"
    connection.save()
    copy = own_data.ask(alice_user)
    tasks.make_own_data(copy_id=copy.pk)

    text = json.dumps(unzipped(sure_alice, copy))
    assert connection.refresh_token not in text
    alice_user.refresh_from_db()
    assert alice_user.password not in text
    session_key = alice_user.sign_ins.get().session_key
    assert session_key not in text


def test_a_mail_leads_to_the_page_and_not_to_the_file(ready: OwnData) -> None:
    deliver()
    (told,) = mail.outbox
    assert (told.to, told.subject) == ([ready.user.email], "The copy of your data is ready")
    for text in (str(told.body), html_of(told)):
        assert "/settings/data/" in text
        assert ready.public_id not in text


def test_no_mail_tells_of_a_copy_that_is_gone(ready: OwnData) -> None:
    own_data.discard(ready)
    deliver()
    assert mail.outbox == []


def test_fetching_it_asks_who_it_is(alice: Client, ready: OwnData) -> None:
    answer = alice.get(f"/settings/data/{ready.public_id}/file/")
    assert answer["Location"].startswith("/account/reauthenticate/")


def test_nobody_else_fetches_it(bob: Client, ready: OwnData) -> None:
    bob.post("/account/reauthenticate/", {"password": PASSWORD})
    assert bob.get(f"/settings/data/{ready.public_id}/file/").status_code == 404


def test_fetching_it_is_in_the_trail(
    sure_alice: Client, ready: OwnData, workspace: Workspace
) -> None:
    unzipped(sure_alice, ready)
    assert workspace.audit_entries.filter(action="own_data.save").count() == 1


def test_it_expires(sure_alice: Client, ready: OwnData) -> None:
    name = ready.file.name or ""
    OwnData.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert sure_alice.get(f"/settings/data/{ready.public_id}/file/").status_code == 404
    assert "Save the copy" not in sure_alice.get("/settings/data/").content.decode()

    tasks.tidy_own_data()
    assert not OwnData.objects.exists()
    assert not default_storage.exists(name)


def test_one_that_nobody_made_is_made_by_the_sweep(
    alice_user: User, django_capture_on_commit_callbacks: Any
) -> None:
    copy = own_data.ask(alice_user)
    OwnData.objects.update(asked_at=timezone.now() - timedelta(minutes=5))
    with django_capture_on_commit_callbacks() as woken:
        tasks.tidy_own_data()
    assert len(woken) == 1
    assert OwnData.objects.filter(pk=copy.pk).exists()


def test_a_new_one_can_be_asked_for(sure_alice: Client, ready: OwnData) -> None:
    assert "Make a new copy" in sure_alice.get("/settings/data/").content.decode()
    sure_alice.post("/settings/data/copy/")
    assert OwnData.objects.count() == 2


def test_the_part_that_looks_again_is_the_same_as_on_the_page(
    alice: Client, ready: OwnData
) -> None:
    part = alice.get("/settings/data/", headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<section id="copy"')
    assert "Save the copy" in part


def test_looking_again_without_a_session_leads_the_whole_page_to_sign_in(client: Client) -> None:
    answer = client.get("/settings/data/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/account/login/"
