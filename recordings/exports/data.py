"""The export for programs: JSON, one turn a line, written as it is read.

{"title": "Weekly sync", …, "version": "original", "turns": [
{"speaker": "Ada Moss", "start": 724.0, "end": 731.25, "text": "Good morning."},
…
]}
"""

import json
from collections.abc import Iterable, Iterator

from recordings.exports.about import About
from recordings.exports.lines import Line


def lines_as_json(about: About, lines: Iterable[Line]) -> Iterator[str]:
    """JSON whose text cannot end a <script> it may be pasted into."""
    head = _dumped(about.data)
    yield f'{head[:-1]}, "turns": [\n'
    before = ""
    for line in lines:
        turn: dict[str, str | float] = {"speaker": line.speaker} if line.speaker else {}
        if line.mark is not None:
            turn |= {"start": line.start_ms / 1000, "end": line.end_ms / 1000}
        yield f"{before}{_dumped({**turn, 'text': line.text})}"
        before = ",\n"
    yield "\n]}\n"


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
