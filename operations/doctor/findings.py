"""One sentence about one thing, and how bad it is."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    GOOD = "fine"
    ADVICE = "advice"  # it works; it would work better
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    sentence: str


def good(sentence: str) -> Finding:
    return Finding(Level.GOOD, sentence)


def advice(sentence: str) -> Finding:
    return Finding(Level.ADVICE, sentence)


def wrong(sentence: str) -> Finding:
    return Finding(Level.WRONG, sentence)
