"""Changing a bot that waits: told to the provider as a whole, kept when it says yes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from bots import changing, tasks
from bots.models import Bot
from tests.bots.conftest import BotFactory
from tests.sandbox_process import API_KEY, Sandbox, run_sandbox
from upstream.errors import Retryable
from upstream.models import ProviderName, UpstreamAccount
from upstream.states import BotState

LINK = "https://meet.google.com/abc-defg-hij"
ZONE = ZoneInfo("Europe/Stockholm")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox, db: None) -> UpstreamAccount:
    sandbox.post("reset")
    return UpstreamAccount.objects.create(
        pk=4713,  # always the same, so that all tests share one connection
        name="Sandbox",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=sandbox.url,
        api_key=API_KEY,
    )


def form(**changes: Any) -> dict[str, Any]:
    moment = (timezone.now() + timedelta(days=2)).astimezone(ZONE)
    return {
        "link": LINK,
        "title": "Call with Acme",
        "date": f"{moment:%Y-%m-%d}",
        "time": "10:00",
        "name": "Notes",
        "view": "audio_only",
        "order_id": "form-1",
        **changes,
    }


@pytest.fixture
def booked(alice: Client, account: UpstreamAccount) -> Bot:
    """Sent by a person for two days from now, and known to the provider."""
    alice.post("/bots/new/", {**form(), "when": "later"})
    bot = Bot.objects.get()
    tasks.send(bot_id=bot.pk)
    return Bot.objects.get()


def there(sandbox: Sandbox, bot: Bot) -> dict[str, Any]:
    url = f"{sandbox.url}/v2/bots/scheduled/{bot.upstream_id}"
    found: dict[str, Any] = httpx.get(url, headers=sandbox.headers).json()["data"]
    return found


def test_a_change_reaches_the_provider_and_then_the_row(
    alice: Client, sandbox: Sandbox, booked: Bot
) -> None:
    page = alice.post(
        f"/bots/{booked.public_id}/change/", form(time="11:30", name="New"), follow=True
    )
    assert "A change is on its way" in page.content.decode()
    assert there(sandbox, booked)["bot_name"] == "Notes"
    tasks.change(bot_id=booked.pk)
    bot = Bot.objects.get()
    assert (there(sandbox, bot)["bot_name"], bot.name) == ("New", "New")
    assert f"{bot.starts_at.astimezone(ZONE):%H:%M}" == "11:30"
    assert there(sandbox, bot)["extra"] == {"earshot_id": bot.public_id}
    assert (bot.wanted, bot.change_asked_at) == ({}, None)
    assert AuditEntry.objects.filter(action="bot.change", target=bot.public_id).count() == 1


def test_a_change_that_came_too_late_is_told_and_not_lost(
    alice: Client, sandbox: Sandbox, booked: Bot
) -> None:
    alice.post(f"/bots/{booked.public_id}/change/", form(time="11:30"))
    sandbox.post(
        "faults", path="/v2/bots/scheduled/", method="PATCH", status=409, code="FST_ERR_BOT_STATUS"
    )
    tasks.change(bot_id=booked.pk)
    bot = Bot.objects.get()
    assert bot.starts_at == booked.starts_at
    assert bot.meeting_key == booked.meeting_key
    assert bot.notice == changing.TOO_LATE
    shown = alice.get(f"/bots/{bot.public_id}/change/").context["form"]
    assert f"{shown['time'].value():%H:%M}" == "11:30"


def test_a_change_that_did_not_get_through_is_asked_again(
    alice: Client, sandbox: Sandbox, booked: Bot
) -> None:
    alice.post(f"/bots/{booked.public_id}/change/", form(name="New"))
    sandbox.post("faults", path="/v2/bots/scheduled/", method="PATCH", status=503)
    with pytest.raises(Retryable):
        tasks.change(bot_id=booked.pk)
    assert Bot.objects.get().notice == changing.UNREACHED
    Bot.objects.update(change_asked_at=timezone.now() - timedelta(minutes=5))
    assert changing.unanswered_bots() == [booked.pk]
    tasks.change(bot_id=booked.pk)
    assert (Bot.objects.get().name, Bot.objects.get().notice) == ("New", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [0, 409])
def test_a_wish_that_comes_while_another_is_told_is_seen_to_next(
    alice: Client, sandbox: Sandbox, booked: Bot, status: int
) -> None:
    def tell_the_first() -> None:
        try:
            tasks.change(bot_id=booked.pk)
        finally:
            connection.close()

    alice.post(f"/bots/{booked.public_id}/change/", form(name="First"))
    late = {"method": "PATCH", "seconds": 1, "status": status, "code": "FST_ERR_BOT_STATUS"}
    sandbox.post("faults", path="/v2/bots/scheduled/", **late)
    with ThreadPoolExecutor(1) as worker:
        told = worker.submit(tell_the_first)
        sandbox.wait_for(lambda: Bot.objects.exclude(sending_since=None).exists())
        alice.post(f"/bots/{booked.public_id}/change/", form(name="Second", time="11:30"))
        tasks.change(bot_id=booked.pk)
        told.result()
    tasks.change(bot_id=booked.pk)
    bot = Bot.objects.get()
    assert (there(sandbox, bot)["bot_name"], bot.name, bot.notice) == ("Second", "Second", "")
    assert f"{bot.starts_at.astimezone(ZONE):%H:%M}" == "11:30"
    assert (bot.wanted, bot.sending_since) == ({}, None)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_at": timezone.now() + timedelta(minutes=3)}, "less than 4 minutes"),
        ({"state": BotState.RECORDING}, "It has set out already"),
        ({"state": BotState.DONE}, "It is back from its meeting"),
        ({"leave_requested_at": timezone.now()}, "being booked or called off"),
    ],
)
def test_what_cannot_be_changed_says_so(
    alice: Client, make_bot: BotFactory, fields: dict[str, Any], words: str
) -> None:
    start = timezone.now() + timedelta(days=1)
    bot = make_bot(**{"starts_at": start, "is_by_hand": True, **fields})
    for answer in (
        alice.get(f"/bots/{bot.public_id}/change/"),
        alice.post(f"/bots/{bot.public_id}/change/", form()),
    ):
        assert answer.status_code == 409
        assert words in answer.content.decode()
    assert (
        f"/bots/{bot.public_id}/change/"
        not in alice.get(f"/bots/{bot.public_id}/").content.decode()
    )


def test_a_bot_cannot_be_moved_into_the_last_minutes(alice: Client, booked: Bot) -> None:
    soon = (timezone.now() + timedelta(minutes=2)).astimezone(ZONE)
    answer = alice.post(
        f"/bots/{booked.public_id}/change/", form(date=f"{soon:%Y-%m-%d}", time=f"{soon:%H:%M}")
    )
    assert answer.status_code == 422
    assert "at least 4 minutes away" in answer.content.decode()


def test_another_bots_meeting_is_taken(alice: Client, booked: Bot) -> None:
    other = {"when": "later", "time": "14:00", "order_id": "form-2"}
    assert alice.post("/bots/new/", form(**other)).status_code == 302
    answer = alice.post(f"/bots/{booked.public_id}/change/", form(time="14:00"))
    assert answer.status_code == 422
    assert "See that bot" in answer.content.decode()


def test_calling_off_a_booked_bot(alice: Client, sandbox: Sandbox, booked: Bot) -> None:
    assert alice.post(f"/bots/{booked.public_id}/leaving/").status_code == 302
    tasks.leave(bot_id=booked.pk)
    assert Bot.objects.get().state == BotState.CANCELLED
    assert there(sandbox, booked)["status"] == "cancelled"


def test_a_change_of_a_bot_that_set_out_meanwhile_is_given_up(booked: Bot, alice: Client) -> None:
    alice.post(f"/bots/{booked.public_id}/change/", form(time="11:30"))
    Bot.objects.update(state=BotState.JOINING)
    tasks.change(bot_id=booked.pk)
    assert Bot.objects.get().notice == changing.TOO_LATE
    assert changing.unanswered_bots() == []
