"""A look into the room: asked for now and then, and pictures at Earshot's own address alone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from bots import actions, room
from bots.models import Bot
from tests.bots.conftest import BotFactory
from tests.bots.factories import usual_end
from tests.sandbox_process import API_KEY, Sandbox, run_sandbox
from upstream.models import ProviderName, UpstreamAccount
from upstream.registry import open_provider
from upstream.states import BotState

A_WHILE_AGO = timedelta(minutes=10)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_SPEED="1000", SANDBOX_CALL_SECONDS="100000000") as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox, db: None) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        pk=4712,  # always the same, so that all tests share one connection
        name="Sandbox",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=sandbox.url,
        api_key=API_KEY,
    )


@pytest.fixture
def inside(sandbox: Sandbox, make_bot: BotFactory) -> Bot:
    """A bot that the provider has in a call, a while after it came in."""
    cache.clear()
    sandbox.post("reset")
    bot = make_bot(state=BotState.RECORDING, state_at=timezone.now() - A_WHILE_AGO)
    bot.upstream_id = open_provider(bot.account).create_bot(actions.spec_for(bot))
    bot.save()
    sandbox.wait_for_bot(bot.upstream_id, "in_call_recording")
    return bot


def looks(sandbox: Sandbox) -> int:
    asked = sandbox.get("requests")["requests"]
    return len([one for one in asked if one["path"].endswith("/screenshots")])


def test_people_and_the_last_picture_are_shown_as_the_provider_tells(
    inside: Bot, alice: Client
) -> None:
    page = alice.get(f"/bots/{inside.public_id}/room/", headers={"HX-Request": "true"})
    assert "have come so far" in page.text
    assert f'src="/bots/{inside.public_id}/picture/?number=' in page.text
    assert inside.account.base_url not in page.text
    picture = alice.get(f"/bots/{inside.public_id}/picture/")
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert picture["Cache-Control"].startswith("private")


def test_everybody_who_looks_costs_one_question(
    inside: Bot, alice: Client, bob: Client, sandbox: Sandbox
) -> None:
    before = looks(sandbox)
    pages = [one.get(f"/bots/{inside.public_id}/room/").text for one in (alice, bob, alice)]
    assert all("have come so far" in page for page in pages)
    assert looks(sandbox) - before == 1
    assert room.seconds_to_wait(inside, room.last_look(inside)) == 30


def test_who_has_just_come_in_is_looked_for_sooner(make_bot: BotFactory) -> None:
    bot = make_bot(state=BotState.RECORDING, state_at=timezone.now())
    assert room.seconds_to_wait(bot, None) == 5


@pytest.mark.parametrize("state", [BotState.WAITING_ROOM, BotState.DONE])
def test_outside_the_room_nobody_is_asked(
    inside: Bot, alice: Client, sandbox: Sandbox, state: BotState
) -> None:
    room.look_in(inside)
    before = looks(sandbox)
    Bot.objects.filter(pk=inside.pk).update(state=state, outcome=usual_end(state))
    assert "have come so far" not in alice.get(f"/bots/{inside.public_id}/room/").text
    assert alice.get(f"/bots/{inside.public_id}/picture/").status_code == 204
    assert looks(sandbox) == before


def test_a_provider_in_trouble_leaves_what_was_seen_before(inside: Bot, sandbox: Sandbox) -> None:
    seen = room.look_in(inside)
    cache.delete(f"room-asked:{inside.pk}")
    sandbox.post("faults", path="/v2/bots", status=503)
    assert room.look_in(inside) == seen is not None
    sandbox.post("faults", clear=True)


@pytest.mark.parametrize("name", ["transcription.json", "video.mp4", "nothing.png"])
def test_only_a_picture_is_passed_on(inside: Bot, alice: Client, name: str) -> None:
    """Whatever the provider says is a picture: an address that leads to something else is not."""
    seen = room.look_in(inside)
    assert seen
    other = room.Room(seen.looked_at, (), 1, re.sub(r"screenshot-\d+.png", name, seen.picture_url))
    cache.set(f"room:{inside.pk}", other, 60)
    assert alice.get(f"/bots/{inside.public_id}/picture/").status_code == 204


def test_an_address_inside_is_not_fetched(inside: Bot, alice: Client, settings: Settings) -> None:
    room.look_in(inside)
    settings.ALLOW_LOOPBACK_FETCH = False
    assert alice.get(f"/bots/{inside.public_id}/picture/").status_code == 204
