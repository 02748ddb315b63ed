"""Captions for the player: WebVTT, a cue for a few seconds of speech, the speaker as its voice.

00:12:04.000 --> 00:12:09.480
<v Ada Moss>Good morning. Shall we begin with the budget?
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recordings import timings
from recordings.fragments import NOBODY, Turn
from recordings.timings import Word

CUE_MS = 6000
CUE_CHARACTERS = 90
SHORTEST_MS = 500
SENTENCE_ENDS = (".", "?", "!", "…")
SENTENCE_CHARACTERS = 45  # a cue may end at a sentence once it has some length


@dataclass(frozen=True, slots=True)
class Cue:
    start_ms: int
    end_ms: int
    text: str


def vtt(turns: Iterable[Turn]) -> str:
    """Return the captions of a whole recording."""
    blocks = ["WEBVTT"]
    for turn in turns:
        blocks.extend(block(cue, turn.speaker or NOBODY) for cue in cues(turn))
    return "\n\n".join(blocks) + "\n"


def block(cue: Cue, speaker: str) -> str:
    """One cue as WebVTT writes it; without a speaker it has no voice."""
    voice = f"<v {_escaped(speaker)}>" if speaker else ""
    return f"{clock(cue.start_ms)} --> {clock(cue.end_ms)}\n{voice}{_escaped(cue.text)}"


def cues(turn: Turn) -> Iterator[Cue]:
    """Cut a turn into cues between words, so that each can be read while it is spoken."""
    words = words_of(turn)
    begin = 0  # index of the cue's first word
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else None
        if following is None or _is_full(words[begin], word, following, turn.text):
            first = words[begin].first if begin else 0
            last = following.first if following else len(turn.text)
            end_ms = max(word.end_ms, words[begin].start_ms + SHORTEST_MS)
            yield Cue(words[begin].start_ms, end_ms, turn.text[first:last].strip())
            begin = index + 1


def words_of(turn: Turn) -> list[Word]:
    """Its words with their times; guessed where nobody told them."""
    words = list(timings.unpack(turn.words, turn_start_ms=turn.start_ms, text=turn.text))
    return words or list(_evenly_spread(turn))


def _is_full(begin: Word, word: Word, following: Word, text: str) -> bool:
    length = following.last - begin.first
    is_sentence = text[: word.last].endswith(SENTENCE_ENDS)
    return (
        following.end_ms - begin.start_ms > CUE_MS
        or length > CUE_CHARACTERS
        or (is_sentence and word.last - begin.first >= SENTENCE_CHARACTERS)
    )


def _evenly_spread(turn: Turn) -> Iterator[Word]:
    """Words of a turn whose times nobody told: as long as their letters are many."""
    per_character = (turn.end_ms - turn.start_ms) / (len(turn.text) + 1)
    after = 0
    for run in turn.text.split(" "):
        first, after = after, after + len(run) + 1
        start, end = turn.start_ms + first * per_character, turn.start_ms + after * per_character
        yield Word(int(start), int(end), first, first + len(run))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clock(milliseconds: int) -> str:
    """A moment as WebVTT writes it: 00:12:04.000."""
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{thousandths:03}"
