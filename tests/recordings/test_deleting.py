"""Deleting means deleting: the bin, every copy one by one, the receipt, what is left."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import AuditEntry, User, Workspace
from bots.models import Bot, ChatMessage, Sighting
from recordings import deleting, ingest, reconciliation, searching, sharing
from recordings.models import Artifact, Copy, CopyState, Deletion, Place, Recording
from recordings.searching import Filters
from recordings.sharing import Wish
from recordings.wording import terms
from tests.frame import FRAME
from tests.recordings.factories import make_account, make_finished_bot, make_recording
from tests.sandbox_process import API_KEY, Sandbox, run_sandbox
from upstream.events import PersonMoved
from upstream.registry import open_provider
from webhooks.dispatch import dispatch
from webhooks.models import MOST_ATTEMPTS, Delivery, DeliveryState
from webhooks.tasks import process

LEDGERS = ("bots_chatmessage", "bots_liveline", "bots_sighting", "accounts_auditentry")
SAID = "campaign"  # by somebody in every recording of the factories


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture(autouse=True)
def calm(sandbox: Sandbox) -> None:
    sandbox.post("faults", clear=True)


@pytest.fixture
def bot(sandbox: Sandbox, workspace: Workspace) -> Bot:
    told = sandbox.post("finished_bots", duration_seconds=20, silent=True)
    return make_finished_bot(
        workspace, account=make_account(sandbox.url, API_KEY), upstream_id=told["bot_id"]
    )


@pytest.fixture
def recording(workspace: Workspace, bot: Bot, alice_user: User) -> Recording:
    made = make_recording(workspace, bot=bot, with_media=True, title="Budget", summary="We saved")
    ChatMessage.objects.create(
        bot=bot, message_id="1", text="hello there", sent_at=timezone.now(), sender_name="Ina"
    )
    Sighting.objects.create(
        bot=bot, person_id="7", name="Otto Gast", is_here=True, seen_at=timezone.now()
    )
    for number, upstream_id in enumerate((bot.upstream_id, "of-another-bot")):
        told = {"words": [{"text": SAID}], "bot": {"id": upstream_id}}
        body = json.dumps({"event": "transcript.data", "data": told}).encode()
        Delivery.objects.create(account=bot.account, message_id=f"m-{number}", body=body)
    return made


def carry_out(deletion: Deletion) -> dict[str, Copy]:
    told = Deletion.objects.select_related("recording__bot__account").get(pk=deletion.pk)
    deleting.carry_out(told)
    return {copy.place: copy for copy in deletion.copies.all()}


def is_found(workspace: Workspace) -> bool:
    return bool(searching.search(workspace, terms(SAID), Filters(), page=1).hits)


def all_text() -> str:
    """Everything the tables of recordings and bots hold, as text."""
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == "webhooks_delivery":
                cursor.execute("SELECT convert_from(body, 'UTF8') FROM webhooks_delivery")
            elif table.startswith("recordings_") or table in LEDGERS:
                cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")  # noqa: S608
            else:
                continue
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def test_every_copy_is_deleted_and_the_receipt_lists_each(
    alice: Client, alice_user: User, recording: Recording, workspace: Workspace, bot: Bot
) -> None:
    (share,) = sharing.share(recording, alice_user, Wish())
    folder = f"recordings/{recording.public_id}"
    default_storage.save(f"{folder}/left-by-a-killed-worker.mp4", ContentFile(b"film"))
    provider = open_provider(bot.account)
    before = provider.get_bot(bot.upstream_id)
    assert before.links.video
    assert before.links.transcript
    assert SAID in all_text()
    assert "Otto Gast" in all_text()
    answer = alice.post(f"/recordings/{recording.public_id}/deletion/", {"how": "now"})
    deletion = Deletion.objects.get()
    assert answer["Location"] == f"/recordings/deletions/{deletion.public_id}/"
    assert "10 of 10 copies are left" in alice.get(answer["Location"]).content.decode()
    copies = carry_out(deletion)
    assert {place: copy.state for place, copy in copies.items()} == {
        **dict.fromkeys(Place.values, CopyState.GONE),
        Place.EXPORTS: CopyState.NONE,
    }
    assert all(copy.settled_at for copy in copies.values())
    assert copies[Place.CHAT].result == "Who came and who left went with it."
    after = provider.get_bot(bot.upstream_id)
    assert after.is_data_deleted
    assert (after.links.video, after.links.audio, after.links.transcript) == (None, None, None)
    assert not default_storage.exists(folder)
    kept, other = (bytes(one.body).decode() for one in Delivery.objects.order_by("pk"))
    assert bot.upstream_id in kept
    assert SAID in other, "a message about another bot"
    Delivery.objects.filter(message_id="m-1").delete()
    for word in (SAID, "Maya", "We saved", "hello there", "Otto Gast"):
        assert word not in all_text()
    assert not is_found(workspace)
    page = alice.get(answer["Location"]).content.decode()
    assert "Every copy is gone" in page
    assert "every 4s" not in page
    saved = alice.get(f"{answer['Location']}receipt.txt")
    assert "Transcript at the recording and transcription service\n  Deleted," in (
        saved.content.decode()
    )
    gone = alice.get(f"/recordings/{recording.public_id}/")
    assert gone.status_code == 410
    assert "Nothing of it is left" in gone.content.decode()
    assert "This recording was deleted" in Client().get(f"/shared/{share.token}/").content.decode()


def test_what_is_told_of_it_later_leaves_no_word(recording: Recording, alice_user: User) -> None:
    carry_out(deleting.begin(recording, by=alice_user))
    account, upstream_id = recording.bot.account, recording.bot.upstream_id
    for bot_id in (upstream_id, "of-another-bot"):
        told = {"bot_id": bot_id, "message_id": "late", "text": "Too late", "sender_name": "Ina"}
        body = {"event": "bot.chat_message", "data": {**told, "sent_at": "2026-03-04T15:12:00Z"}}
        Delivery.objects.create(account=account, message_id=bot_id, body=json.dumps(body).encode())
    process()
    late = Delivery.objects.get(message_id=upstream_id)
    assert (
        late.effect
        == f"The recording of {recording.bot.public_id} is deleted: no word of this is kept."
    )
    assert upstream_id.encode() in bytes(late.body)
    assert b"Too late" not in bytes(late.body)
    assert b"Ina" not in bytes(late.body)
    assert not ChatMessage.objects.exists()
    assert b"Too late" in bytes(Delivery.objects.get(message_id="of-another-bot").body)
    came = PersonMoved(upstream_id, "7", "Otto Gast", is_here=False, happened_at=timezone.now())
    assert "is deleted" in dispatch(account, came).sentence
    assert not Sighting.objects.exists()


@pytest.fixture
def quoting_table(recording: Recording) -> None:
    """The database refuses steps of bots, and quotes them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION quote() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'no room for: %', NEW.message; END $$;"
            "CREATE TRIGGER quote BEFORE INSERT ON bots_statuschange"
            " FOR EACH ROW EXECUTE FUNCTION quote()"
        )


@pytest.mark.parametrize(
    ("event", "attempts", "state"),
    [
        ("bot.danced", 0, DeliveryState.IGNORED),
        ("bot.failed", 0, DeliveryState.PENDING),
        ("bot.failed", MOST_ATTEMPTS - 1, DeliveryState.FAILED),
        ("bot.failed", MOST_ATTEMPTS, DeliveryState.FAILED),
        ("not json", 0, DeliveryState.MALFORMED),
    ],
)
def test_whatever_comes_of_a_late_message_no_word_of_it_stays(
    recording: Recording,
    alice_user: User,
    quoting_table: None,
    event: str,
    attempts: int,
    state: DeliveryState,
) -> None:
    carry_out(deleting.begin(recording, by=alice_user))
    Delivery.objects.all().delete()
    for bot_id in (recording.bot.upstream_id, "of-another-bot"):
        data = {"bot_id": bot_id, "error_code": "BROKEN", "error_message": "Too late"}
        body = json.dumps({"event": event, "data": data}).removesuffix("}" * (event == "not json"))
        Delivery.objects.create(
            account=recording.bot.account,
            message_id=bot_id,
            body=body.encode(),
            attempts=attempts,
            error="DataError: no room for: Too late (writing.py:7)" if attempts else "",
        )
    process()
    about_it, other = Delivery.objects.order_by("pk")
    assert about_it.state == state
    for kept in (bytes(about_it.body).decode(), about_it.error, about_it.effect):
        assert "Too late" not in kept
    assert recording.bot.upstream_id in bytes(about_it.body).decode() or event == "not json"
    assert ("py:" in about_it.error) == bool(about_it.error), "where it failed is kept for staff"
    assert ("Too late" in bytes(other.body).decode()) == (event != "not json")


def test_what_the_provider_does_not_delete_is_tried_again_until_it_is_gone(
    alice: Client, recording: Recording, alice_user: User, sandbox: Sandbox
) -> None:
    sandbox.post("faults", method="DELETE", path="/v2/bots", status=503, times=10)
    deletion = deleting.begin(recording, by=alice_user)
    copies = carry_out(deletion)
    left = {place for place, copy in copies.items() if copy.state == CopyState.PENDING}
    assert left == {Place.PROVIDER_MEDIA, Place.PROVIDER_TEXT}
    deletion = Deletion.objects.get()
    assert deletion.finished_at is None
    assert deletion.next_try_at > timezone.now()
    page = alice.get(f"/recordings/deletions/{deletion.public_id}/").content.decode()
    assert "2 of 10 copies are left" in page
    assert "It is asked again." in page
    assert list(reconciliation.due_deletions(timezone.now())) == []
    later = timezone.now() + timedelta(hours=7)
    assert list(reconciliation.due_deletions(later)) == [deletion.pk]
    sandbox.post("faults", clear=True)
    alice.post(f"/recordings/deletions/{deletion.public_id}/attempt/")
    carry_out(deletion)
    done = Deletion.objects.get()
    assert done.finished_at is not None
    assert done.attempts == 2


def test_a_bot_that_the_provider_does_not_know_leaves_nothing_there(
    recording: Recording, alice_user: User
) -> None:
    Bot.objects.update(upstream_id="6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    copies = carry_out(deleting.begin(recording, by=alice_user))
    assert copies[Place.PROVIDER_MEDIA].state == CopyState.GONE
    assert "does not know this bot" in copies[Place.PROVIDER_MEDIA].result


def test_a_deleted_recording_does_not_come_back(recording: Recording, alice_user: User) -> None:
    carry_out(deleting.begin(recording, by=alice_user))
    assert reconciliation.begin_missing() == 0
    assert ingest.begin(recording.bot).pk == recording.pk
    assert not Artifact.objects.exists()


def test_the_bin_hides_and_brings_back(
    alice: Client, recording: Recording, workspace: Workspace, alice_user: User
) -> None:
    address = f"/recordings/{recording.public_id}/"
    (share,) = sharing.share(recording, alice_user, Wish())
    assert is_found(workspace)
    alice.post(f"{address}deletion/", {"how": "bin"})
    assert "This recording is in the bin" in alice.get(address).content.decode()
    assert "Budget" not in alice.get("/recordings/").content.decode().partition("<main")[2]
    assert not is_found(workspace)
    for closed in (f"{address}media/video/", f"{address}captions.vtt", f"{address}export/"):
        assert alice.get(closed).status_code == 404
    assert Client().get(f"/shared/{share.token}/").status_code == 410
    assert "Budget" in alice.get("/recordings/bin/").content.decode()
    alice.post(f"{address}restoration/")
    assert alice.get(address).status_code == 200
    assert is_found(workspace)
    assert Client().get(f"/shared/{share.token}/").status_code == 200
    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["recording.bin", "recording.restore"]


def test_the_bin_is_emptied_after_two_weeks(recording: Recording, alice_user: User) -> None:
    deleting.put_in_bin(recording, alice_user)
    assert deleting.leave_bin(timezone.now() + timedelta(days=13)) == 0
    assert deleting.leave_bin(timezone.now() + timedelta(days=15)) == 1
    assert Deletion.objects.get().asked_by == alice_user
    assert not deleting.restore(recording)


def test_a_member_deletes_and_keeps_what_their_own_bot_recorded_and_nothing_else(
    bob: Client, bob_user: User, recording: Recording, alice_user: User
) -> None:
    address = f"/recordings/{recording.public_id}/"
    assert "Delete</a>" not in bob.get(address).content.decode()
    for verb in ("keeping", "deletion", "restoration"):
        assert bob.post(f"{address}{verb}/", {"how": "now"}).status_code == 403
    deletion = deleting.begin(recording, by=alice_user)
    assert bob.post(f"/recordings/deletions/{deletion.public_id}/attempt/").status_code == 403
    page = bob.get(address).content.decode()
    assert "This recording was deleted" in page
    mine = make_recording(recording.workspace, words=1)
    Bot.objects.filter(pk=mine.bot_id).update(requested_by=bob_user)
    assert bob.post(f"/recordings/{mine.public_id}/deletion/", {"how": "bin"}).status_code == 302


@pytest.mark.parametrize("count", [1, 30])
def test_the_bin_asks_as_little_for_many(
    alice: Client,
    alice_user: User,
    workspace: Workspace,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    bot = make_finished_bot(workspace)
    started_at = timezone.now()
    for number in range(2 * count):
        row: Any = Recording.objects.create(
            workspace=workspace,
            bot=bot,
            title=f"Meeting {number}",
            started_at=started_at + timedelta(minutes=number),
        )
        if number % 2:
            deleting.begin(row, by=alice_user)
        else:
            deleting.put_in_bin(row, alice_user)
    alice.get("/recordings/bin/")
    with django_assert_num_queries(FRAME + 3):
        page = alice.get("/recordings/bin/").content.decode()
    assert page.count("Bring it back") == count
