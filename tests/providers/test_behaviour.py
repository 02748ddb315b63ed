"""What Earshot does, whichever provider it is the client of: the same tests for each of them."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User, Workspace
from bots import sending
from bots.models import Bot, Outcome
from recordings.models import Transcript, Utterance
from tests.providers.world import World, soon
from upstream.states import BotState

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(world: World, workspace: Workspace, alice_user: User) -> Any:
    """Have a bot come to a link now, or later."""

    def sent(story: str = "happy_path", starts_in: float = 0, link: str = "meet") -> Bot:
        links = {
            "meet": "https://meet.google.com/abc-defg-hij",
            "zoom": "https://us02web.zoom.us/j/91234567890",
        }
        with world.outside.work():
            bot, _ = sending.order(
                workspace=workspace,
                by=alice_user,
                order_id=f"order-{story}-{timezone.now().timestamp()}",
                meeting_url=f"{links[link]}?story={story}",
                starts_at=soon(starts_in),
                title="Ad hoc",
            )
        bot.refresh_from_db()
        return bot

    return sent


def test_bot_goes_records_and_comes_home(world: World, send: Any, alice: Client) -> None:
    bot = send()
    assert bot.upstream_id
    assert [one["bot_id"] for one in world.at_provider(bot)] == [bot.upstream_id]
    world.until_state(bot, BotState.DONE)
    told = [change.state for change in bot.changes.order_by("happened_at", "pk")]
    way = ("joining", "waiting_room", "in_call", "recording", "processing", "done")
    assert [state for state in told if state in way] == sorted(
        (state for state in told if state in way), key=way.index
    )
    assert set(way) <= set(told)
    assert (bot.outcome, bot.has_media) == (Outcome.RECORDED, True)

    recording = world.bring_home(bot)
    states = {artifact.kind: artifact.state for artifact in recording.artifacts.all()}
    assert (states["video"], states["audio"], states["transcript"]) == ("ready",) * 3
    transcript = Transcript.objects.get(recording=recording)
    assert transcript.word_count > 20
    first = Utterance.objects.filter(transcript=transcript)[0]
    assert first.speaker
    assert first.text
    assert first.words
    assert recording.participants.filter(has_spoken=True).exists()
    page = alice.get(f"/recordings/{recording.public_id}/")
    assert first.text.split()[0] in page.content.decode()


def test_transcript_that_comes_later_is_fetched_then(world: World, send: Any) -> None:
    bot = world.until_state(send(link="zoom"), BotState.DONE)
    recording = world.bring_home(bot)
    assert recording.artifacts.get(kind="transcript").state == "ready"
    assert Transcript.objects.get(recording=recording).word_count > 20
