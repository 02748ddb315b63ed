"""What each kind of file means: read once it is whole, taken in together with its "ready".

video            length, size of the picture, a poster
audio            length
transcript       turns, the page's HTML, who spoke how long
raw_transcript   summary, chapters, action items, names
diarization      who spoke how long, as long as there is no transcript to tell it
chat             kept as it is
screenshots      kept, once each of them is known to be a picture
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from recordings import insights, pictures, probing, transcript_store, transcripts
from recordings.models import ActionItem, ArtifactKind, Chapter, Mention, Recording, Transcript
from recordings.probing import Probe
from recordings.transcripts import Unreadable


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a file, and how it becomes part of the recording."""

    content_type: str
    suffix: str
    take_in: Callable[[Recording], object] = lambda recording: None
    width: int | None = None
    height: int | None = None


def read(kind: str, path: Path) -> Reading:
    """Look into the file. Raises Unreadable or NotMedia when it is not what it should be."""
    match ArtifactKind(kind):
        case ArtifactKind.VIDEO:
            return _video(path)
        case ArtifactKind.AUDIO:
            found = probing.probe(path)
            return Reading(found.content_type, found.suffix, partial(_note_length, found=found))
        case ArtifactKind.TRANSCRIPT:
            parsed = transcripts.parse(parse_json(path))
            return _text(".json", partial(transcript_store.replace, parsed=parsed))
        case ArtifactKind.RAW_TRANSCRIPT:
            told = insights.parse(parse_json(path))
            return _text(".json", partial(note_insights, told=told))
        case ArtifactKind.DIARIZATION:
            with path.open(encoding="utf-8", errors="replace") as lines:
                seconds = insights.parse_speaker_times(lines)
            return _text(".jsonl", partial(_note_speaker_times, seconds=seconds))
        case ArtifactKind.CHAT:
            parse_json(path)
            return _text(".json")
        case ArtifactKind.SCREENSHOTS:
            pictures.check(path)
            return Reading("application/zip", ".zip")


def _video(path: Path) -> Reading:
    found = probing.probe(path)
    picture = probing.poster(path)

    def take_in(recording: Recording) -> None:
        _note_length(recording, found)
        if picture:
            _hang(recording, picture)

    return Reading(found.content_type, found.suffix, take_in, found.width, found.height)


def _hang(recording: Recording, picture: bytes) -> None:
    """Store the poster; the one before goes once nobody can be shown it any more."""
    if old := recording.poster.name:
        transaction.on_commit(partial(default_storage.delete, old))
    name = f"recordings/{recording.public_id}/poster.jpg"
    recording.poster.name = default_storage.save(name, ContentFile(picture))
    recording.save(update_fields=["poster", "updated_at"])


def _text(suffix: str, take_in: Callable[[Recording], object] = lambda recording: None) -> Reading:
    kind = "application/json" if suffix == ".json" else "application/x-ndjson"
    return Reading(kind, suffix, take_in)


def parse_json(path: Path) -> object:
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise Unreadable("The file is not in a form that can be read.") from error


def _note_length(recording: Recording, found: Probe) -> None:
    """The file knows better than the provider's minutes."""
    if found.seconds:
        Recording.objects.filter(pk=recording.pk).update(duration_seconds=found.seconds)


def note_insights(recording: Recording, told: insights.Insights) -> None:
    """Keep what the provider made of the text, in place of what it made before."""
    Recording.objects.filter(pk=recording.pk).update(summary=told.summary)
    recording.chapters.all().delete()
    Chapter.objects.bulk_create(
        Chapter(
            recording=recording,
            start_ms=mark.start_ms,
            end_ms=mark.end_ms,
            headline=mark.headline,
            summary=mark.summary,
        )
        for mark in told.chapters
    )
    recording.action_items.all().delete()
    ActionItem.objects.bulk_create(
        ActionItem(recording=recording, text=text) for text in told.tasks
    )
    recording.mentions.all().delete()
    Mention.objects.bulk_create(
        Mention(
            recording=recording,
            text=one.text,
            category=one.category,
            start_ms=one.start_ms,
            count=one.count,
        )
        for one in told.mentions
    )


def _note_speaker_times(recording: Recording, seconds: dict[str, float]) -> None:
    Recording.objects.select_for_update(of=("self",)).get(pk=recording.pk)
    if not Transcript.objects.filter(recording=recording).exists():
        transcript_store.note_talk(recording, seconds)
