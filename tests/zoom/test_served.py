"""As its bot sets out, Recall asks a running Earshot over HTTP for the tokens of Zoom."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from bots.models import Bot, Outcome
from tests.asgi_server import AsgiServer, run_asgi
from tests.providers.world import World
from tests.sandbox_process import ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET
from tests.zoom.conftest import MAYA, Go
from upstream.models import ProviderName
from upstream.states import BotState

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("any_world", [ProviderName.RECALL], indirect=True),
]


@pytest.fixture
def served(world: World, settings: Settings) -> Iterator[AsgiServer]:
    """Earshot in a process of its own, and its address in what bots are told."""
    zoom = f"{world.sandbox.url}/zoom"
    with run_asgi(
        ZOOM_CLIENT_ID=ZOOM_CLIENT_ID,
        ZOOM_CLIENT_SECRET=ZOOM_CLIENT_SECRET,
        ZOOM_TOKEN_URL=f"{zoom}/oauth/token",
        ZOOM_API_URL=f"{zoom}/v2",
    ) as server:
        settings.WEBHOOK_BASE_URL = server.url
        yield server


def answers(world: World, bot: Bot) -> dict[str, int]:
    """What each address said when the bot asked there."""
    told: dict[str, int] = world.until(lambda: world.at_provider(bot)[-1]["zoom"]["answers"])
    return told


def test_bot_gets_its_tokens_from_a_running_earshot_while_they_are_to_be_had(
    world: World, served: AsgiServer, go: Go, alice: Client, send: Callable[..., Bot]
) -> None:
    go(alice)
    bot = send()
    assert answers(world, bot) == {"zak_url": 200, "join_token_url": 200}
    assert world.until_state(bot, BotState.DONE).outcome == Outcome.RECORDED
    world.sandbox.post("zoom/behaviour", revoke=MAYA)
    refused = send()
    assert answers(world, refused) == {"zak_url": 404, "join_token_url": 404}
