"""One sandbox process for all providers; each test gets a fresh world of each."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from pytest_django import Settings

from accounts.models import User, Workspace
from bots import sending
from bots.models import Bot
from calendars import connecting
from calendars.models import Calendar, Connection
from tests.calendars.world import CALENDAR_SCOPE, Outside
from tests.providers.world import Mailbox, World, soon
from tests.sandbox_process import (
    API_KEY,
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET,
    WEBHOOK_SECRET,
    Sandbox,
    run_sandbox,
)
from upstream.models import ProviderName, UpstreamAccount
from upstream.webhook_address import webhook_url

# What the sandbox plays so far.
PROVIDERS = (ProviderName.MEETINGBAAS_V2, ProviderName.MEETINGBAAS_V1, ProviderName.RECALL)


@pytest.fixture(scope="session")
def playing() -> Iterator[Sandbox]:
    """A whole story is over in under a second."""
    with run_sandbox(
        SANDBOX_SPEED="80",
        SANDBOX_CALL_SECONDS="20",
        SANDBOX_WAITING_SECONDS="20",
        SANDBOX_RATE_LIMIT="1000",
    ) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def at_once() -> Iterator[None]:
    """Tasks run where they are queued, once the transaction would have committed."""
    current_app.loader.import_default_modules()
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


@pytest.fixture(params=PROVIDERS)
def world(
    request: pytest.FixtureRequest,
    db: None,
    playing: Sandbox,
    mailbox: Mailbox,
    settings: Settings,
    at_once: None,
) -> World:
    playing.post("reset")
    playing.post("google/behaviour", reset=True, client_secret=GOOGLE_CLIENT_SECRET)
    settings.GOOGLE_CLIENT_ID = GOOGLE_CLIENT_ID
    settings.GOOGLE_CLIENT_SECRET = GOOGLE_CLIENT_SECRET
    for name in ("authorize", "token", "userinfo", "revoke"):
        setattr(settings, f"GOOGLE_{name.upper()}_URL", f"{playing.url}/google/{name}")
    settings.WEBHOOK_BASE_URL = mailbox.url
    settings.ALLOW_LOOPBACK_FETCH = True
    account = UpstreamAccount.objects.create(
        name="sandbox",
        provider=request.param,
        base_url=playing.url,
        api_key=API_KEY,
        webhook_secret=WEBHOOK_SECRET,
    )
    playing.point_webhooks_at(webhook_url(account))
    return World(playing, account, Outside(playing), mailbox, len(mailbox.letters))


@pytest.fixture
def connection(workspace: Workspace, alice_user: User, world: World) -> Connection:
    return Connection.objects.create(
        workspace=workspace,
        user=alice_user,
        platform="google",
        subject="104817264500112233401",
        email="maya@northwind.example",
        refresh_token=world.sandbox.refresh_token("maya@northwind.example"),
        scopes=CALENDAR_SCOPE,
    )


@pytest.fixture
def calendar(connection: Connection, world: World) -> Calendar:
    """Maya's primary calendar, connected and read."""
    available = connecting.available(connection, world.account)
    with world.outside.work():
        connecting.choose(connection, world.account, available[:1])
    return world.outside.wait_until_read(Calendar.objects.get())


@pytest.fixture
def send(world: World, workspace: Workspace, alice_user: User) -> Any:
    """Have a bot come to a link now, or later."""

    def sent(
        story: str = "happy_path", starts_in: float = 0, link: str = "meet", speed: float = 0
    ) -> Bot:
        """With a `speed` of its own it goes at once, but slowly enough to be watched."""
        links = {
            "meet": "https://meet.google.com/abc-defg-hij",
            "zoom": "https://us02web.zoom.us/j/91234567890",
        }
        with world.outside.work():
            bot, _ = sending.order(
                workspace=workspace,
                by=alice_user,
                order_id=secrets.token_hex(8),
                meeting_url=f"{links[link]}?story={story}",
                starts_at=soon(120 if speed else starts_in),
                title="Ad hoc",
            )
        bot.refresh_from_db()
        if speed:
            world.sandbox.post(f"bots/{bot.upstream_id}/story", story=story, speed=speed)
            world.sandbox.post(f"bots/{bot.upstream_id}/start")
        return bot

    return sent
