"""What a recording is and says, whichever provider made it."""

import html
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from bots.models import BotDefaults, Outcome
from bots.setup import View
from bots.stays import stays_of
from recordings import ingest, retranscribing
from recordings.models import Version, VersionState
from tests.providers.world import World
from upstream.models import ProviderName
from upstream.registry import capabilities_of
from upstream.states import BotState

pytestmark = pytest.mark.django_db


def test_pause_is_cut_out_or_kept_and_the_recording_says_so(
    world: World, send: Any, alice: Client
) -> None:
    bot = send(speed=10)
    story = f"bots/{bot.upstream_id}/story"
    world.sandbox.post(story, story="happy_path", call_seconds=6000)
    world.until_state(bot, BotState.RECORDING)
    capabilities = capabilities_of(world.account)
    with world.outside.work():
        answer = alice.post(f"/bots/{bot.public_id}/pause/")
    assert answer.status_code == (302 if capabilities.can_pause else 409)
    if not capabilities.can_pause:
        return
    world.until_state(bot, BotState.PAUSED)
    world.sandbox.post("advance", seconds=30)  # five minutes, as this story goes
    with world.outside.work():
        alice.post(f"/bots/{bot.public_id}/resumption/")
    world.until_state(bot, BotState.RECORDING)
    world.sandbox.post(f"bots/{bot.upstream_id}/leave")
    world.until_state(bot, BotState.DONE)
    assert (bot.duration_seconds > 280) == capabilities.keeps_pauses
    page = alice.get(f"/recordings/{ingest.begin(bot).public_id}/").content.decode()
    told = "black and silence" if capabilities.keeps_pauses else "is cut out"
    assert "It was paused once" in page
    assert told in page


def test_sound_alone_is_a_recording_too(world: World, send: Any, workspace: Workspace) -> None:
    BotDefaults.objects.create(workspace=workspace, view=View.AUDIO)
    bot = world.until_state(send(), BotState.DONE)
    assert (bot.outcome, bot.has_media) == (Outcome.RECORDED, True)
    recording = world.bring_home(bot)
    assert recording.artifacts.get(kind="audio").state == "ready"
    assert not recording.artifacts.filter(kind="video", state="ready").exists()


def test_another_transcript_can_be_had_where_the_provider_makes_one(
    world: World, send: Any, alice_user: User
) -> None:
    recording = world.bring_home(world.until_state(send(), BotState.DONE))
    can = capabilities_of(world.account).can_transcribe_again
    assert (retranscribing.why_not(recording) == "") == can
    if not can:
        return
    version = retranscribing.ask(recording, retranscribing.Wish(), by=alice_user)

    def is_made() -> bool:
        Version.objects.filter(pk=version.pk).update(next_look_at=timezone.now())
        retranscribing.bring(version.pk)
        version.refresh_from_db()
        return version.state != VersionState.MAKING

    world.until(is_made)
    assert version.state == VersionState.READY


def test_chat_is_spoken_of_only_where_it_can_be_read(
    world: World, send: Any, alice: Client
) -> None:
    bot = world.until_state(send(speed=10), BotState.RECORDING)
    bot.chat_messages.all().delete()
    page = html.unescape(alice.get(f"/bots/{bot.public_id}/").content.decode())
    capabilities = capabilities_of(world.account)
    assert ("Chat in the meeting" in page) == capabilities.can_read_chat
    assert ("No messages so far" in page) == capabilities.can_read_chat
    assert capabilities.why_not("can_read_chat") in page


@pytest.mark.parametrize("world", [ProviderName.RECALL], indirect=True)
def test_who_was_in_the_room_is_told_with_its_times(world: World, send: Any, alice: Client) -> None:
    """The others tell names alone."""
    bot = world.until_state(send(), BotState.DONE)
    recording = world.until(lambda: bot.recordings.first())
    world.until(lambda: bot.sightings.filter(is_here=False).exists() and not world.news())
    stays = stays_of(bot.sightings.all())
    assert stays
    assert all(one.came_at and one.left_at and one.came_at < one.left_at for one in stays)
    page = " ".join(alice.get(f"/recordings/{recording.public_id}/").content.decode().split())
    assert "In the room" in page
    assert page.count("came <local-time") == page.count(", left <local-time") == len(stays)
