"""Summary, chapters, action items, names and speaker times out of what a provider answered.

Documents disagree about where a summary stands, so the places are probed in order and the first
that holds something counts. A long recording comes in chunks whose times begin at zero again: a
chunk is moved by the length of those before it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from recordings.transcripts import LATEST_MS, Unreadable, clean, milliseconds, name_of

SUMMARY_AT = (
    ("summarization", "results"),
    ("summarization", "summary"),
    ("transcription", "summary"),
)
CHAPTERS_AT = (("chapterization", "results"), ("chapterization", "chapters"))
TASKS_AT = ("audio_to_llm", "results")
NAMES_AT = (("named_entity_recognition", "results"), ("named_entity_recognition", "entity"))
BULLET = re.compile(r"^(?:[-*•–]|\d+[.)])\s*")
MOST_CHAPTERS = 500
MOST_TASKS = 200
MOST_NAMES = 300
LONGEST_SUMMARY = 100_000
LONGEST_TASK = 500


@dataclass(frozen=True, slots=True)
class ChapterMark:
    start_ms: int
    end_ms: int | None
    headline: str
    summary: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that was spoken of: what it is the name of, the first time and how often."""

    text: str
    category: str
    start_ms: int | None
    count: int


@dataclass(frozen=True, slots=True)
class Insights:
    summary: str = ""
    chapters: tuple[ChapterMark, ...] = ()
    tasks: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()


def parse(data: object) -> Insights:
    """Read a raw transcription document."""
    if not isinstance(data, dict):
        raise Unreadable("The provider's notes are not in a form that can be read.")
    chunks = data.get("transcriptions")
    chunks = (
        [chunk for chunk in chunks if isinstance(chunk, dict)] if isinstance(chunks, list) else []
    )
    chapters = sorted(_chapters(chunks), key=lambda chapter: chapter.start_ms)
    return Insights(
        summary=_summary(chunks),
        chapters=tuple(chapters[:MOST_CHAPTERS]),
        tasks=tuple(dict.fromkeys(_tasks(chunks)))[:MOST_TASKS],
        mentions=tuple(_mentions(chunks)[:MOST_NAMES]),
    )


def parse_speaker_times(lines: Iterable[str]) -> dict[str, float]:
    """Seconds each speaker spoke, from JSON Lines; a line that cannot be read is passed over."""
    seconds: dict[str, float] = {}
    for line in lines:
        try:
            spoken = json.loads(line)
        except ValueError:
            continue
        if not isinstance(spoken, dict) or not (name := name_of(spoken.get("speaker"))):
            continue
        begin, end = milliseconds(spoken.get("start_time")), milliseconds(spoken.get("end_time"))
        if begin is not None and end is not None and end > begin:
            seconds[name] = seconds.get(name, 0.0) + (end - begin) / 1000
    return seconds


def _summary(chunks: list[dict[str, Any]]) -> str:
    for place in SUMMARY_AT:
        texts = [paragraphs(_at(chunk, place)) for chunk in chunks]
        if told := "\n\n".join(filter(None, texts)):
            return told[:LONGEST_SUMMARY]
    return ""


def paragraphs(value: object) -> str:
    """Text whose lines matter."""
    lines = value.splitlines() if isinstance(value, str) else []
    return "\n".join(clean(line) for line in lines).strip()


def _tasks(chunks: list[dict[str, Any]]) -> Iterator[str]:
    """The lines of each answer; a language model was asked for one action item a line."""
    for chunk in chunks:
        answers = _at(chunk, TASKS_AT)
        for answer in answers if isinstance(answers, list) else ():
            told = _at(answer, ("results", "response")) if isinstance(answer, dict) else None
            for line in paragraphs(told).splitlines():
                if task := BULLET.sub("", line).strip("-–— "):
                    yield task[:LONGEST_TASK]


def _mentions(chunks: list[dict[str, Any]]) -> list[Mention]:
    """Each name once, in the order they came up."""
    found: dict[tuple[str, str], Mention] = {}
    for item, offset_ms in _listed(chunks, NAMES_AT):
        text, kind = clean(item.get("text"))[:200], clean(item.get("entity_type"))[:60]
        if not text:
            continue
        start = milliseconds(item.get("start"))
        begin = None if start is None else min(start + offset_ms, LATEST_MS)
        known = found.get((kind, text.casefold()), Mention(text, kind, begin, 0))
        found[kind, text.casefold()] = replace(known, count=known.count + 1)
    return list(found.values())


def _chapters(chunks: list[dict[str, Any]]) -> Iterator[ChapterMark]:
    for item, offset_ms in _listed(chunks, CHAPTERS_AT):
        yield from _marks([item], offset_ms)


def _listed(
    chunks: list[dict[str, Any]], places: Iterable[tuple[str, str]]
) -> Iterator[tuple[dict[str, Any], int]]:
    """The entries of the first list that is there in each chunk, and when the chunk begins."""
    offset_ms = 0
    for chunk in chunks:
        lists = (found for place in places if isinstance(found := _at(chunk, place), list))
        for item in next(filter(None, lists), []):
            if isinstance(item, dict):
                yield item, offset_ms
        offset_ms += milliseconds(_at(chunk, ("metadata", "audio_duration"))) or 0


def _marks(items: list[Any], offset_ms: int) -> Iterator[ChapterMark]:
    for item in items:
        if not isinstance(item, dict) or (start := milliseconds(item.get("start"))) is None:
            continue
        headline = clean(item.get("headline")) or clean(item.get("gist"))
        summary = clean(item.get("summary"))
        if headline or summary:
            end = milliseconds(item.get("end"))
            yield ChapterMark(
                start_ms=min(start + offset_ms, LATEST_MS),
                end_ms=None if end is None else min(end + offset_ms, LATEST_MS),
                headline=(headline or summary)[:300],
                summary=summary,
            )


def _at(chunk: dict[str, Any], place: tuple[str, str]) -> object:
    inner = chunk.get(place[0])
    return inner.get(place[1]) if isinstance(inner, dict) else None
