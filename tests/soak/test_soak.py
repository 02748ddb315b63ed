"""Many bots, random stories, bad weather: each ends in the outcome its story dictates, sent once.

    SOAK_SEED=7 SOAK_BOTS=500 bin/test tests/soak -m slow      -k recall for one provider

10 % of all webhooks and callbacks get lost, 20 % come twice, 30 % are overtaken by later ones; the
provider limits, fails and loses its answers while the bots are sent. It prints its seed and counts.
"""

import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random, SystemRandom

import httpx
import pytest
from django.utils import timezone

from accounts.models import User
from bots.models import Bot, Outcome
from tests.soak.house import House, run_house
from tests.soak.sides import OUTCOMES, SIDES, V2, Side
from webhooks.models import Delivery, DeliveryState

WEATHER = {"lost": 0.1, "doubled": 0.2, "reordered": 0.3}
ACCIDENTS = ("rate_limit", "server_errors", "timeouts_after_success")
ACCIDENTS_EVERY = 100


@dataclass
class Soak:
    """One run: which story each bot plays, by the id that Earshot gave it."""

    house: House
    side: Side
    seed: int
    stories: dict[str, str] = field(default_factory=dict)

    def send(self, browser: httpx.Client, count: int) -> None:
        """One after the other, with an accident now and then."""
        for number, story in enumerate(self.plays(count)):
            if number % ACCIDENTS_EVERY == 0:
                for name in ACCIDENTS:
                    self.house.sandbox.post("accidents", name=name)
            answer = browser.post("/bots/new/", data=form_for(number, story))
            assert answer.status_code == 302, answer.text
            self.note_sent(answer, story)

    def plays(self, count: int) -> list[str]:
        """Every story at least once, the rest by chance, in any order."""
        chance = Random(self.seed)
        names = list(self.house.sandbox.state()["stories"])
        assert set(names) == set(OUTCOMES), "a new story needs its outcome in sides.py"
        plays = names + chance.choices(names, k=count - len(names))
        chance.shuffle(plays)
        return plays

    def note_sent(self, answer: httpx.Response, story: str) -> None:
        """The page that follows the form is the bot's."""
        public_id = answer.headers["location"].rstrip("/").rpartition("/")[2]
        self.stories[public_id] = story
        if OUTCOMES[story] == Outcome.PARTLY_RECORDED:  # of a meeting that was to last
            ends_at = timezone.now() + timedelta(hours=1)
            Bot.objects.filter(public_id=public_id).update(ends_at=ends_at)

    def bots(self) -> list[Bot]:
        return list(Bot.objects.filter(public_id__in=self.stories))

    def wait(self, seconds: float) -> None:
        """Until it is over."""
        give_up = time.monotonic() + seconds
        while not self.is_over():
            assert time.monotonic() < give_up, f"{self.report()}\n{self._unfinished()}"
            self.house.tick()
            time.sleep(1)

    def is_over(self) -> bool:
        """All bots have ended, and nothing that was sent is still on its way."""
        if Bot.objects.unfinished().filter(public_id__in=self.stories).exists():
            return False
        is_waiting = Delivery.objects.filter(state=DeliveryState.PENDING).exists()
        return not is_waiting and self.house.sandbox.state()["webhook"]["open"] == 0

    def expected(self) -> dict[str, Outcome]:
        return {
            bot.public_id: self.side.outcome_of(self.stories[bot.public_id], bot)
            for bot in self.bots()
        }

    def sent(self) -> Counter[str]:
        """How many bots the provider made for each of ours."""
        made = self.house.sandbox.state()["bots"]
        return Counter(bot["extra"]["earshot_id"] for bot in made)

    def _unfinished(self) -> str:
        still = [bot for bot in self.bots() if not bot.outcome]
        told = [(bot.public_id, self.stories[bot.public_id], bot.state) for bot in still]
        return f"still under way: {told}\n{self.house.worker_log.read_text()[-3000:]}"

    def report(self) -> str:
        weather = self.house.sandbox.state()["weather"]["counts"]
        kept = Counter(Delivery.objects.values_list("state", flat=True))
        lines = [
            f"soak on {self.side}, seed {self.seed}",
            f"bots: {len(self.stories)} wanted, {sum(self.sent().values())} made by the provider",
            "webhooks and callbacks: " + ", ".join(f"{n} {what}" for what, n in weather.items()),
            "inbox: " + ", ".join(f"{n} {state}" for state, n in sorted(kept.items())),
        ]
        expected, bots = self.expected(), self.bots()
        for outcome in Outcome:
            wanted = sum(one == outcome for one in expected.values())
            got = sum(bot.outcome == outcome for bot in bots)
            lines.append(f"  {outcome:<16} {wanted:>4} expected, {got:>4} got")
        played = sorted(Counter(self.stories.values()).items())
        lines.append("stories: " + ", ".join(f"{n} {story}" for story, n in played))
        return "\n".join(lines)


def form_for(number: int, story: str) -> dict[str, str]:
    """What a person fills in: the link pasted, the rest as it was."""
    return {
        "link": f"https://us02web.zoom.us/j/{80_000_000_000 + number}?pwd=x&story={story}",
        "title": f"Soak {number}",
        "when": "now",
        "name": "Earshot",
        "view": "audio_only",
        "is_transcribed": "on",
        "order_id": f"soak-{number}",
    }


def play(
    side: Side, person: User, folder: Path, *, bots: int, speed: float, patience: float
) -> str:
    """Run one soak to its end and judge it; return what it counted."""
    seed = int(os.environ.get("SOAK_SEED") or SystemRandom().randrange(10**6))
    with run_house(folder, speed=speed) as house, house.sign_in(person) as browser:
        side.sign_up(house.sandbox, house.url)
        house.sandbox.post("weather", seed=str(seed), **WEATHER)
        soak = Soak(house, side, seed)
        soak.send(browser, bots)
        soak.wait(patience)
        report = soak.report()
        got = {bot.public_id: bot.outcome for bot in soak.bots()}
        expected = soak.expected()
        wrong = {
            id: (soak.stories[id], got[id], expected[id]) for id in got if got[id] != expected[id]
        }
        assert wrong == {}, report
        assert soak.sent() == dict.fromkeys(soak.stories, 1), report
        assert not Delivery.objects.filter(state=DeliveryState.FAILED).exists(), report
        counts = house.sandbox.state()["weather"]["counts"]
        assert min(counts.values()) > 0, report
    return report


@pytest.mark.django_db(transaction=True)
def test_each_of_twenty_bots_ends_as_its_story_says(
    alice_user: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = play(V2, alice_user, tmp_path, bots=20, speed=100, patience=120)
    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("side", SIDES, ids=str)
def test_with_the_endpoint_disabled_for_a_day_each_still_ends_as_its_story_says(
    side: Side, alice_user: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is told, and nothing is told later: what became of them is asked."""
    with run_house(tmp_path, speed=100) as house, house.sign_in(alice_user) as browser:
        side.sign_up(house.sandbox, house.url)
        house.sandbox.post("accidents", name="endpoint_disabled_for_a_day")
        soak = Soak(house, side, seed=1)
        soak.send(browser, 25)
        soak.wait(600)
        report = soak.report()
        signed = Delivery.objects.filter(headers__has_any_keys=["svix-id", "webhook-id"])
        assert not signed.exists(), report  # a bot's own callback is not sent to the endpoint
        assert Delivery.objects.count() <= len(soak.stories), report
        assert {bot.public_id: bot.outcome for bot in soak.bots()} == soak.expected(), report
        assert soak.sent() == dict.fromkeys(soak.stories, 1), report
    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("side", SIDES, ids=str)
def test_each_of_five_hundred_bots_ends_as_its_story_says(
    side: Side, alice_user: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bots = int(os.environ.get("SOAK_BOTS", "500"))
    report = play(side, alice_user, tmp_path, bots=bots, speed=60, patience=1800)
    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")
