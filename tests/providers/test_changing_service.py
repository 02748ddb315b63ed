"""A workspace changes its recording service: what was booked is booked there, history stays."""

import secrets
from typing import Any

import pytest
from django.test import Client

from accounts.models import User, Workspace
from bots import sending
from bots.models import Bot
from calendars.models import Calendar, Event
from tests.providers.conftest import PROVIDERS
from tests.providers.world import World, soon
from tests.sandbox_process import API_KEY, WEBHOOK_SECRET
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import BotState
from upstream.webhook_address import webhook_url

pytestmark = pytest.mark.django_db


def test_bookings_go_along_and_what_was_recorded_stays(
    world: World,
    calendar: Calendar,
    workspace: Workspace,
    alice: Client,
    alice_user: User,
    settings: Any,
) -> None:
    settings.UPSTREAM_BASE_URL = world.sandbox.url
    event = world.new_event(calendar)
    world.choose(alice, event, "record")
    assert world.bookings(event) == ["scheduled"]

    def send(minutes: float) -> Bot:
        with world.outside.work():
            bot, _ = sending.order(
                workspace=workspace,
                by=alice_user,
                order_id=secrets.token_hex(8),
                meeting_url="https://us02web.zoom.us/j/91234567890",
                starts_at=soon(minutes),
            )
        bot.refresh_from_db()
        return bot

    home = world.until_state(send(0), BotState.DONE)
    recording = world.bring_home(home)
    later = send(180)
    first_id = later.upstream_id

    here = PROVIDERS.index(ProviderName(world.account.provider))
    provider = PROVIDERS[(here + 1) % len(PROVIDERS)]
    wishes = {
        "place": f"{provider.value} {world.sandbox.url}",
        "api_key": API_KEY,
        "webhook_secret": WEBHOOK_SECRET,
    }
    page = alice.post("/settings/service/own/", wishes, follow=True).content.decode()
    assert "Pricing workshop" in page
    account = UpstreamAccount.objects.get(workspace=workspace)
    world.sandbox.point_webhooks_at(webhook_url(account))
    with world.outside.work():
        alice.post(f"/settings/service/{account.public_id}/change/")

    def is_booked_there() -> Event | None:
        mine = calendar.events.for_work().filter(title="Pricing workshop", gone_at=None)
        return mine.filter(bot__account=account, bot__booked_at__isnull=False).first()

    moved = world.until(is_booked_there)
    assert moved.will_record
    calendar.refresh_from_db()
    assert (calendar.account, calendar.moves_to) == (account, None)
    later.refresh_from_db()
    assert (later.account, later.state) == (account, BotState.SCHEDULED)
    assert later.upstream_id not in ("", first_id)
    standing = [one for one in world.at_provider(later) if one["status"] == "scheduled"]
    assert len(standing) == 1
    home.refresh_from_db()
    assert (home.account, home.state) == (world.account, BotState.DONE)
    assert alice.get(f"/recordings/{recording.public_id}/").status_code == 200
