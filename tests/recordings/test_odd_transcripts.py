"""Odd transcripts, from the file to the rows, the page's HTML and what search finds.

tests/fixtures/transcripts/ has a file per oddity: a provider's document, and what becomes of it.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Workspace
from recordings import fragments, readings, timings
from recordings.models import ArtifactKind, Passage, Recording
from tests.recordings.factories import make_recording
from tests.recordings.test_transcripts import ANYTHING, UTTERANCE, document

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent.parent / "fixtures" / "transcripts"
ODD = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def take_in(recording: Recording, data: object, path: Path, kind: str = "transcript") -> Recording:
    """The way of a downloaded file."""
    path.write_text(json.dumps(data))
    readings.read(kind, path).take_in(recording)
    return Recording.objects.get(pk=recording.pk)


def turns_of(recording: Recording) -> list[list[Any]]:
    return [
        [
            turn.speaker,
            turn.start_ms,
            turn.end_ms,
            turn.text,
            [
                [turn.text[word.first : word.last], word.start_ms, word.end_ms]
                for word in timings.unpack(turn.words, turn_start_ms=turn.start_ms, text=turn.text)
            ],
        ]
        for turn in recording.transcript.utterances.all()
    ]


@pytest.mark.parametrize("name", ODD)
def test_an_odd_transcript_becomes_the_same_rows(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    odd = ODD[name]
    before = make_recording(workspace, words=40)
    recording = take_in(before, odd["document"], tmp_path / "file")
    assert turns_of(recording) == odd["turns"]
    assert recording.transcript.language == odd["language"]
    spoken = recording.participants.filter(has_spoken=True)
    assert dict(spoken.values_list("name", "talk_seconds")) == odd["talk_seconds"]


def test_chapters_of_a_chunked_document_count_from_the_beginning(
    workspace: Workspace, tmp_path: Path
) -> None:
    chapter = {"headline": "Budget", "start": 5, "end": 9.5}
    chunk = {"metadata": {"audio_duration": 1800}, "chapterization": {"results": [chapter]}}
    data = {"bot_id": "6f1c", "transcriptions": [chunk, chunk]}
    recording = take_in(
        make_recording(workspace), data, tmp_path / "file", ArtifactKind.RAW_TRANSCRIPT
    )
    starts = recording.chapters.values_list("start_ms", flat=True)
    assert list(starts) == [5_000, 1_805_000]


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(utterances=st.lists(UTTERANCE | ANYTHING, max_size=5))
def test_whatever_comes_replaces_all_that_was_there(
    workspace: Workspace, tmp_path: Path, utterances: list[object]
) -> None:
    """Each example is taken in over what the one before left."""
    recording = Recording.objects.first() or make_recording(workspace)
    recording = take_in(recording, document(*utterances), tmp_path / "file")
    transcript = recording.transcript
    turns = list(transcript.utterances.all())
    assert [turn.index for turn in turns] == list(range(len(turns)))
    assert [turn.start_ms for turn in turns] == sorted(turn.start_ms for turn in turns)
    found = Passage.objects.filter(workspace=workspace).values_list("transcript", "index")
    assert sorted(found) == [(transcript.pk, turn.index) for turn in turns]
    assert fragments.html(bytes(transcript.fragment)).count('<li class="turn"') == len(turns)
    spoke = set(recording.participants.filter(has_spoken=True).values_list("name", flat=True))
    assert spoke == {turn.speaker for turn in turns if turn.speaker}
    length = sum(turn.end_ms - turn.start_ms for turn in turns if turn.speaker) / 1000
    talked = sum(person.talk_seconds for person in recording.participants.all())
    assert talked == pytest.approx(length)
