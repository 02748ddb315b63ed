"""Bots that the provider has and Earshot does not, found over real HTTP with the sandbox."""

from collections.abc import Iterator

import httpx
import pytest
from django.utils import timezone

from bots import tasks
from bots.models import Bot, Stray
from tests.bots.conftest import BotFactory
from tests.sandbox_process import API_KEY, Sandbox, run_sandbox
from upstream.models import ProviderName, UpstreamAccount

LINK = "https://meet.google.com/abc-defg-hij"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with run_sandbox(SANDBOX_RATE_LIMIT="1000") as running:
        yield running


@pytest.fixture
def account(sandbox: Sandbox, db: None) -> UpstreamAccount:
    return UpstreamAccount.objects.create(
        name="Sandbox",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url=sandbox.url,
        api_key=API_KEY,
    )


@pytest.fixture
def sent(make_bot: BotFactory) -> Bot:
    bot = make_bot(starts_at=timezone.now(), booked_at=None, upstream_id="")
    tasks.send(bot_id=bot.pk)
    bot.refresh_from_db()
    return bot


def sent_by_another_tool(sandbox: Sandbox, **extra: str) -> str:
    body = {"bot_name": "Scribe", "meeting_url": LINK, "allow_multiple_bots": True, "extra": extra}
    answer = httpx.post(f"{sandbox.url}/v2/bots", json=body, headers=sandbox.headers)
    return str(answer.json()["data"]["bot_id"])


def test_only_a_bot_nobody_here_sent_is_a_stray(sandbox: Sandbox, sent: Bot) -> None:
    theirs = sent_by_another_tool(sandbox, tool="scribe")
    forgotten = sent_by_another_tool(sandbox, earshot_id="bot_gone")
    sent_by_another_tool(sandbox, earshot_id=sent.public_id)  # a second bot for one of ours
    Bot.objects.update(upstream_id="")  # whose id we have not learned yet
    tasks.look_for_strays()
    found = {stray.upstream_id: stray.correlation_id for stray in Stray.objects.all()}
    assert found == {theirs: "", forgotten: "bot_gone"}


def test_a_listing_that_breaks_off_changes_nothing(sandbox: Sandbox, sent: Bot) -> None:
    theirs = sent_by_another_tool(sandbox)
    tasks.look_for_strays()
    first = Stray.objects.get().first_seen_at
    sandbox.post("faults", path="/v2/bots/scheduled", status=503, times=20)
    Stray.objects.create(account=sent.account, upstream_id="b-old", seen_at=timezone.now())
    tasks.look_for_strays()
    assert Stray.objects.count() == 2
    sandbox.post("faults", clear=True)
    tasks.look_for_strays()
    (left,) = Stray.objects.all()
    assert (left.upstream_id, left.first_seen_at) == (theirs, first)
