"""The formats a transcript can be exported in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from recordings.exports import data, subtitles, texts, word
from recordings.exports.about import About, about
from recordings.exports.lines import Line, Times, Wishes, lines
from recordings.models import Recording, Transcript

PREVIEW_LINES = 8

Writer = Callable[[About, Iterable[Line]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """`write` makes its text; DOCX, which is none, is previewed as what it will say."""

    label: str
    suffix: str
    content_type: str
    write: Writer
    has_own_times: bool = False  # subtitles: cut from single turns, always with their times


FORMATS = {
    "txt": Format("Plain text", "txt", "text/plain; charset=utf-8", texts.plain),
    "md": Format("Markdown", "md", "text/markdown; charset=utf-8", texts.markdown),
    "docx": Format(
        "Word (DOCX)",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        texts.plain,
    ),
    "srt": Format("Subtitles (SRT)", "srt", "application/x-subrip", subtitles.srt, True),
    "vtt": Format("Subtitles (WebVTT)", "vtt", "text/vtt; charset=utf-8", subtitles.vtt, True),
    "json": Format("JSON, for programs", "json", "application/json", data.lines_as_json),
}


def export(
    recording: Recording, transcript: Transcript, kind: str, wishes: Wishes
) -> Iterator[bytes]:
    """The file, piece by piece."""
    told, said = about(recording, transcript, wishes.wording), _lines(transcript, kind, wishes)
    if kind == "docx":
        return word.docx(told, said)
    return (piece.encode() for piece in FORMATS[kind].write(told, said))


def preview(recording: Recording, transcript: Transcript, kind: str, wishes: Wishes) -> str:
    """How the file begins."""
    said = islice(_lines(transcript, kind, wishes), PREVIEW_LINES)
    return "".join(FORMATS[kind].write(about(recording, transcript, wishes.wording), said)).strip()


def _lines(transcript: Transcript, kind: str, wishes: Wishes) -> Iterator[Line]:
    if FORMATS[kind].has_own_times:
        wishes = replace(wishes, times=Times.EACH, is_merged=False)
    return lines(transcript, wishes)
