"""bin/bench search: a million turns, half of them in one workspace, asked the way people ask.

The naive way is the same question with everything that matches ranked. Both are asked in turn in
one run; a page of hits with its words marked is timed too, as a reader waits for all of it.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from statistics import median

from django.db import connection
from django.utils import timezone

from accounts.models import Workspace
from bench.people import Person, make_person, remove
from bench.report import Budget, Report
from bench.stack import Stack
from bench.telling import percentile
from bots.models import Bot
from recordings import indexing, searching, transcript_store
from recordings.models import Passage, Recording, Transcript
from recordings.searching import RANKED, Filters, Key
from recordings.transcripts import ParsedTranscript, Turn
from recordings.wording import Asked, terms, understand
from upstream.models import ProviderName, UpstreamAccount

WORDS_PER_TURN = 14
TURN_MS = 5000
SPEAKERS = ("Ada Moss", "Ben Okoro", "Chloé Roux", "Dai Evans")
SYLLABLES = [
    "ba",
    "de",
    "fi",
    "go",
    "hu",
    "ka",
    "le",
    "mi",
    "no",
    "pu",
    "ra",
    "se",
    "ti",
    "vo",
    "wu",
    "ya",
    "ze",
    "cho",
    "sha",
    "tri",
]
EVERYTHING = 10**9


@dataclass(frozen=True, slots=True)
class Size:
    """How much is enough."""

    recordings: int
    turns: int  # in each
    vocabulary: int
    rounds: int


FULL = Size(recordings=500, turns=2000, vocabulary=20_000, rounds=20)
QUICK = Size(recordings=8, turns=40, vocabulary=200, rounds=2)


@dataclass(frozen=True, slots=True)
class World:
    """Half of all turns are in `large`, a hundredth in `small`, the rest in `others`."""

    large: Person
    small: Person
    others: Person
    account: UpstreamAccount
    words: list[str]  # the commonest first

    @property
    def people(self) -> tuple[Person, Person, Person]:
        return self.large, self.small, self.others


def run(stack: Stack) -> Report:
    size, report = QUICK if stack.is_quick else FULL, Report("search")
    world = _make_world(size)
    try:
        _fill(world, size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE recordings_passage")
        report.note("turns", Passage.objects.count())
        ours, naive = _ask(world, size, report)
        report.budgets += [
            Budget("of rank-all's worst, our worst", max(ours) / max(naive), "≤", 1 / 15),
            Budget("of the first pages that differ from rank-all's", _differing(world), "≤", 0),
            Budget("times a plain COPY, ingest with search", _ingest(world, size), "≤", 8),
        ]
    finally:
        _forget(world)
    return report


def _make_world(size: Size) -> World:
    draw = random.Random(7)  # noqa: S311 (the same words in every run)
    words: dict[str, None] = {}
    while len(words) < size.vocabulary:
        words["".join(draw.choices(SYLLABLES, k=draw.randint(1, 4)))] = None
    account = UpstreamAccount.objects.create(
        name="Bench",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="http://127.0.0.1:9",
        api_key="bench",
    )
    return World(make_person(), make_person(), make_person(), account, list(words))


def _forget(world: World) -> None:
    for workspace in [person.workspace for person in world.people]:
        Recording.objects.filter(workspace=workspace).delete()
        Bot.objects.filter(workspace=workspace).delete()
    remove(*world.people)
    world.account.delete()


def _fill(world: World, size: Size) -> None:
    draw = random.Random(8)  # noqa: S311
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(world.words))))
    began = timezone.now() - timedelta(days=size.recordings)
    for number in range(size.recordings):
        spoken = draw.choices(world.words, cum_weights=weights, k=size.turns * WORDS_PER_TURN)
        person = world.large if number % 2 else world.others
        if number % 100 == 50 or (number == 2 and size is QUICK):
            person = world.small
        recording = _recording(world, person.workspace, began + timedelta(days=number))
        transcript_store.replace(recording, _parsed(spoken))


def _recording(world: World, workspace: Workspace, started_at: datetime) -> Recording:
    bot = Bot.objects.create(
        workspace=workspace,
        account=world.account,
        title="Bench",
        name="Earshot",
        meeting_url="https://meet.google.com/abc-defg-hij",
        meeting_key=f"bench {started_at.isoformat()}",
        starts_at=started_at,
    )
    return Recording.objects.create(
        workspace=workspace, bot=bot, title="Bench", started_at=started_at
    )


def _parsed(spoken: list[str]) -> ParsedTranscript:
    turns = tuple(
        Turn(
            index=index,
            speaker=SPEAKERS[index % len(SPEAKERS)],
            start_ms=index * TURN_MS,
            end_ms=(index + 1) * TURN_MS,
            text=" ".join(spoken[index * WORDS_PER_TURN : (index + 1) * WORDS_PER_TURN]),
            words="",
            word_count=WORDS_PER_TURN,
        )
        for index in range(len(spoken) // WORDS_PER_TURN)
    )
    return ParsedTranscript(turns, "en", "bench")


def _ask(world: World, size: Size, report: Report) -> tuple[list[float], list[float]]:
    """The 95th percentile of each question, asked our way and the naive one, in ms."""
    ours, naive = [], []
    for name, workspace, asked, filters in _questions(world):
        mine, theirs = [], []
        for _ in range(size.rounds):
            mine.append(_ms(lambda: searching.rank(workspace, asked, filters)))  # noqa: B023
            theirs.append(_ms(lambda: _rank_all(workspace, asked)))  # noqa: B023
        ours.append(percentile(sorted(mine), 95))
        naive.append(percentile(sorted(theirs), 95))
        report.note(f"{name}: ours, p95", ours[-1], "ms")
        report.note(f"{name}: rank all, p95", naive[-1], "ms")
    wanted = terms(world.words[0])
    whole = [
        _ms(lambda: searching.search(world.large.workspace, wanted, Filters()))
        for _ in range(size.rounds)
    ]
    report.note("commonest word, a whole page with its words marked, median", median(whole), "ms")
    return ours, naive


def _questions(world: World) -> list[tuple[str, Workspace, Asked, Filters]]:
    first, second, *_ = world.words
    rare = world.words[-len(world.words) // 4]
    large, small, none = world.large.workspace, world.small.workspace, Filters()
    eight = [_asked(word) for word in world.words[:8]]
    either = Asked(
        words=" | ".join(one.words for one in eight),
        exact=" | ".join(one.exact for one in eight),
        marks={},
    )
    return [
        ("commonest word", large, _asked(first), none),
        ("any of the eight commonest", large, either, none),
        ("two letters and a star", large, _asked(f"{first[:2]}*"), none),
        ("two common words", large, _asked(f"{first} {second}"), none),
        ("phrase of two common words", large, _asked(f'"{first} {second}"'), none),
        ("common word without another", large, _asked(f"{first} -{second}"), none),
        ("common word, one speaker", large, _asked(first), Filters(speaker="ada")),
        ("rare word", large, _asked(rare), none),
        ("small workspace, common word", small, _asked(first), none),
    ]


def _asked(typed: str) -> Asked:
    asked = understand(terms(typed), ["english"])
    if asked is None:
        raise RuntimeError(f"{typed} asks for nothing")
    return asked


def _rank_all(workspace: Workspace, asked: Asked) -> list[Key]:
    return searching.rank(workspace, asked, Filters(), ranked=EVERYTHING)[0]


def _differing(world: World) -> float:
    """Of the questions with no more matches than are ranked, those with another first page."""
    differing = 0
    for _, workspace, asked, filters in _questions(world):
        mine, count = searching.rank(workspace, asked, filters)
        everything, _ = searching.rank(workspace, asked, filters, ranked=EVERYTHING)
        differing += count <= RANKED and mine != everything
    return differing


def _ingest(world: World, size: Size) -> float:
    """How much longer it takes to store a transcript together with what search knows of it."""
    draw = random.Random(9)  # noqa: S311
    spoken = draw.choices(world.words, k=size.turns * WORDS_PER_TURN)
    recording = _recording(world, world.others.workspace, timezone.now())
    parsed, ratios = _parsed(spoken), []
    for _ in range(5):
        Transcript.objects.filter(recording=recording).delete()
        transcript = Transcript.objects.create(recording=recording, language="en")
        plain = _ms(lambda: transcript_store.copy_turns(transcript, parsed.turns))  # noqa: B023
        extra = _ms(lambda: indexing.index(transcript))  # noqa: B023
        ratios.append((plain + extra) / plain)
    return min(ratios)


def _ms(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1000
