"""What Recall.ai's downloads hold, in the form in which Earshot reads all providers' files.

transcript   [{participant: {id, name}, words: [{text, start_timestamp: {relative}, end_…}]}]
             one block per turn; a word may be a whole phrase, and any time may be missing
"""

from collections.abc import Iterator

from upstream.fields import Fields
from upstream.port import TranscriptDocument

PROVIDER = "recallai"


def transcript(file: object) -> TranscriptDocument:
    """Return the transcript; whatever is no list of blocks has no turns."""
    blocks = Fields({"blocks": file}).items("blocks")
    numbers: dict[str, int] = {}
    turns = (_turn(block, numbers) for block in blocks)
    utterances = [turn for turn in turns if turn["words"]]
    return {"provider": PROVIDER, "result": {"languages": [], "utterances": utterances}}


def _speaker(participant: Fields, numbers: dict[str, int]) -> str | int:
    """The name; who has none is counted, as ids are unique within one meeting."""
    key = participant.text("id")
    return participant.text("name") or numbers.setdefault(key, len(numbers))


def joined(words: tuple[Fields, ...]) -> str:
    return " ".join(text for word in words if (text := word.text("text").strip()))


def _turn(block: Fields, numbers: dict[str, int]) -> dict[str, object]:
    words = block.items("words")
    spoken = list(_words(words))
    starts = [one["start"] for one in spoken if one["start"] is not None]
    ends = [one["end"] for one in spoken if one["end"] is not None]
    return {
        "speaker": _speaker(block.inner("participant"), numbers),
        "text": joined(words),
        "start": starts[0] if starts else None,
        "end": ends[-1] if ends else None,
        "words": spoken,
    }


def _words(words: tuple[Fields, ...]) -> Iterator[dict[str, object]]:
    for word in words:
        if text := word.text("text").strip():
            yield {
                "word": text,
                "start": word.inner("start_timestamp").number("relative"),
                "end": word.inner("end_timestamp").number("relative"),
            }
