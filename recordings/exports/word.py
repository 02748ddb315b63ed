"""The export for word processors: DOCX, by python-docx.

Every text is the content of a run, never a field, a link or markup. What XML cannot hold is left
out; the file is made on disk once it is large.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from docx import Document

from recordings.exports.about import About
from recordings.exports.lines import Line
from recordings.fragments import clock

IN_MEMORY = 2**20
CHUNK = 256 * 1024
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def docx(about: About, lines: Iterable[Line]) -> Iterator[bytes]:
    """A title, the facts, and a paragraph for each turn."""
    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = _clean(about.title)[:255], "", ""
    properties.created = properties.modified = datetime.fromisoformat(str(about.data["started_at"]))
    document.add_heading(_clean(about.title), level=0)
    for fact in about.facts:
        document.add_paragraph(_clean(fact), style="Subtitle")
    for line in lines:
        paragraph = document.add_paragraph()
        if line.speaker:
            paragraph.add_run(f"{_clean(line.speaker)}  ").bold = True
        if line.mark is not None:
            paragraph.add_run(f"{clock(line.mark)}  ").italic = True
        paragraph.add_run(_clean(line.text))
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        document.save(file)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _clean(text: str) -> str:
    return NOT_XML.sub("", text)
