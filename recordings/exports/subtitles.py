"""Exports that run along with the film: SRT and WebVTT, cut into cues as the player's captions are.

SRT knows no escapes and its players take <…> for styling, so a sign that nobody sees keeps a
stranger's < and --> from being any.
"""

from collections.abc import Iterable, Iterator

from recordings import captions
from recordings.exports.about import About
from recordings.exports.lines import Line

INVISIBLE = "\u2060"  # word joiner: no width, no break


def srt(about: About, lines: Iterable[Line]) -> Iterator[str]:
    """SubRip: numbered cues, the speaker before the first of a turn."""
    number = 0
    for line in lines:
        for place, cue in enumerate(captions.cues(line)):
            number += 1
            speaker = f"{_tame(line.speaker)}: " if line.speaker and not place else ""
            begin, end = (captions.clock(at).replace(".", ",") for at in (cue.start_ms, cue.end_ms))
            yield f"{number}\n{begin} --> {end}\n{speaker}{_tame(cue.text)}\n\n"


def vtt(about: About, lines: Iterable[Line]) -> Iterator[str]:
    """WebVTT: the speaker is the cue's voice."""
    yield "WEBVTT\n"
    for line in lines:
        for cue in captions.cues(line):
            yield f"\n{captions.block(cue, line.speaker)}\n"


def _tame(text: str) -> str:
    return text.replace("<", f"<{INVISIBLE}").replace("-->", f"--{INVISIBLE}>")
