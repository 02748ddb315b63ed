"""Transcripts as providers send them, and as they might."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import timings, transcripts
from recordings.timings import Word
from recordings.transcripts import ParsedTranscript, Unreadable, parse

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)
SECONDS = st.floats(0, 20_000) | st.integers(0, 20_000)
WORD = st.fixed_dictionaries(
    {},
    optional={"word": st.text(max_size=8) | ANYTHING, "start": SECONDS | ANYTHING, "end": SECONDS},
)
UTTERANCE = st.fixed_dictionaries(
    {},
    optional={
        "text": st.text(max_size=60) | ANYTHING,
        "start": SECONDS | ANYTHING,
        "end": SECONDS | ANYTHING,
        "speaker": st.text(max_size=10) | st.integers() | st.none(),
        "words": st.lists(WORD, max_size=8) | ANYTHING,
    },
)


def document(*utterances: object, **result: object) -> dict[str, Any]:
    return {"provider": "gladia", "result": {"utterances": list(utterances), **result}}


def said(text: str, *times: tuple[str, float, float], **fields: Any) -> dict[str, Any]:
    words = [{"word": word, "start": start, "end": end} for word, start, end in times]
    return {"text": text, "start": 1.0, "end": 9.0, "speaker": "Ada", "words": words, **fields}


def places(parsed: ParsedTranscript) -> list[tuple[str, int, int]]:
    """What each word of the first turn is, and when."""
    turn = parsed.turns[0]
    words = timings.unpack(turn.words, turn_start_ms=turn.start_ms, text=turn.text)
    return [(turn.text[word.first : word.last], word.start_ms, word.end_ms) for word in words]


def test_words_are_found_in_their_text() -> None:
    parsed = parse(document(said("Good morning.", ("Good", 1.0, 1.32), ("morning.", 1.4, 2.02))))
    assert places(parsed) == [("Good", 1000, 1320), ("morning.", 1400, 2020)]
    assert parsed.word_count == 2


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Good morning.", [" Good", " morning."], ["Good", "morning."]),
        ("Good morning.", ["good", "morning"], ["Good", "morning"]),
        ("Good morning, Ada.", ["Good", "evening", "Ada"], ["Good", "Ada"]),
        ("今日は良い", ["今日", "は", "良い"], ["今日", "は", "良い"]),
        ("a 😀 b", ["a", "😀", "b"], ["a", "😀", "b"]),
        ("no no no", ["no", "no", "no"], ["no", "no", "no"]),
        ("New York now", ["New York", "now"], ["New York", "now"]),
        ("İstanbul now", ["istanbul", "now"], ["now"]),
        (
            "two  lines\r\nof\u00a0text\ufeff",
            ["two", "lines", "of", "text"],
            ["two", "lines", "of", "text"],
        ),
    ],
)
def test_words_that_differ_from_the_text(text: str, words: list[str], found: list[str]) -> None:
    timed = [(word, 1.0 + index, 1.5 + index) for index, word in enumerate(words)]
    assert [word for word, _, _ in places(parse(document(said(text, *timed))))] == found


def test_times_that_run_backwards_are_brought_into_order() -> None:
    parsed = parse(document(said("a b c", ("a", 3.0, 2.0), ("b", 2.0, 4.0), ("c", 5.0, 6.0))))
    assert places(parsed) == [("a", 3000, 3000), ("b", 3000, 4000), ("c", 5000, 6000)]


def test_turns_are_sorted_and_may_overlap() -> None:
    late = said("Late.", start=8, end=9)
    early = said("Early.", start=2, end=8.5)
    parsed = parse(document(late, early))
    assert [(turn.index, turn.text) for turn in parsed.turns] == [(0, "Early."), (1, "Late.")]
    assert parsed.talk_seconds() == {"Ada": 7.5}


def test_a_turn_without_text_is_made_of_its_words() -> None:
    parsed = parse(document({**said("", (" Good", 1, 2), (" morning.", 2, 3)), "text": None}))
    assert parsed.turns[0].text == "Good morning."


def test_a_turn_without_times_takes_those_of_its_words() -> None:
    turn = parse(document(said("Hi.", ("Hi.", 4.0, 4.5), start=None, end=None))).turns[0]
    assert (turn.start_ms, turn.end_ms) == (4000, 4500)


@pytest.mark.parametrize(
    ("speaker", "name"),
    [("Ada", "Ada"), (0, "Speaker 1"), (None, ""), (True, ""), (" a\x00\nb ", "a b"), ({}, "")],
)
def test_speakers_have_names_where_they_can(speaker: object, name: str) -> None:
    assert parse(document(said("Hi.", speaker=speaker))).turns[0].speaker == name


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"result": None},
        {"result": []},
        {"result": {}},
        document(),
        document(None, 3, {}, said(" ")),
    ],
)
def test_nothing_said_is_a_transcript_without_turns(data: object) -> None:
    assert parse(data).turns == ()


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_what_is_no_document_is_unreadable(data: object) -> None:
    with pytest.raises(Unreadable):
        parse(data)


def test_the_language_is_told_or_the_commonest() -> None:
    assert parse(document(languages=["sv"])).language == "sv"
    english, swedish = said("Hi.", language="en"), said("Hej.", language="sv")
    assert parse(document(swedish, english, english)).language == "en"


@given(st.lists(UTTERANCE | ANYTHING, max_size=6))
def test_whatever_comes_is_read_into_rows_that_can_be_stored(utterances: list[object]) -> None:
    parsed = parse(document(*utterances))
    assert [turn.start_ms for turn in parsed.turns] == sorted(
        turn.start_ms for turn in parsed.turns
    )
    for turn in parsed.turns:
        assert 0 <= turn.start_ms <= turn.end_ms <= transcripts.LATEST_MS
        assert turn.text
        assert "\x00" not in turn.text + turn.speaker
        (turn.text + turn.speaker).encode()  # no lone surrogates
        words = list(timings.unpack(turn.words, turn_start_ms=turn.start_ms, text=turn.text))
        starts = [word.start_ms for word in words]
        assert starts == sorted(starts)
        for before, after in pairwise(words):
            assert before.first < before.last <= after.first
        assert not words or words[-1].last <= len(turn.text)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=6), st.integers(0, 900)), max_size=12))
def test_what_is_packed_can_be_unpacked(spoken: list[tuple[str, int]]) -> None:
    tokens = [(transcripts.clean(token), length) for token, length in spoken]
    text, words, start = "", [], 500
    for token, length in tokens:
        if token:
            first = len(text) + (1 if text else 0)
            text = f"{text} {token}" if text else token
            words.append(Word(start, start + length * 10, first, len(text)))
            start += length * 10
    packed = timings.pack(words, turn_start_ms=500, text=text)
    assert list(timings.unpack(packed, turn_start_ms=500, text=text)) == words


def test_the_quick_way_packs_as_the_careful_one_does() -> None:
    text = "One two three."
    words = [Word(1000, 1500, 0, 3), Word(1600, 40_000, 4, 7), Word(30_000, 30_010, 8, 14)]
    careful = timings.pack(words, turn_start_ms=1000, text=text)
    timed = [(text[w.first : w.last], w.start_ms / 1000, w.end_ms / 1000) for w in words]
    assert parse(json.loads(json.dumps(document(said(text, *timed))))).turns[0].words == careful
