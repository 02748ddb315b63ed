"""The transcriptions of one recording. One is shown, as utterances; the others are packed.

    shown ──(another comes, or is chosen)──► packed in `content` ──(chosen again)──► shown

A transcript that nobody put anything over and that was made once has no version at all.
"""

import gzip
import json
from collections.abc import Mapping, Sequence

from recordings.matching import are_same, counterparts
from recordings.models import Transcript, Utterance, Version
from recordings.transcripts import Turn


def pack(turns: Sequence[Turn]) -> bytes:
    """Write turns down to be shown again."""
    rows = [
        [
            turn.speaker,
            turn.start_ms,
            turn.end_ms,
            turn.text,
            turn.words,
            turn.word_count,
            turn.language,
        ]
        for turn in turns
    ]
    return gzip.compress(json.dumps(rows, ensure_ascii=False).encode(), mtime=0)


def unpack(content: bytes) -> list[Turn]:
    """Read what `pack` wrote."""
    rows = json.loads(gzip.decompress(content)) if content else []
    return [Turn(index, *row) for index, row in enumerate(rows)]


def as_shown(transcript: Transcript) -> list[Turn]:
    """The turns as they are in the page."""
    return [_turn(row) for row in transcript.utterances.order_by("index")]


def as_they_came(transcript: Transcript) -> list[Turn]:
    """The turns as the provider made them."""
    originals = {one.index: one for one in transcript.originals.all()}
    rows = list(transcript.utterances.order_by("index"))
    for row in rows:
        if original := originals.get(row.index):
            row.speaker, row.text, row.words = original.speaker, original.text, original.words
    return [_turn(row) for row in rows]


def shown(transcript: Transcript) -> Version:
    """The version that is shown, made if nobody needed it so far."""
    version = transcript.versions.filter(is_shown=True).first()
    if version is None:
        version = _first(transcript)
        version.save()
    return version


def listed(transcript: Transcript) -> list[Version]:
    """All of them, the newest first; one that nobody needed so far is described, not made."""
    return list(transcript.versions.for_list()) or [_first(transcript)]


def put_away(transcript: Transcript, following: Sequence[Turn]) -> bool:
    """Pack what is shown before `following` takes its place; False: it says the same."""
    version = transcript.versions.filter(is_shown=True).first()
    if version is None or are_same(came := as_they_came(transcript), following):
        return False
    _put_away(version, came)
    return True


def pack_shown(transcript: Transcript) -> None:
    """Pack what is shown, to make room for another."""
    _put_away(shown(transcript), as_they_came(transcript))


def places(transcript: Transcript, came: Sequence[Turn]) -> dict[int, Mapping[int, list[int]]]:
    """Where the turns of the versions that are not shown are among `came`, by version and turn."""
    others = transcript.versions.filter(is_shown=False, corrections__undone_at=None)
    found: dict[int, Mapping[int, list[int]]] = {}
    for version in others.exclude(corrections=None).distinct():
        there: dict[int, list[int]] = {}
        before = unpack(bytes(version.content))
        for here, other in enumerate(counterparts(before, came)):
            if other is not None:
                there.setdefault(other, []).append(here)
        found[version.pk] = there
    return found


def _first(transcript: Transcript) -> Version:
    return Version(
        transcript=transcript,
        is_shown=True,
        language=transcript.language,
        provider=transcript.provider,
        word_count=transcript.word_count,
        made_at=transcript.updated_at,
    )


def _put_away(version: Version, came: Sequence[Turn]) -> None:
    version.content, version.is_shown = pack(came), False
    version.save(update_fields=["content", "is_shown"])


def _turn(row: Utterance) -> Turn:
    return Turn(
        index=row.index,
        speaker=row.speaker,
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        text=row.text,
        words=row.words,
        word_count=row.words.count(" ") + 1 if row.words else len(row.text.split()),
    )
