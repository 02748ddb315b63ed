"""Summary, chapters and speaker times, wherever the provider put them."""

from typing import Any

import pytest

from recordings import insights
from recordings.transcripts import Unreadable


def raw(*chunks: object) -> dict[str, Any]:
    return {"bot_id": "6f1c", "transcriptions": list(chunks)}


@pytest.mark.parametrize(
    "chunk",
    [
        {"summarization": {"results": "- One.\n- Two."}},
        {"summarization": {"results": "", "summary": "- One.\n- Two."}},
        {"transcription": {"summary": "- One.\r\n-  Two."}, "summarization": None},
    ],
)
def test_the_summary_is_found_in_each_of_its_places(chunk: dict[str, Any]) -> None:
    assert insights.parse(raw(chunk)).summary == "- One.\n- Two."


def test_the_first_place_that_holds_something_counts_over_all_chunks() -> None:
    first = {"summarization": {"results": "One."}, "transcription": {"summary": "Other."}}
    assert insights.parse(raw(first, {}, first)).summary == "One.\n\nOne."


def test_chapters_of_later_chunks_are_moved_behind_the_earlier_ones() -> None:
    chapter = {"headline": "Budget", "summary": "Money.", "start": 5, "end": 9.5}
    chunk = {"metadata": {"audio_duration": 1800}, "chapterization": {"results": [chapter]}}
    last = {"chapterization": {"chapters": [chapter, {"gist": "Hiring", "start": 1}]}}
    told = insights.parse(raw(chunk, chunk, last)).chapters
    assert [(mark.start_ms, mark.end_ms, mark.headline) for mark in told] == [
        (5_000, 9_500, "Budget"),
        (1_805_000, 1_809_500, "Budget"),
        (3_601_000, None, "Hiring"),
        (3_605_000, 3_609_500, "Budget"),
    ]


@pytest.mark.parametrize(
    "data",
    [{}, raw(None, 3, {"chapterization": {"results": [None, {}, {"headline": "x"}]}}), {"a": 1}],
)
def test_what_is_missing_is_no_trouble(data: object) -> None:
    assert insights.parse(data) == insights.Insights()


def test_what_is_no_document_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        insights.parse([])


def test_speaker_times_are_summed_and_bad_lines_passed_over() -> None:
    lines = [
        '{"speaker": "Ada", "start_time": 1, "end_time": 3.5, "user_id": 7}',
        "not json",
        "[]",
        '{"speaker": "Ada", "start_time": 9, "end_time": 8}',
        '{"speaker": "Bo", "start_time": 3, "end_time": 4}',
        '{"speaker": "Ada", "start_time": 5, "end_time": 6}',
        "",
    ]
    assert insights.parse_speaker_times(lines) == {"Ada": 3.5, "Bo": 1.0}
