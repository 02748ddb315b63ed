"""bin/bench pixel: from the provider's webhook to a changed page that somebody looks at.

A page of one bot is open in Chromium while the provider tells of the bot's arrival, step by step.
The moment a step is on the screen is the first one after the browser painted its section anew.
First nothing else happens; then a thousand other bots arrive within the same five minutes.
"""

import http.client
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from django.utils import timezone
from playwright.sync_api import Page

from bench.chromium import open_browser
from bench.messages import SECRET, Message, status_change
from bench.people import Person, make_person, remove
from bench.playing import STEPS
from bench.report import Budget, Report
from bench.stack import Server, Stack
from bench.telling import percentile
from bots.models import Bot
from upstream.models import ProviderName, UpstreamAccount

TOLD_PER_SECOND = 1000 * len(STEPS) / 300  # a thousand arrive within five minutes
LONGEST_WAIT_MS = 90_000  # what went wrong at first is taken up again within a minute

WATCH = Path(__file__).with_name("painted.js").read_text()
VISIBLE = ("queued", "in_waiting_room", "in_call_not_recording", "in_call_recording", "call_ended")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is enough."""

    watched: int  # bots in each part
    others: int


FULL = Size(watched=8, others=1000)
QUICK = Size(watched=1, others=10)


@dataclass(frozen=True, slots=True)
class World:
    """Whom it happens to."""

    person: Person
    account: UpstreamAccount

    @property
    def path(self) -> str:
        return f"/webhooks/{self.account.public_id}/"

    def bots(self, count: int) -> list[Bot]:
        """Bots that are about to set out."""
        starts_at = timezone.now()
        made = [
            Bot(
                workspace=self.person.workspace,
                account=self.account,
                upstream_id=f"up-{secrets.token_hex(8)}",
                title="Bench",
                name="Earshot",
                platform="meet",
                meeting_url="https://meet.google.com/abc-defg-hij",
                meeting_key=secrets.token_hex(8),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=30),
                booked_at=starts_at,
            )
            for _ in range(count)
        ]
        return Bot.objects.bulk_create(made)


def run(stack: Stack) -> Report:
    size, report = QUICK if stack.is_quick else FULL, Report("pixel")
    with _world(stack) as world, open_browser() as browser:
        server = stack.web()
        stack.worker()
        context = browser.new_context(base_url=server.url)
        context.add_cookies([world.person.browser_cookie(server.url)])
        page = context.new_page()
        _watch(page, server, world, 1)  # the first one warms everything up
        idle = _watch(page, server, world, size.watched)
        others = [bot.upstream_id for bot in world.bots(size.others)]
        load = stack.load(
            "playing",
            port=server.port,
            path=world.path,
            secret=SECRET,
            bots=others,
            per_second=TOLD_PER_SECOND,
        )
        load.hear()
        busy = _watch(page, server, world, size.watched)
        load.end()
        told = load.hear()
        context.close()
    report.note("changes watched, each time", len(idle))
    report.note("worker idle: slowest", max(idle), "ms")
    report.note(f"{size.others} others arrive: their webhooks meanwhile", told)
    report.note(f"{size.others} others arrive: slowest", max(busy), "ms")
    report.budgets += [
        Budget("median, worker idle", median(idle), "≤", 150, "ms", needs_quiet=True),
        Budget("median, others arrive", median(busy), "≤", 1000, "ms", needs_quiet=True),
        Budget("95 of 100, others arrive", percentile(sorted(busy), 95), "≤", 1000, "ms", True),
    ]
    return report


@contextmanager
def _world(stack: Stack) -> Iterator[World]:
    person = make_person()
    account = UpstreamAccount.objects.create(
        workspace=person.workspace,
        name="Bench",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="http://127.0.0.1:9",
        api_key="bench",
        webhook_secret=SECRET,
    )
    try:
        yield World(person, account)
    finally:
        stack.end()
        Bot.objects.filter(account=account).delete()
        account.delete()
        remove(person)


def _watch(page: Page, server: Server, world: World, count: int) -> list[float]:
    """Let bots arrive one after the other, each with its page open; return all waits in ms."""
    waits = []
    for bot in world.bots(count):
        page.goto(f"/bots/{bot.public_id}/")
        page.locator("live-stream[data-state=live]").wait_for(timeout=LONGEST_WAIT_MS)
        page.evaluate(WATCH)
        for number, code in enumerate(VISIBLE, start=1):
            message = status_change(SECRET, bot.upstream_id, code)
            told_at = time.time() * 1000
            _post(server, world, message)
            page.wait_for_function(
                "(number) => window.paintedAt.length >= number", arg=number, timeout=LONGEST_WAIT_MS
            )
            waits.append(
                page.evaluate("(number) => window.paintedAt[number - 1]", number) - told_at
            )
    return waits


def _post(server: Server, world: World, message: Message) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", world.path, message.body, message.headers)
    status = connection.getresponse().status
    connection.close()
    if status != 204:
        raise RuntimeError(f"the inbox answered {status}")
