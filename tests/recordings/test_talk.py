"""Who talks when: the figures, and lanes that stay small and inside their box."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Workspace
from recordings import talk
from recordings.talk import HEIGHT, MOST_LANES, WIDTH, Spoken
from tests.recordings.factories import make_recording

BAR = re.compile(rf"M(\d+) 0H(\d+)V{HEIGHT}H\1z")


def bars(path: str) -> list[tuple[int, int]]:
    assert BAR.sub("", path) == ""
    return [(int(left), int(right)) for left, right in BAR.findall(path)]


def test_figures_count_a_voice_in_a_row_as_one_turn() -> None:
    ada, ben, nobody = talk.figures(
        [
            Spoken("Ada", 0, 4_000, 1),
            Spoken("Ada", 4_500, 9_000, 0),
            Spoken("Ben", 9_000, 12_000, 2),
            Spoken("Ada", 12_000, 14_000, 1),
            Spoken("", 14_000, 15_000, 0),
        ]
    )
    assert (ada.name, ada.number, ada.turns, ada.questions) == ("Ada", 1, 2, 2)
    assert (ada.seconds, ada.longest_ms, ada.longest_at_ms) == (10.5, 9_000, 0)
    assert (ben.number, ben.seconds, ben.longest_at_ms) == (2, 3.0, 9_000)
    assert (nobody.name, nobody.number) == ("Unknown speaker", 0)


def test_lanes_are_bars_over_the_whole_length() -> None:
    speakers = talk.figures([Spoken("Ada", 0, 50_000, 0), Spoken("Ben", 50_000, 60_000, 0)])
    told = talk.timeline(speakers, 100_000, [0, 25_000])
    assert told is not None
    assert [(lane.name, lane.tint) for lane in told.lanes] == [("Ada", 1), ("Ben", 2)]
    assert bars(told.lanes[0].path) == [(0, WIDTH // 2)]
    assert bars(told.lanes[1].path) == [(WIDTH // 2, WIDTH * 6 // 10)]
    assert told.chapters == f"M{WIDTH // 4} 0v{HEIGHT}"


def test_silence_has_no_lanes() -> None:
    assert talk.timeline([], 60_000, [0]) is None
    assert talk.timeline(talk.figures([Spoken("Ada", 0, 0, 0)]), 0, []) is None


def test_who_speaks_little_shares_the_last_lane() -> None:
    crowd = [Spoken(f"P{n}", n * 1_000, n * 1_000 + 900 - n, 0) for n in range(12)]
    told = talk.timeline(talk.figures(crowd), 12_000, [])
    assert told is not None
    assert len(told.lanes) == MOST_LANES
    assert told.lanes[-1].name == "5 others"
    assert len(bars(told.lanes[-1].path)) >= 1


spoken = st.builds(
    lambda name, start, length, questions: Spoken(name, start, start + length, questions),
    st.sampled_from(["", *"ABCDEFGHIJKL"]),
    st.integers(0, 4 * 3_600_000),
    st.integers(0, 600_000),
    st.integers(0, 3),
)


@given(st.lists(spoken, max_size=40), st.integers(0, 4 * 3_600_000))
def test_whatever_is_said_stays_in_the_box(said: list[Spoken], length_ms: int) -> None:
    speakers = talk.figures(sorted(said, key=lambda one: one.start_ms))
    assert sum(one.questions for one in speakers) == sum(one.questions for one in said)
    told = talk.timeline(speakers, length_ms, [])
    for lane in told.lanes if told else ():
        drawn = bars(lane.path)
        assert drawn
        assert all(0 <= left < right <= WIDTH + 1 for left, right in drawn)
        assert all(before[1] < after[0] for before, after in pairwise(drawn))


@pytest.mark.django_db
def test_speakers_of_a_stored_transcript(workspace: Workspace) -> None:
    recording = make_recording(workspace, words=900)
    found = talk.speakers(recording.transcript)
    assert [one.seconds for one in found] == sorted((one.seconds for one in found), reverse=True)
    shares = {one.name: one.talk_seconds for one in recording.participants.all()}
    assert {one.name: round(one.seconds, 3) for one in found} == {
        name: round(seconds, 3) for name, seconds in shares.items()
    }
    asked = recording.transcript.utterances.filter(text__contains="?").count()
    assert sum(one.questions for one in found) == asked > 0
