"""Each format, read back: what was said comes out again, and stays text whatever it was."""

import io
import json
import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from docx import Document
from markdown_it import MarkdownIt

from accounts.models import Workspace
from recordings.exports import formats
from recordings.exports.lines import Initials
from recordings.forms import ExportForm
from recordings.models import ArtifactKind, ArtifactState, Recording
from tests.recordings.factories import make_artifact, make_recording
from tests.recordings.test_search import say

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://evil.example") <script>alert(1)</script> 1 --> 2 *b* [a](b) & \x07 \\'
TURNS = (
    ("Ada Moss", "Good morning."),
    ("Ada Moss", "Shall we begin?"),
    ("Al Munro", "Yes."),
    ("", HOSTILE),
)


@pytest.fixture
def recording(workspace: Workspace) -> Recording:
    recording = make_recording(
        workspace, title='Q3/"plan" <b>\u202e..', platform="zoom", with_media=False
    )
    say(recording, *TURNS)
    return recording


def exported(recording: Recording, query: str) -> bytes:
    form = ExportForm(QueryDict(query))
    kind = form.cleaned_data["format"]
    return b"".join(formats.export(recording, recording.transcript, kind, form.wishes))


def text(recording: Recording, query: str) -> str:
    return exported(recording, query).decode()


def test_plain_text_reads_back(recording: Recording) -> None:
    head, *turns = text(recording, "format=txt").split("\n\n")
    assert head.splitlines()[0] == recording.title
    assert "Original wording, transcribed by x" in head
    assert "4 Mar 2026, 15:00 (UTC)" in head
    assert turns[0] == "0:00:00  Ada Moss: Good morning."
    assert turns[3].rstrip("\n") == f"0:00:30  Unknown speaker: {HOSTILE}"


def test_plain_text_is_no_formula(recording: Recording) -> None:
    assert f"\n {HOSTILE}\n" in text(recording, "names=off&times=off")
    assert not re.search(r"^[=+@\t-]", text(recording, "names=off&times=off"), re.MULTILINE)


def test_names_may_be_initials_or_left_out(recording: Recording) -> None:
    short = text(recording, "names=initials")
    assert re.findall(r"^0:00:\d\d  (\w+|\?): ", short, re.MULTILINE) == ["AM", "AM", "AM2", "?"]
    assert "Ada" not in short
    assert "0:00:20  Yes." in text(recording, "names=off")
    initials = Initials()
    names = ("Ada Moss", "Al Munro", "Ada Moss", "Émile", "<b> x", "Speaker 2")
    assert [initials.of(name) for name in names] == ["AM", "AM2", "AM", "É", "X", "S2"]


def test_turns_of_one_person_are_joined(recording: Recording) -> None:
    joined = text(recording, "merged=on")
    assert "0:00:00  Ada Moss: Good morning. Shall we begin?\n" in joined
    assert joined.count("\n\n") == 3


def test_times_come_at_every_turn_every_few_minutes_or_never(workspace: Workspace) -> None:
    recording = make_recording(workspace, words=0)
    say(recording, *(("Ada", f"turn {number}") for number in range(20)))  # ten seconds each

    def marks(query: str) -> list[str]:
        return re.findall(r"^\d:\d\d:\d\d", text(recording, query), re.MULTILINE)

    assert len(marks("times=each")) == 20
    assert marks("times=off") == []
    assert marks("times=every&minutes=1") == ["0:00:00", "0:01:00", "0:02:00", "0:03:00"]
    assert marks("times=every&minutes=2&merged=on") == ["0:00:00", "0:02:00"]
    assert text(recording, "times=every&minutes=2&merged=on").count("Ada: ") == 2


def test_markdown_renders_back_to_the_words(recording: Recording) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).render(text(recording, "format=md"))
    inline = [token for token in MarkdownIt("commonmark", {"html": True}).parse(
        text(recording, "format=md")) if token.type == "inline"]  # fmt: skip
    words = ["".join(one.content for one in token.children or ()) for token in inline]
    assert words[0] == recording.title
    assert "Ada Moss (0:00:00): Good morning." in words
    assert f"Unknown speaker (0:00:30): {HOSTILE}" in words
    for live in ("<script", "<a ", "<b>", "<em>"):
        assert live not in rendered
    assert rendered.count("<h1>") == 1


def test_markdown_lines_are_never_lists_or_headings(workspace: Workspace) -> None:
    recording = make_recording(workspace, words=0)
    odd = ("# one", "1. two", "- three", "> four", "=====", "---", "    five", "+ six", "|a|b|")
    say(recording, *odd)
    tokens = MarkdownIt("commonmark").parse(text(recording, "format=md&names=off&times=off"))
    paragraphs = [token.content for token in tokens if token.type == "inline" and token.level == 1]
    assert len(paragraphs) == 1 + len(odd)
    assert sum(token.type == "heading_open" for token in tokens) == 1


CUE = re.compile(
    r"(?P<number>\d+)\n(\d\d):(\d\d):(\d\d),(\d{3}) --> (\d\d):(\d\d):(\d\d),(\d{3})\n(?P<text>.+)"
)


def test_srt_reads_back(recording: Recording) -> None:
    blocks = text(recording, "format=srt&times=off&merged=on").strip().split("\n\n")
    cues = [CUE.fullmatch(block) for block in blocks]
    assert all(cues)
    found = [cue for cue in cues if cue]
    assert [int(cue["number"]) for cue in found] == list(range(1, len(found) + 1))
    assert found[0].group(0) == "1\n00:00:00,000 --> 00:00:03,214\nAda Moss: Good"
    said = " ".join(cue["text"] for cue in found).replace("\u2060", "")
    spoken = [f"{speaker or 'Unknown speaker'}: {words}" for speaker, words in TURNS]
    assert said == " ".join(spoken)
    assert not re.search(r"<[a-z/]", " ".join(cue["text"] for cue in found))
    assert not any("-->" in cue["text"] for cue in found)


def test_webvtt_reads_back(recording: Recording) -> None:
    head, *blocks = text(recording, "format=vtt&names=initials").strip().split("\n\n")
    assert head == "WEBVTT"
    assert blocks[0] == "00:00:00.000 --> 00:00:03.214\n<v AM>Good"
    spoken = [block.split("\n")[1] for block in blocks if "<v ?>" in block]
    payload = " ".join(words.removeprefix("<v ?>") for words in spoken)
    plain = payload.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert plain == HOSTILE
    assert "<script" not in payload
    assert "<v" not in text(recording, "format=vtt&names=off")


def test_json_reads_back(recording: Recording) -> None:
    raw = text(recording, "format=json")
    told = json.loads(raw)
    assert (told["title"], told["platform"], told["version"]) == (
        recording.title,
        "zoom",
        "original",
    )
    assert told["turns"][0] == {
        "speaker": "Ada Moss", "start": 0.0, "end": 9.0, "text": "Good morning.",
    }  # fmt: skip
    assert told["turns"][3]["text"] == HOSTILE
    assert "<" not in raw
    assert json.loads(text(recording, "format=json&names=off&times=off"))["turns"][0] == {
        "text": "Good morning."
    }


def test_docx_reads_back(recording: Recording) -> None:
    document = Document(io.BytesIO(exported(recording, "format=docx")))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    assert paragraphs[0] == recording.title
    assert "Ada Moss  0:00:00  Good morning." in paragraphs
    assert f"Unknown speaker  0:00:30  {HOSTILE}".replace("\x07", "") in paragraphs
    xml = document.element.xml
    for active in ("w:fldSimple", "w:instrText", "w:hyperlink", "<script"):
        assert active not in xml
    assert document.core_properties.author == ""


def test_a_transcript_without_turns_is_a_file_too(workspace: Workspace) -> None:
    recording = make_recording(workspace, words=0)
    assert {kind for kind in formats.FORMATS if not exported(recording, f"format={kind}")} == {
        "srt"
    }
    assert json.loads(text(recording, "format=json"))["turns"] == []


@pytest.mark.parametrize("kind", formats.FORMATS)
def test_file_is_saved_under_a_name_every_system_takes(
    alice: Client, recording: Recording, kind: str
) -> None:
    answer: Any = alice.get(f"/recordings/{recording.public_id}/export/file/?format={kind}")
    assert answer["Content-Disposition"] == f'attachment; filename="2026-03-04_Q3plan_b...{kind}"'
    assert answer["Content-Type"] == formats.FORMATS[kind].content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer.streaming
    assert b"".join(answer.streaming_content)


def test_page_shows_how_the_file_begins(alice: Client, recording: Recording) -> None:
    address = f"/recordings/{recording.public_id}/export/"
    page = alice.get(f"{address}?format=md&names=initials&times=off").content.decode()
    assert "**AM**: Good morning\\." in page
    assert "<script>alert" not in page
    fragment = alice.get(f"{address}?format=srt", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" not in fragment
    assert "00:00:00,000 --&gt; 00:00:03,214" in fragment
    assert fragment.strip() in alice.get(f"{address}?format=srt").content.decode()


@pytest.mark.parametrize("query", ["format=exe", "names=%00", "minutes=0&times=every", "times=x"])
def test_a_wrong_wish_is_as_it_begins(alice: Client, recording: Recording, query: str) -> None:
    address = f"/recordings/{recording.public_id}/export/"
    assert "Ada Moss: Good morning." in alice.get(f"{address}?{query}").content.decode()


def test_page_says_what_is_not_there(alice: Client, workspace: Workspace) -> None:
    silent = make_recording(workspace, words=0)
    address = f"/recordings/{silent.public_id}/export/"
    page = alice.get(address).content.decode()
    assert "There is no text to save" in page
    assert "Neither is here." in page
    assert alice.get(f"{address}file/").status_code == 404
    make_artifact(silent, ArtifactKind.AUDIO, state=ArtifactState.READY, file="a.flac", size=2048)
    page = alice.get(address).content.decode()
    assert f'href="/recordings/{silent.public_id}/media/audio/?download=1"' in page
    assert "Save the audio" in page


def test_long_transcripts_are_read_in_pieces(alice: Client, workspace: Workspace) -> None:
    recording = make_recording(workspace, words=30_000)
    assert recording.transcript.utterances.count() > 2000
    told = json.loads(text(recording, "format=json"))
    assert len(told["turns"]) == recording.transcript.utterances.count()
    assert [turn["start"] for turn in told["turns"]] == sorted(t["start"] for t in told["turns"])
