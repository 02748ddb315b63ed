"""bin/bench page: three hours and 30,000 words, opened in Chromium, as against a button per word.

The naive page is a list of words that a script turns into buttons, all of them again whenever
another word is spoken. It wears the product's stylesheet, as it would in the product, and comes
without a server and without the rest of the page, which is in its favour. Ready is when the text is
laid out and answers, a tick is one more word spoken; both count what the page's own thread works
for it, its painting included: other work of the machine disturbs that less than a clock.
"""

import gzip
import json
import math
import random
import secrets
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, ViewportSize

from bench.chromium import open_browser
from bench.people import Person, make_person, remove
from bench.report import Budget, Report
from bench.stack import Server, Stack
from bots.models import Bot
from recordings import fragments, transcript_store, transcripts
from recordings.models import Artifact, ArtifactKind, ArtifactState, Recording
from upstream.models import ProviderName, UpstreamAccount

SPEAKERS = ("Ada Moss", "Ben Okoro", "Chloé Roux", "Dai Evans")
SYLLABLES = ("ba", "de", "fi", "go", "ka", "le", "mi", "no", "ra", "se", "ti", "vo", "shan", "tri")
WORDS_PER_TURN = 14
SECONDS_PER_WORD = 0.36
SAMPLE = 1000  # words stored one by one, and reckoned up
VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
LONGEST_WAIT_MS = 240_000
NAIVE = "/recordings/naive/"
NAIVE_PAGE = Path(__file__).with_name("naive.html").read_text()

READY = """(() => {
  const look = () => {
    if (document.readyState === "loading" || !(IS_READY)) return requestAnimationFrame(look)
    document.body.getBoundingClientRect()
    requestAnimationFrame(() => setTimeout(() => { window.readyAt = performance.now() }))
  }
  look()
})()"""
OURS_IS_READY = "document.querySelector('transcript-view')?.turns"
NAIVE_IS_READY = "document.querySelector('button')"
TICK = """async ([times, isNaive]) => {
  for (const time of times) {
    const detail = { time, isPlaying: true, isJump: false }
    if (isNaive) window.show(time)
    else document.dispatchEvent(new CustomEvent("recording:time", { detail }))
    document.body.getBoundingClientRect()
    await new Promise(requestAnimationFrame)
  }
}"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is enough."""

    words: int
    visits: int
    ticks: int
    naive_ticks: int  # each takes about a second


FULL = Size(words=30_000, visits=3, ticks=40, naive_ticks=3)
QUICK = Size(words=600, visits=1, ticks=3, naive_ticks=3)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit cost."""

    wall_ms: float
    ready_ms: float
    tick_ms: float
    elements: int


@dataclass(frozen=True, slots=True)
class Seen:
    """One way of showing it, visit by visit."""

    wall_ms: list[float]
    ready_ms: list[float]
    tick_ms: list[float]
    elements: int


def run(stack: Stack) -> Report:
    size, report = QUICK if stack.is_quick else FULL, Report("page")
    person = make_person()
    account = UpstreamAccount.objects.create(
        name="Bench",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="http://127.0.0.1:9",
        api_key="bench",
    )
    try:
        document = _document(size.words)
        recording = _recording(person, account)
        share = _storing(recording, document, size)
        server = stack.web()
        path = f"/recordings/{recording.public_id}/"
        wire_kb = _wire_bytes(server, person, path) / 1000
        with open_browser() as browser:
            context = browser.new_context(
                base_url=server.url, viewport={"width": 1280, "height": 800}
            )
            context.add_cookies([person.browser_cookie(server.url)])
            _serve_naive(context, document)
            ours, naive = _look(context, path, size)
            context.close()
    finally:
        stack.end()
        Recording.objects.filter(workspace=person.workspace).delete()
        Bot.objects.filter(workspace=person.workspace).delete()
        remove(person)
        account.delete()
    _tell(report, ours, naive)
    report.budgets += [
        Budget("times sooner ready", median(naive.ready_ms) / median(ours.ready_ms), "≥", 5),
        Budget("times cheaper, a tick", median(naive.tick_ms) / median(ours.tick_ms), "≥", 8),
        Budget("elements of the page", ours.elements, "≤", 10_000),
        Budget("on the wire", wire_kb, "≤", 200, "KB"),
        Budget("of an INSERT per word, parse and store", share, "≤", 1 / 20),
    ]
    return report


def _tell(report: Report, ours: Seen, naive: Seen) -> None:
    for name, seen in (("ours", ours), ("a button per word", naive)):
        report.note(f"{name}: ready, its thread's work, median", median(seen.ready_ms), "ms")
        report.note(f"{name}: ready, by the clock, median", median(seen.wall_ms), "ms")
        report.note(f"{name}: a tick, median", median(seen.tick_ms), "ms")
        report.note(f"{name}: elements", seen.elements)


def _document(words: int) -> dict[str, Any]:
    """What a provider sends: turns of some seconds, each word with its time."""
    draw = random.Random(7)  # noqa: S311 (the same words in every run)
    spoken = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4))) for _ in range(words)]
    timed = [
        {
            "word": word,
            "start": round(number * SECONDS_PER_WORD, 3),
            "end": round((number + 0.9) * SECONDS_PER_WORD, 3),
        }
        for number, word in enumerate(spoken)
    ]
    turns = [timed[at : at + WORDS_PER_TURN] for at in range(0, words, WORDS_PER_TURN)]
    utterances = [
        {
            "speaker": SPEAKERS[number % len(SPEAKERS)],
            "text": " ".join(str(word["word"]) for word in turn),
            "start": turn[0]["start"],
            "end": turn[-1]["end"],
            "words": turn,
        }
        for number, turn in enumerate(turns)
    ]
    return {"provider": "bench", "result": {"languages": ["en"], "utterances": utterances}}


def _recording(person: Person, account: UpstreamAccount) -> Recording:
    now = timezone.now()
    bot = Bot.objects.create(
        workspace=person.workspace,
        account=account,
        title="Bench",
        name="Earshot",
        meeting_url="https://meet.google.com/abc-defg-hij",
        meeting_key=secrets.token_hex(8),
        starts_at=now,
    )
    recording = Recording.objects.create(
        workspace=person.workspace, bot=bot, title="Bench", started_at=now, duration_seconds=10_800
    )
    Artifact.objects.create(
        recording=recording,
        kind=ArtifactKind.TRANSCRIPT,
        state=ArtifactState.READY,
        file="bench.json",
        next_try_at=None,
    )
    return recording


def _storing(recording: Recording, document: dict[str, Any], size: Size) -> float:
    """What reading, storing and rendering the transcript takes, of what a row per word would take.

    What search is told of it has a budget of its own, in the search bench.
    """
    transcript = transcript_store.replace(recording, transcripts.parse(document))

    def store() -> None:
        turns = transcripts.parse(document).turns
        transcript_store.copy_turns(transcript, turns)
        fragments.build(turns)

    ours, naive = math.inf, math.inf
    for _ in range(5):  # in turn, so that both meet the machine's quiet moments
        transcript.utterances.all().delete()
        naive = min(naive, _seconds(_insert_words) * size.words / SAMPLE)
        ours = min(ours, _seconds(store))
    return ours / naive


def _insert_words() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE w (id bigserial PRIMARY KEY, transcript bigint, place int,"
            " word text, start_ms int, end_ms int, UNIQUE (transcript, place))"
        )
        for number in range(SAMPLE):
            cursor.execute(
                "INSERT INTO w (transcript, place, word, start_ms, end_ms)"
                " VALUES (1, %s, %s, %s, %s) RETURNING id",
                [number, "word", number, number + 1],
            )
        cursor.execute("DROP TABLE w")


def _seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def _wire_bytes(server: Server, person: Person, path: str) -> int:
    headers = {"Cookie": person.cookie, "Accept-Encoding": "gzip"}
    request = urllib.request.Request(f"{server.url}{path}", headers=headers)  # noqa: S310 (ours)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        body = answer.read()
    if answer.headers["Content-Encoding"] != "gzip" or b"transcript__turns" not in gzip.decompress(
        body
    ):
        raise RuntimeError("the page has no transcript, or came uncompressed")
    return len(body)


def _serve_naive(context: BrowserContext, document: dict[str, Any]) -> None:
    """The baseline at an address of its own, answered without a server: that is in its favour."""
    page = NAIVE_PAGE.replace("DOCUMENT", json.dumps(document["result"]["utterances"]))
    context.route(f"**{NAIVE}", lambda route: route.fulfill(body=page, content_type="text/html"))


def _look(context: BrowserContext, path: str, size: Size) -> tuple[Seen, Seen]:
    """Visit both pages in turn, the first time for nothing: it fills the caches."""
    found: dict[str, list[Visit]] = {path: [], NAIVE: []}
    for visit in range(size.visits + 1):
        for address, seen in found.items():
            page = context.new_page()
            one = _visit(page, address, size)
            page.close()
            if visit:
                seen.append(one)
    ours, naive = (
        Seen(
            [one.wall_ms for one in seen],
            [one.ready_ms for one in seen],
            [one.tick_ms for one in seen],
            seen[0].elements,
        )
        for seen in found.values()
    )
    return ours, naive


def _visit(page: Page, address: str, size: Size) -> Visit:
    is_naive = address == NAIVE
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    is_ready = NAIVE_IS_READY if is_naive else OURS_IS_READY
    page.add_init_script(READY.replace("IS_READY", is_ready))
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => window.readyAt", timeout=LONGEST_WAIT_MS)
    ready_ms = _busy_ms(session)
    wall_ms = page.evaluate("window.readyAt")
    page.wait_for_load_state()
    elements = page.evaluate("document.querySelectorAll('*').length")
    half = size.words * SECONDS_PER_WORD / 2
    ticks = size.naive_ticks if is_naive else size.ticks
    times = [half + number * SECONDS_PER_WORD for number in range(ticks)]
    page.evaluate(TICK, [times[:1], is_naive])
    before = _busy_ms(session)
    page.evaluate(TICK, [times, is_naive])
    tick_ms = (_busy_ms(session) - before) / ticks
    return Visit(wall_ms, ready_ms, tick_ms, elements)


def _busy_ms(session: Any) -> float:
    """What the page's thread has worked, whatever else the machine does."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in metrics if one["name"] == "TaskDuration")) * 1000
