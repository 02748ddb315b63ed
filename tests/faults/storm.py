"""The storm: bots set out one after the other while one part after the other breaks.

browser ──forms──► web ──► Redis ──► worker ──► sandbox ──webhooks──► web …
                    └────────┴────────┴── killed, restarted, emptied, full, in any order
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random

import httpx
from kombu.exceptions import OperationalError as QueueGone

from recordings.models import Artifact, ArtifactState
from recordings.models.artifacts import UNSETTLED
from tests.faults.judging import broken_promises
from tests.faults.machine import Machine, Program, patiently, wait_for
from tests.faults.people import Booked, make_person
from tests.sandbox_process import Sandbox
from tests.soak.house import House, open_queue
from tests.soak.sides import V2
from tests.soak.test_soak import WEATHER, Soak, form_for

MOST_SECONDS = 1800  # from the end of the storm until nothing is under way any more
BALLAST = bytes(1 << 16)


class Storm:
    """What can break, and how often it did."""

    def __init__(self, machine: Machine, sandbox: Sandbox, chance: Random, ten_minutes: float):
        self.machine, self.sandbox, self.chance = machine, sandbox, chance
        self.ten_minutes = ten_minutes
        self.counts: Counter[str] = Counter()

    def rage(self, is_over: Callable[[], bool], *, can_fill_the_disk: bool) -> None:
        """Break one part after the other, each at least once, in any order."""
        faults: dict[str, Callable[[], None]] = {
            "web killed": lambda: self._kill(self.machine.web),
            "worker killed": lambda: self._kill(self.machine.worker),
            "beat killed": lambda: self._kill(self.machine.beat),
            "Redis killed": lambda: self._kill(self.machine.redis),
            "Redis emptied": self.machine.empty_redis,
            "PostgreSQL crashed": self.machine.crash_postgres,
            "provider down for ten minutes": self._provider_down,
        }
        if can_fill_the_disk:
            faults["storage full"] = self._storage_full
        deck: list[str] = []
        while len(self.counts) < len(faults) or not is_over():
            deck = deck or self.chance.sample(sorted(faults), len(faults))
            name = deck.pop()
            faults[name]()
            self.counts[name] += 1
            time.sleep(self.chance.uniform(1, 6))

    def _kill(self, program: Program) -> None:
        program.kill()
        time.sleep(self.chance.uniform(0, 2))
        program.start()

    def _provider_down(self) -> None:
        for path in ("*", "/media/"):
            self.sandbox.post("faults", path=path, status=503, times=1_000_000)
        time.sleep(self.ten_minutes)
        self.sandbox.post("faults", clear=True)

    def _storage_full(self) -> None:
        """Not a byte more can be kept, for a while."""
        ballast = self.machine.media / "ballast"
        with suppress(OSError), ballast.open("wb", buffering=0) as heavy:
            while heavy.write(BALLAST):
                pass
        time.sleep(self.chance.uniform(3, 8))
        ballast.unlink()


class Sender:
    """An impatient person: the same form again and again until it is answered."""

    def __init__(
        self, soak: Soak, browser: httpx.Client, plays: list[str], pause: float, first: int = 0
    ) -> None:
        self.soak, self.browser, self.plays, self.pause = soak, browser, plays, pause
        self.first = first
        self.refused: Counter[str] = Counter()
        self.thread = threading.Thread(target=self._send_all, daemon=True)

    def is_done(self) -> bool:
        return not self.thread.is_alive()

    def _send_all(self) -> None:
        for number, story in enumerate(self.plays, self.first):
            while (answer := self._answer(form_for(number, story))) is None:
                time.sleep(0.3)
            patiently(partial(self.soak.note_sent, answer, story))
            time.sleep(self.pause)

    def _answer(self, form: dict[str, str]) -> httpx.Response | None:
        try:
            answer = self.browser.post("/bots/new/", data=form)
        except httpx.TransportError as error:
            self.refused[type(error).__name__] += 1
            return None
        if answer.status_code == 302:
            return answer
        self.refused[str(answer.status_code)] += 1
        return None


def play(
    machine: Machine,
    sandbox: Sandbox,
    *,
    seed: int,
    bots: int,
    pause: float,
    ten_minutes: float,
    can_fill_the_disk: bool,
) -> list[str]:
    """Let it storm; return the promises that were broken, in words."""
    chance = Random(seed)
    person = make_person()
    V2.sign_up(sandbox, machine.url)
    house = House(machine.url, sandbox, machine.worker.log, open_queue(machine.broker_url))
    soak = Soak(house, V2, seed)
    with house.sign_in(person.user) as browser:
        booked = Booked.book(person, sandbox, browser)
        sandbox.post("weather", seed=str(seed), **WEATHER)
        sender = Sender(soak, browser, soak.plays(bots), pause)
        storm = Storm(machine, sandbox, chance, ten_minutes)
        sender.thread.start()
        storm.rage(sender.is_done, can_fill_the_disk=can_fill_the_disk)
        sender.thread.join()
        started = time.monotonic()
        wait_for(lambda: patiently(lambda: is_over(soak)), MOST_SECONDS)
    lines = [
        soak.report(),
        "broken: " + ", ".join(f"{n}× {what}" for what, n in sorted(storm.counts.items())),
        "forms sent again: " + (", ".join(f"{n}× {w}" for w, n in sender.refused.items()) or "0"),
        f"all over {time.monotonic() - started:.0f} s after the storm",
    ]
    if not can_fill_the_disk:
        lines.append("storage was not filled: no right to mount a small disk")
    sys.stdout.write("\n".join(lines) + "\n")
    return broken_promises(soak, booked, machine.media)


def is_over(soak: Soak) -> bool:
    with suppress(QueueGone, OSError):
        soak.house.tick()
    on_its_way = Artifact.objects.filter(state__in=UNSETTLED).exclude(
        state=ArtifactState.FAILED, next_try_at=None
    )
    return soak.is_over() and not on_its_way.exists()
