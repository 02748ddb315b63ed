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


def test_action_items_are_the_lines_of_the_answer() -> None:
    def answer(text: object) -> dict[str, Any]:
        return {"audio_to_llm": {"results": [{"results": {"prompt": "…", "response": text}}]}}

    told = insights.parse(
        raw(
            answer("- Ada writes to Acme.\n\n2. Al calls back  \n- Ada writes to Acme."),
            answer("-"),
        )
    )
    assert told.tasks == ("Ada writes to Acme.", "Al calls back")
    odd = raw(answer(None), answer(3), {"audio_to_llm": {"results": [None, {"results": "x"}]}})
    assert insights.parse(odd).tasks == ()


def test_names_are_counted_and_placed_by_their_first_time() -> None:
    def chunk(*names: tuple[str, str, float]) -> dict[str, Any]:
        results = [{"text": text, "entity_type": kind, "start": at} for text, kind, at in names]
        return {
            "metadata": {"audio_duration": 100},
            "named_entity_recognition": {"results": results},
        }

    told = insights.parse(
        raw(
            chunk(("Acme", "ORGANIZATION", 5), ("Friday", "DATE", 7)),
            chunk(("acme", "ORGANIZATION", 1), ("Acme", "NAME", 2)),
            {"named_entity_recognition": {"results": [{"text": " "}, 7, {"text": "Oslo"}]}},
        )
    )
    assert [(one.text, one.category, one.start_ms, one.count) for one in told.mentions] == [
        ("Acme", "ORGANIZATION", 5_000, 2),
        ("Friday", "DATE", 7_000, 1),
        ("Acme", "NAME", 102_000, 1),
        ("Oslo", "", None, 1),
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
