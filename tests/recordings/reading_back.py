"""Exported files, read as the programs read them that people open them with."""

import html
import io
import json
import re

from docx import Document
from markdown_it import MarkdownIt

TIME = r"\d:\d\d:\d\d"
NAME = r"[A-Z?]{1,3}"


def spoken_in(kind: str, content: bytes) -> str:
    """All that is said in a file that was saved with initials and with a time at every turn."""
    said = _docx(content) if kind == "docx" else READERS[kind](content.decode())
    return " ".join(said).replace("\u2060", "")


def _docx(content: bytes) -> list[str]:
    paragraphs = (one.text for one in Document(io.BytesIO(content)).paragraphs)
    found = (re.fullmatch(rf"{NAME}  {TIME}  (.+)", one) for one in paragraphs)
    return [one[1] for one in found if one]


def _markdown(content: str) -> list[str]:
    inline = (one for one in MarkdownIt("commonmark").parse(content) if one.type == "inline")
    plain = ("".join(it.content for it in one.children or ()) for one in inline)
    found = (re.fullmatch(rf"{NAME} \({TIME}\): (.+)", one) for one in plain)
    return [one[1] for one in found if one]


def _text(content: str) -> list[str]:
    return re.findall(rf"^{TIME}  {NAME}: (.+)$", content, re.MULTILINE)


def _json(content: str) -> list[str]:
    return [turn["text"] for turn in json.loads(content)["turns"]]


def _vtt(content: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(rf"^<v {NAME}>(.+)$", content, re.MULTILINE)]


def _srt(content: str) -> list[str]:
    cues = [cue.split("\n") for cue in content.strip().split("\n\n")]
    assert [int(number) for number, _, _ in cues] == list(range(1, len(cues) + 1))
    return [re.sub(rf"^{NAME}: ", "", said) for _, _, said in cues]


READERS = {"txt": _text, "md": _markdown, "json": _json, "vtt": _vtt, "srt": _srt}
