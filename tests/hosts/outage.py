"""One host is cut off while it works; the other goes on, and nothing is lost or done twice."""

import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
from django.db import connection
from django.test import Client

from tests.faults.judging import broken_promises
from tests.faults.machine import wait_for
from tests.faults.people import Booked, Person, make_person
from tests.faults.storm import Sender, is_over
from tests.hosts.installation import EDGE_PORT, WEB_PORT, Installation
from tests.hosts.network import Host
from tests.live.listening import listening
from tests.sandbox_process import Sandbox
from tests.soak.house import House, open_queue
from tests.soak.sides import V2
from tests.soak.test_soak import Soak

PATIENCE_SECONDS = 10  # of a person in front of a page
LEAVE_LOOKS = 200
MOST_SECONDS = 600
AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE client_addr = %s AND xact_start IS NOT NULL"


class Watcher:
    """A browser that shows a list of bots; it opens its stream again when that is silent."""

    def __init__(self, first: str, later: str, client: Client, topic: str) -> None:
        self.heard_at: list[float] = []
        self._urls, self._client, self._topic = (first, later), client, topic
        threading.Thread(target=self._watch, daemon=True).start()

    def heard_since(self, moment: float) -> int:
        return sum(at >= moment for at in self.heard_at)

    def _watch(self) -> None:
        url, later = self._urls
        while True:
            with (
                suppress(httpx.HTTPError, EOFError),
                listening(url, self._client, self._topic) as it,
            ):
                while it.next():
                    self.heard_at.append(time.monotonic())
            url = later
            time.sleep(0.2)


@dataclass
class Outage:
    """What is sent to two hosts, one of which is away meanwhile; `told` says what was counted."""

    installation: Installation
    hosts: list[Host]
    soak: Soak
    browser: httpx.Client
    pause: float
    told: list[str] = field(default_factory=list)

    def cut_off(self, plays: list[str], watchers: list[Watcher]) -> None:
        """Pull the plug of the first host half-way; the other ends everything."""
        sender = Sender(self.soak, self.browser, plays, self.pause)
        sender.thread.start()
        wait_for(lambda: len(self.soak.stories) >= len(plays) // 3, MOST_SECONDS)
        wait_for(lambda: all(watcher.heard_at for watcher in watchers), MOST_SECONDS)
        left_open = _cut_off_at_work(self.hosts[0])
        cut_at, sent_before = time.monotonic(), len(self.soak.stories)
        sender.thread.join()
        wait_for(lambda: is_over(self.soak), MOST_SECONDS)
        heard = [watcher.heard_since(cut_at) for watcher in watchers]
        assert all(heard), f"a browser heard nothing: {heard}"
        lasted, sent = time.monotonic() - cut_at, len(plays) - sent_before
        self.told += [
            f"cut off with {left_open} transactions open, {sent_before} bots on their way",
            f"without it: {sent} bots sent, all over after {lasted:.0f} s",
            f"live updates meanwhile, of a browser on either host: {heard[0]}, {heard[1]}",
            f"forms sent again: {dict(sender.refused)}",
        ]

    def come_back(self, plays: list[str]) -> None:
        """Plug it in again: it works as before, and nobody had to start it anew."""
        back, queue = self.hosts[0], self.soak.house.queue
        first, plugged_in = len(self.soak.stories), time.monotonic()
        back.plug_in()
        wait_for(lambda: _is_ready(back), MOST_SECONDS)
        wait_for(lambda: len(queue.control.ping(timeout=5) or []) == len(self.hosts), MOST_SECONDS)
        self.told.append(f"it was back {time.monotonic() - plugged_in:.0f} s after the plug was")
        before = self.installation.pages.taken[back.address]
        for _ in self.hosts:  # they take turns
            assert httpx.get(f"{self.installation.url}/healthz", timeout=60).is_success
        assert self.installation.pages.taken[back.address] > before
        sender = Sender(self.soak, self.browser, plays, self.pause, first=first)
        sender.thread.start()
        sender.thread.join()
        wait_for(lambda: is_over(self.soak), MOST_SECONDS)


def play(
    installation: Installation,
    hosts: list[Host],
    sandbox: Sandbox,
    *,
    seed: int,
    bots: int,
    pause: float,
) -> list[str]:
    """Cut the first host off, plug it in again; return the promises that were broken, in words."""
    person = make_person()
    V2.sign_up(sandbox, installation.edges.url)
    queue = open_queue(installation.broker_url)
    log = installation.folder / f"{hosts[1].name}-worker.log"
    soak = Soak(House(installation.url, sandbox, log, queue), V2, seed)
    plays = soak.plays(bots)
    with soak.house.sign_in(person.user) as browser:
        browser.timeout = httpx.Timeout(PATIENCE_SECONDS)
        booked = Booked.book(person, sandbox, browser)
        watchers = _watchers(installation, hosts, person)
        outage = Outage(installation, hosts, soak, browser, pause)
        outage.cut_off(plays[: bots * 3 // 4], watchers)
        outage.come_back(plays[bots * 3 // 4 :])
    queue.close()
    sys.stdout.write("\n".join([soak.report(), *outage.told]) + "\n")
    return broken_promises(soak, booked, installation.media)


def _watchers(installation: Installation, hosts: list[Host], person: Person) -> list[Watcher]:
    client = Client()
    client.force_login(person.user)
    topic = f"{person.workspace.public_id}/bots"
    return [
        Watcher(f"http://{host.address}:{EDGE_PORT}", installation.edges.url, client, topic)
        for host in hosts
    ]


def _cut_off_at_work(host: Host) -> int:
    """Pull the plug while it has something open in the database; how many transactions."""
    for _ in range(LEAVE_LOOKS):
        host.unplug()
        time.sleep(0.2)  # what was under way has arrived
        with connection.cursor() as cursor:
            cursor.execute(AT_WORK, [host.address])
            [left_open] = cursor.fetchone()
        if left_open:
            return int(left_open)
        host.plug_in()
        time.sleep(0.1)
    raise AssertionError("it never had anything to do")


def _is_ready(host: Host) -> bool:
    try:
        urls = [f"http://{host.address}:{port}/readyz" for port in (WEB_PORT, EDGE_PORT)]
        return all(httpx.get(url, timeout=PATIENCE_SECONDS).is_success for url in urls)
    except httpx.HTTPError:
        return False
