"""Recall's transcript becomes the one form that recordings read, whatever is missing in it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.transcripts import parse
from tests.upstream.test_generated_webhooks import json_values
from upstream.recall.files import transcript


def word(text: str, start: float | None, end: float | None) -> dict[str, object]:
    return {
        "text": text,
        "start_timestamp": None if start is None else {"relative": start},
        "end_timestamp": None if end is None else {"relative": end, "absolute": "2026-03-04"},
    }


def block(name: str | None, *words: dict[str, object], number: int = 101) -> dict[str, object]:
    return {"participant": {"id": number, "name": name}, "words": list(words)}


def test_blocks_become_turns_with_their_words() -> None:
    parsed = parse(
        transcript(
            [
                block("Ada Moss", word("Good", 4.1, 4.3), word("morning.", 4.4, 5.0)),
                block("Ada Moss", word("Shall we begin?", 6.0, None)),
                block(None, word("Yes.", 7.0, 7.5), number=7),
                block(None, word("No.", None, None), number=9),
                block(None, word("But yes.", 9.0, 9.5), number=7),
                block("Ben Oak"),
            ]
        )
    )
    turns = sorted(parsed.turns, key=lambda turn: turn.text)
    assert [(turn.speaker, turn.text) for turn in turns] == [
        ("Speaker 1", "But yes."),
        ("Ada Moss", "Good morning."),
        ("Speaker 2", "No."),
        ("Ada Moss", "Shall we begin?"),
        ("Speaker 1", "Yes."),
    ]
    good = next(turn for turn in turns if turn.text == "Good morning.")
    assert (good.start_ms, good.end_ms, good.word_count) == (4100, 5000, 2)
    assert parsed.provider == "recallai"


KEYS = (
    "participant",
    "words",
    "text",
    "start_timestamp",
    "end_timestamp",
    "relative",
    "name",
    "id",
)
odd_blocks = st.lists(st.dictionaries(st.sampled_from(KEYS), json_values), max_size=4)


@settings(max_examples=120, deadline=None, database=None)
@given(odd_blocks | json_values)
def test_odd_file_never_trips_the_reader(file: object) -> None:
    parse(transcript(file))
