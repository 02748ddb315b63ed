"""From a kind of meeting to every word with its moment: the one source of picture, sound and text.

Lines come from `talk/<kind>.txt`: blocks of turns ("A: …"), the first opens and the last closes
the meeting, those between are told in an order of the seed's choice, and again while time is left.
A word that does not fit before the end is not said.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path

_TALK = Path(__file__).with_name("talk")
_VERSION = 4  # part of the cache key: raise it when picture, sound or timing change

_NAMES = ("Elin", "Marcus", "Priya", "Tomas", "Aisha", "Karin", "Leo", "Hanna")
_CUSTOMERS = ("Harborlight", "Pine and Co", "Aurora Foods", "Kestrel Rail", "the Lindgren group")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")

# What a title says about the talk; the first match wins.
_SIGNS = (
    ("standup", ("standup", "stand-up", "daily")),
    ("incident_review", ("incident", "postmortem", "post-mortem", "outage")),
    ("hiring_debrief", ("debrief", "interview", "hiring", "candidate")),
    ("design_review", ("design", "review", "demo", "prototype", "critique")),
    ("customer_call", ("customer", "call", "onboarding", "pilot", "renewal", "intro", "qbr", "×")),
    ("planning", ("planning", "plan", "roadmap", "sprint", "refinement", "kickoff", "plans")),
    ("one_on_one", ("1:1", "one on one", "catch-up", "coffee")),
)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Utterance:
    speaker: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def start(self) -> float:
        return self.words[0].start

    @property
    def end(self) -> float:
        return self.words[-1].end


@dataclass(frozen=True, slots=True)
class Talk:
    """What is to be made; equal talks are the same file."""

    kind: str
    title: str
    cast: tuple[str, ...]
    seed: str
    seconds: float
    audio_only: bool = False

    @property
    def key(self) -> str:
        content = json.dumps([_VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:24]

    @property
    def is_long(self) -> bool:
        """Beyond twenty minutes the picture becomes a slide show, so that it stays cheap."""
        return self.seconds > 1200


def kinds() -> list[str]:
    return sorted(path.stem for path in _TALK.glob("*.txt"))


def kind_for(title: str) -> str:
    lowered = title.lower()
    for kind, signs in _SIGNS:
        if any(sign in lowered for sign in signs):
            return kind
    return "weekly_sync"


@lru_cache(maxsize=16)
def script(talk: Talk) -> tuple[Utterance, ...]:
    random_ = random.Random(f"{talk.seed}:{talk.kind}")
    spoken: list[Utterance] = []
    now = 0.8
    for speaker, line in _turns(talk.kind, len(talk.cast), random_):
        words: list[Word] = []
        for text in line.split():
            end = round(now + _length(text), 2)
            if end > talk.seconds - 0.3:
                break
            words.append(Word(text, round(now, 2), end))
            now = end + _pause(text)
        if words:
            spoken.append(Utterance(speaker, tuple(words)))
        if len(words) < len(line.split()):
            break
        now += random_.uniform(0.15, 0.4)
    return tuple(spoken)


def _length(word: str) -> float:
    return 0.11 + 0.031 * min(len(word), 10)


def _pause(word: str) -> float:
    if word[-1] in ".?!":
        return 0.22
    return 0.12 if word[-1] in ",:;" else 0.05


def _turns(kind: str, cast: int, random_: random.Random) -> Iterator[tuple[int, str]]:
    blocks = _blocks(kind)
    yield from _told(blocks[0], cast, random_)
    middle = list(blocks[1:-1])
    while True:
        random_.shuffle(middle)
        for block in middle:
            yield from _told(block, cast, random_)


def _told(
    block: tuple[tuple[int, str], ...], cast: int, random_: random.Random
) -> Iterator[tuple[int, str]]:
    slots = {
        "name": random_.choice(_NAMES),
        "customer": random_.choice(_CUSTOMERS),
        "day": random_.choice(_DAYS),
        "n": str(random_.randint(3, 48)),
    }
    for speaker, line in block:
        yield speaker % cast, line.format(**slots)


@cache
def _blocks(kind: str) -> tuple[tuple[tuple[int, str], ...], ...]:
    text = (_TALK / f"{kind}.txt").read_text(encoding="utf-8")
    return tuple(
        tuple((ord(line[0]) - ord("A"), line[3:]) for line in block.splitlines() if line)
        for block in text.strip().split("\n\n")
    )
