"""Transcribe again: the order, the wait, the new version over the old one, and back."""

import html
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from bots.actions import spec_for
from bots.setup import BotDefaults
from recordings import correcting, ingest, retranscribing
from recordings.models import ArtifactState, Reach, Recording, Version, VersionState
from recordings.retranscribing import AlreadyAsked, Wish
from tests.recordings.factories import make_account, make_finished_bot, make_recording
from tests.recordings.test_ingest import bring_all, finished
from tests.sandbox_process import API_KEY, Sandbox, run_sandbox
from upstream.models import ProviderName, UpstreamAccount

pytestmark = pytest.mark.django_db
WISH = Wish(language="de", summary="general", finds_tasks=True, finds_names=True)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture
def recording(sandbox: Sandbox, workspace: Workspace) -> Recording:
    bot = finished(sandbox, workspace, title="Design review", cast=["Ada Moss", "Bo Ek"])
    recording = ingest.begin(bot)
    bring_all(recording)
    recording.refresh_from_db()
    return recording


def look(version: Version) -> Version:
    Version.objects.filter(pk=version.pk).update(next_look_at=timezone.now())
    retranscribing.bring(version.pk)
    version.refresh_from_db()
    return version


def wait_for(version: Version) -> Version:
    for _ in range(600):
        if look(version).state != VersionState.MAKING:
            return version
    raise AssertionError("it is still being made")


def texts(recording: Recording) -> list[str]:
    return list(recording.transcript.utterances.values_list("text", flat=True))


def test_new_version_is_shown_with_the_corrections_and_the_old_one_stays(
    recording: Recording, alice_user: User
) -> None:
    index = next(place for place, text in enumerate(texts(recording)) if "," in text)
    before = texts(recording)
    turn = recording.transcript.utterances.get(index=index)
    text = f"{turn.text} Indeed."
    correcting.edit(recording, index, text, seen=turn.text, by=alice_user)
    correcting.rename(
        recording, index, "Ada M.", reach=Reach.EVERYWHERE, seen=turn.speaker, by=alice_user
    )
    version = retranscribing.ask(recording, WISH, by=alice_user)
    assert look(version).ordered_at is not None
    assert texts(recording)[index] == text  # readable while the other is made
    with pytest.raises(AlreadyAsked):
        retranscribing.ask(recording, WISH, by=alice_user)
    assert wait_for(version).state == VersionState.READY

    recording.refresh_from_db()
    assert recording.transcript.language == "de"
    now = recording.transcript.utterances.get(index=index)
    assert now.text == text.replace(",", "")
    assert now.speaker == "Ada M."
    assert recording.action_items.exists()
    assert recording.mentions.exists()

    old = recording.transcript.versions.selectable().get()
    assert retranscribing.choose(old)
    assert not retranscribing.choose(old)
    expected = [text if place == index else said for place, said in enumerate(before)]
    assert texts(recording) == expected
    recording.refresh_from_db()
    assert recording.transcript.language == "en"


def test_webhook_hastens_it(recording: Recording, alice_user: User) -> None:
    assert not retranscribing.hasten(recording.bot)
    version = retranscribing.ask(recording, WISH, by=alice_user)
    retranscribing.bring(version.pk)
    assert version.pk not in retranscribing.due(timezone.now())
    assert retranscribing.hasten(recording.bot)
    assert retranscribing.due(timezone.now()) == [version.pk]


def test_refusal_is_told_and_another_can_be_asked_for(
    sandbox: Sandbox, workspace: Workspace, alice: Client, alice_user: User
) -> None:
    bot = make_finished_bot(
        workspace, account=make_account(sandbox.url, API_KEY), upstream_id="unknown"
    )
    recording = make_recording(workspace, bot=bot)
    version = wait_for(retranscribing.ask(recording, WISH, by=alice_user))
    assert version.state == VersionState.FAILED
    page = html.unescape(
        alice.get(f"/recordings/{recording.public_id}/transcription/").content.decode()
    )
    assert version.error
    assert version.error in page
    retranscribing.ask(recording, WISH, by=alice_user)


def test_what_could_not_be_made_is_made_after_all(
    sandbox: Sandbox, workspace: Workspace, alice: Client
) -> None:
    bot = finished(sandbox, workspace, error_code="TRANSCRIPTION_FAILED")
    recording = ingest.begin(bot)
    assert bring_all(recording)["transcript"].state == ArtifactState.FAILED
    address = f"/recordings/{recording.public_id}/"
    assert "Transcribe it again" in alice.get(address).content.decode()
    page = alice.get(f"{address}transcription/").content.decode()
    assert "None could be made so far." in page
    assert asked(alice, recording) == 302
    version = wait_for(Version.objects.waiting().get())
    assert version.state == VersionState.READY
    page = alice.get(f"{address}transcription/").content.decode()
    assert page.count("corrections__one") == 1, "nothing is not a version"
    assert bring_all(recording)["transcript"].state == ArtifactState.READY
    shown = alice.get(address).content.decode()
    assert texts(Recording.objects.get(pk=recording.pk))[0] in html.unescape(shown)
    assert "Transcript failed" not in shown


def test_what_never_comes_is_given_up(recording: Recording, alice_user: User) -> None:
    version = retranscribing.ask(recording, WISH, by=alice_user)
    retranscribing.bring(version.pk)
    long_ago = timezone.now() - timedelta(days=2)
    Version.objects.filter(pk=version.pk).update(made_at=long_ago)
    assert wait_for(version).state in (VersionState.FAILED, VersionState.READY)


def asked(client: Client, recording: Recording, **data: Any) -> int:
    path = f"/recordings/{recording.public_id}/transcription/"
    return client.post(path, data).status_code


def test_page_asks_lists_and_chooses(
    alice: Client, bob: Client, workspace: Workspace, alice_user: User
) -> None:
    recording = make_recording(workspace, bot=make_finished_bot(workspace, requested_by=alice_user))
    address = f"/recordings/{recording.public_id}/"
    assert "transcription/" in alice.get(address).content.decode()
    page = alice.get(f"{address}transcription/").content.decode()
    assert "List the action items" in page
    assert "Shown" in page
    assert not Version.objects.exists()  # looking changes nothing
    assert "can ask for it" in bob.get(f"{address}transcription/").content.decode()
    assert asked(bob, recording, language="de") == 403
    assert asked(alice, recording, language="klingon") == 422
    assert asked(alice, recording, language="de") == 302
    assert asked(alice, recording, language="de") == 302
    version = Version.objects.waiting().get()
    assert version.wishes["language"] == "de"
    assert "Being made" in bob.get(f"{address}transcription/").content.decode()
    path = f"{address}versions/{version.public_id}/showing/"
    assert alice.post(path).status_code == 302
    assert not Version.objects.get(pk=version.pk).is_shown  # it is not there yet


def test_a_recording_that_the_provider_does_not_know_says_so(
    alice: Client, workspace: Workspace
) -> None:
    recording = make_recording(workspace, bot=make_finished_bot(workspace, upstream_id=""))
    page = alice.get(f"/recordings/{recording.public_id}/transcription/").content.decode()
    assert "does not know this recording any more" in page
    assert asked(alice, recording, language="de") == 422
    assert not Version.objects.exists()


def test_recall_makes_one_of_its_own_and_is_asked_for_just_that(
    sandbox: Sandbox, workspace: Workspace, alice_user: User
) -> None:
    account = UpstreamAccount.objects.create(
        name="Recall", provider=ProviderName.RECALL, base_url=sandbox.url, api_key=API_KEY
    )
    told = sandbox.post("finished_bots", provider="recall", duration_seconds=60, silent=True)
    bot = make_finished_bot(workspace, account=account, upstream_id=told["bot_id"])
    recording = ingest.begin(bot)
    bring_all(recording)
    recording.refresh_from_db()
    before = texts(recording)
    assert any("," in text for text in before)
    version = wait_for(retranscribing.ask(recording, Wish(language="de"), by=alice_user))
    assert (version.state, version.error) == (VersionState.READY, "")
    assert version.upstream_id
    assert texts(recording) == [text.replace(",", "") for text in before]
    assert retranscribing.choose(recording.transcript.versions.selectable().get())
    assert texts(recording) == before


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_the_versions(
    alice: Client,
    workspace: Workspace,
    alice_user: User,
    count: int,
    django_assert_max_num_queries: Any,
) -> None:
    recording = make_recording(workspace)
    for _ in range(count):
        Version.objects.create(transcript=recording.transcript, asked_by=alice_user)
    with django_assert_max_num_queries(14):
        alice.get(f"/recordings/{recording.public_id}/transcription/")


def test_notes_name_their_origin(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, summary="We ship.")
    recording.action_items.create(text="<b>Ada</b> writes to Acme")
    recording.mentions.create(text="Acme <i>", category="ORGANIZATION", start_ms=5000, count=2)
    page = " ".join(alice.get(f"/recordings/{recording.public_id}/").content.decode().split())
    assert "&lt;b&gt;Ada&lt;/b&gt; writes to Acme" in page
    assert "Acme &lt;i&gt;" in page
    assert "Organization" in page
    assert page.count("<bdi>Gladia</bdi>") >= 3


def test_settings_ask_for_them(workspace: Workspace) -> None:
    BotDefaults.objects.create(workspace=workspace, finds_tasks=True, finds_names=True)
    assert spec_for(make_finished_bot(workspace)).finds_tasks
