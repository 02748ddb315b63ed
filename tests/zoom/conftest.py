"""Zoom as the sandbox plays it, and each recording service that may be told on whose behalf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from bots import sending
from bots.models import Bot
from tests.providers.conftest import at_once, mailbox, playing
from tests.providers.conftest import world as any_world
from tests.providers.world import World, soon
from tests.sandbox_process import ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET
from zoom.models import ZoomAccount

__all__ = ["any_world", "at_once", "mailbox", "playing"]

MAYA = "maya@northwind.example"
JONAS = "jonas@northwind.example"
CALLBACK = "/oauth/zoom/callback/"
LINK = "https://us02web.zoom.us/j/91234567890"


@pytest.fixture
def world(any_world: World, settings: Settings) -> World:
    """A recording service, and our settings pointing at the simulated Zoom."""
    point_zoom_at(any_world.sandbox.url, settings)
    return any_world


def point_zoom_at(url: str, settings: Settings) -> None:
    settings.ZOOM_CLIENT_ID, settings.ZOOM_CLIENT_SECRET = ZOOM_CLIENT_ID, ZOOM_CLIENT_SECRET
    for name in ("authorize", "token", "revoke"):
        setattr(settings, f"ZOOM_{name.upper()}_URL", f"{url}/zoom/oauth/{name}")
    settings.ZOOM_API_URL = f"{url}/zoom/v2"


def depart(client: Client, old: ZoomAccount | None = None) -> str:
    """Where the browser is sent."""
    start = f"/settings/zoom/{old.public_id}/reconnect/" if old else ""
    answer = client.get(start or "/settings/zoom/connect/")
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def query_of(address: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}


def decide(address: str, **wishes: str) -> dict[str, str]:
    """What the person does on Zoom's page; returns what they are sent back with."""
    parts = urlsplit(address)
    form = {"account": MAYA, "decision": "continue", **query_of(address), **wishes}
    answer = httpx.post(f"{parts.scheme}://{parts.netloc}/zoom/consent", data=form)
    assert answer.status_code == 303, answer.text
    assert urlsplit(answer.headers["location"]).path == CALLBACK
    return query_of(answer.headers["location"])


Go = Callable[..., HttpResponse]


@pytest.fixture
def go(world: World) -> Go:
    """To Zoom and back, with all that follows."""

    def gone(client: Client, old: ZoomAccount | None = None, **wishes: str) -> Any:
        with world.outside.work():
            return client.get(CALLBACK, decide(depart(client, old), **wishes))

    return gone


@pytest.fixture
def connected(go: Go, alice: Client) -> ZoomAccount:
    """Maya's Zoom account, connected by alice."""
    assert go(alice).status_code == 302
    return ZoomAccount.objects.get()


@pytest.fixture
def send(world: World, alice_user: User) -> Callable[..., Bot]:
    """Have a bot come to a Zoom meeting, now or later."""

    def sent(*, by: User = alice_user, starts_in: float = 0, story: str = "happy_path") -> Bot:
        with world.outside.work():
            bot, _ = sending.order(
                workspace=by.memberships.get().workspace,
                by=by,
                order_id=f"{by.pk}-{Bot.objects.count()}",
                meeting_url=f"{LINK}?story={story}",
                starts_at=soon(starts_in),
                title="With the customer",
            )
        bot.refresh_from_db()
        return bot

    return sent
