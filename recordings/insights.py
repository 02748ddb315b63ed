"""Summary, chapters and speaker times out of what a provider's own services answered.

Documents disagree about where a summary stands, so the places are probed in order and the first
that holds something counts. A long recording comes in chunks whose times begin at zero again: a
chunk is moved by the length of those before it.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from recordings.transcripts import LATEST_MS, Unreadable, clean, milliseconds, name_of

SUMMARY_AT = (
    ("summarization", "results"),
    ("summarization", "summary"),
    ("transcription", "summary"),
)
CHAPTERS_AT = (("chapterization", "results"), ("chapterization", "chapters"))
MOST_CHAPTERS = 500
LONGEST_SUMMARY = 100_000


@dataclass(frozen=True, slots=True)
class ChapterMark:
    start_ms: int
    end_ms: int | None
    headline: str
    summary: str


@dataclass(frozen=True, slots=True)
class Insights:
    summary: str = ""
    chapters: tuple[ChapterMark, ...] = field(default=())


def parse(data: object) -> Insights:
    """Read a raw transcription document."""
    if not isinstance(data, dict):
        raise Unreadable("The provider's notes are not in a form that can be read.")
    chunks = data.get("transcriptions")
    chunks = (
        [chunk for chunk in chunks if isinstance(chunk, dict)] if isinstance(chunks, list) else []
    )
    chapters = sorted(_chapters(chunks), key=lambda chapter: chapter.start_ms)
    return Insights(summary=_summary(chunks), chapters=tuple(chapters[:MOST_CHAPTERS]))


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


def _chapters(chunks: list[dict[str, Any]]) -> Iterator[ChapterMark]:
    offset_ms = 0
    for chunk in chunks:
        for place in CHAPTERS_AT:
            if isinstance(found := _at(chunk, place), list) and found:
                yield from _marks(found, offset_ms)
                break
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
