"""What people put right, laid over a transcription: in force, taken back, over another one."""

import pytest

from recordings import timings
from recordings.layers import carried
from recordings.matching import are_same, counterparts
from recordings.retiming import reworded
from recordings.transcripts import Turn


def turn(speaker: str, start: int, end: int, text: str = "so", index: int = 0) -> Turn:
    return Turn(index, speaker, start, end, text, "", len(text.split()))


def timed(text: str, *starts: int) -> Turn:
    """A turn whose words take 200 ms each and begin at `starts`."""
    words, first = [], 0
    for start, run in zip(starts, text.split(), strict=True):
        words.append(timings.Word(start, start + 200, first, first + len(run)))
        first += len(run) + 1
    packed = timings.pack(words, turn_start_ms=starts[0], text=text)
    return Turn(0, "Ada", starts[0], starts[-1] + 200, text, packed, len(starts))


def starts_of(turn: Turn) -> list[tuple[str, int]]:
    words = timings.unpack(turn.words, turn_start_ms=turn.start_ms, text=turn.text)
    return [(turn.text[word.first : word.last], word.start_ms) for word in words]


CAME = timed("we ship the bugdet on friday", 1000, 1300, 1600, 1900, 2200, 2500)


def test_words_that_stay_keep_their_times() -> None:
    now = reworded(CAME, "We ship the budget on Friday.")
    assert starts_of(now) == [
        ("We", 1000), ("ship", 1300), ("the", 1600), ("budget", 1800), ("on", 2200),
        ("Friday.", 2500),
    ]  # fmt: skip
    assert (now.start_ms, now.end_ms, now.word_count) == (1000, 2700, 6)


@pytest.mark.parametrize(
    "text",
    ["Friday", "no word of it is the same as before", "we we we we ship 🙂 it all on friday then"],
)
def test_new_words_share_the_time_between_their_neighbours(text: str) -> None:
    now = reworded(CAME, text)
    starts = [start for _, start in starts_of(now)]
    assert [word for word, _ in starts_of(now)] == text.split()
    assert starts == sorted(starts)
    assert min(starts) >= CAME.start_ms
    assert max(starts) <= CAME.end_ms


def test_turn_without_word_times_stays_one() -> None:
    assert reworded(turn("Ada", 0, 900, "we ship"), "we sell").words == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we ship the bugdet now", "we ship the budget now"),  # as it was made
        ("we ship the budget now", "we ship the budget now"),  # there already
        ("so We ship the bugdet, now then", "so We ship the budget now then"),  # signs aside
        ("we sell the house now", None),  # other words
        ("bugdet", "budget"),
    ],
)
def test_change_is_carried_where_the_words_are_the_same(text: str, expected: str | None) -> None:
    assert carried("we ship the bugdet now", "we ship the budget now", text) == expected


def test_only_the_words_that_are_the_same_are_changed() -> None:
    before, after = "the bugdet of jon is high", "the budget of John is high"
    assert carried(before, after, "and the bugdet of Jane is high") == (
        "and the budget of Jane is high"
    )


def test_what_was_put_in_needs_its_neighbours() -> None:
    before, after = "we ship on friday", "we do not ship on friday"
    assert carried(before, after, "well we ship on friday") == "well we do not ship on friday"
    assert carried(before, after, "we hardly ship on friday") is None
    assert carried("ship it", "Please ship it", "ship it now") == "Please ship it now"


def test_short_word_in_a_long_speech_stays_with_whoever_said_it() -> None:
    before = [turn("Speaker 1", 0, 10_000), turn("Speaker 2", 3000, 4000)]
    now = [turn("A", 0, 5000), turn("B", 3100, 4000), turn("A", 5000, 10_000)]
    assert counterparts(before, now) == [0, 1, 0]


def test_turn_of_another_moment_has_no_counterpart() -> None:
    assert counterparts([turn("A", 0, 1000)], [turn("A", 5000, 6000), turn("A", 0, 0)]) == [None, 0]
    assert counterparts([], [turn("A", 0, 10)]) == [None]


def test_transcriptions_are_the_same_when_every_turn_is() -> None:
    assert are_same([turn("A", 0, 1)], [turn("A", 0, 1)])
    assert not are_same([turn("A", 0, 1)], [turn("B", 0, 1)])
    assert not are_same([turn("A", 0, 1)], [])
