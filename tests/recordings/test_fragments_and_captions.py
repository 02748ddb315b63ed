"""The transcript's HTML and captions: hostile text stays text, long turns stay readable."""

import gzip
import re

from recordings import captions, fragments, transcripts
from recordings.transcripts import Turn
from tests.recordings.factories import transcription

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'n' </p></li> --> {{ x }}"


def turn(text: str = "Hi.", speaker: str = "Ada", **fields: int) -> Turn:
    times = {"index": 0, "start_ms": 0, "end_ms": 1000, "word_count": 1, **fields}
    return Turn(text=text, speaker=speaker, words="", **times)  # type: ignore[arg-type]


def html(*turns: Turn) -> str:
    return gzip.decompress(fragments.build(turns)).decode()


def test_hostile_text_and_names_are_escaped() -> None:
    built = html(turn(HOSTILE, HOSTILE))
    assert "<script" not in built
    assert built.count("<li") == built.count("</li>") == 1
    assert fragments.html(fragments.build([turn(HOSTILE)])) in html(turn(HOSTILE))


def test_fifty_turns_are_a_part_and_changed_turns_come_without() -> None:
    turns = [turn(index=number) for number in range(51)]
    parts = [part.count('<li class="turn"') for part in html(*turns).split("<ol")[1:]]
    assert parts == [50, 1]
    assert re.findall(r' id="t-(\d+)"', html(*turns)) == [str(number) for number in range(51)]
    assert "<ol" not in fragments.lines(turns, only=[7])


def test_speakers_are_numbered_as_they_appear_and_nobody_is_zero() -> None:
    built = html(turn(speaker="Ada"), turn(speaker=""), turn(speaker="Bo"), turn(speaker="Ada"))
    assert re.findall(r'data-speaker="(\d)">([^<]+)<', built) == [
        ("1", "Ada"),
        ("0", "Unknown speaker"),
        ("2", "Bo"),
        ("1", "Ada"),
    ]


def test_the_same_turns_give_the_same_bytes() -> None:
    assert fragments.build([turn()]) == fragments.build([turn()])
    assert fragments.html(b"") == ""


def test_thirty_thousand_words_stay_light() -> None:
    parsed = transcripts.parse(transcription(30_000))
    fragment = fragments.build(parsed.turns)
    assert parsed.word_count == 30_000
    assert len(fragment) <= 200_000
    assert len(re.findall(r"<\w", gzip.decompress(fragment).decode())) <= 9_000


def test_captions_escape_what_would_be_markup() -> None:
    text = captions.vtt([turn("a < b --> c & d", "<b>Bo</b>", end_ms=3000)])
    assert text == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:03.000\n"
        "<v &lt;b&gt;Bo&lt;/b&gt;>a &lt; b --&gt; c &amp; d\n"
    )


def test_a_long_turn_becomes_cues_of_a_few_seconds() -> None:
    document = transcription(200)
    words = [word for said in document["result"]["utterances"] for word in said["words"]]
    text = " ".join(word["word"] for word in words)
    one = {"speaker": "Ada", "text": text, "start": 0.8, "end": words[-1]["end"], "words": words}
    (long_turn,) = transcripts.parse({"result": {"utterances": [one]}}).turns
    found = list(captions.cues(long_turn))
    assert " ".join(cue.text for cue in found) == text
    assert max(cue.end_ms - cue.start_ms for cue in found) <= 6000
    assert max(len(cue.text) for cue in found) <= 90


def test_a_turn_without_word_times_is_spread_evenly() -> None:
    long_turn = turn("word " * 99 + "end.", end_ms=60_000)
    found = list(captions.cues(long_turn))
    assert len(found) > 5
    assert " ".join(cue.text for cue in found) == long_turn.text
    assert found[-1].end_ms <= 60_500


def test_hours_are_written_out() -> None:
    assert "03:25:45.670 --> 03:25:46.670" in captions.vtt(
        [turn(start_ms=12_345_670, end_ms=12_346_670)]
    )
