"""Puts a parsed transcript into the database: all of it at once, or what was there stays.

The turns go in through COPY, some hundred times as fast as an INSERT per word; the page's HTML is
built from them here and nowhere else, and so is what search knows of them.
"""

from django.db import connection, transaction

from recordings import fragments, indexing
from recordings.models import Participant, Recording, Transcript
from recordings.transcripts import ParsedTranscript

COPY_TURNS = (
    "COPY recordings_utterance (transcript_id, index, speaker, start_ms, end_ms, text, words) "
    "FROM STDIN"
)


@transaction.atomic
def replace(recording: Recording, parsed: ParsedTranscript) -> Transcript:
    """Make `parsed` the transcript of `recording`."""
    Recording.objects.select_for_update(of=("self",)).get(pk=recording.pk)  # one at a time
    transcript, _ = Transcript.objects.update_or_create(
        recording=recording,
        defaults={
            "language": parsed.language,
            "provider": parsed.provider,
            "word_count": parsed.word_count,
            "fragment": fragments.build(parsed.turns),
        },
    )
    transcript.utterances.all().delete()
    copy_turns(transcript, parsed)
    indexing.index(transcript)
    note_talk(recording, parsed.talk_seconds())
    return transcript


def note_talk(recording: Recording, seconds: dict[str, float]) -> None:
    """Write down how long each person spoke; whoever is not named did not."""
    recording.participants.exclude(name__in=seconds).update(talk_seconds=0, has_spoken=False)
    Participant.objects.bulk_create(
        [
            Participant(recording=recording, name=name, has_spoken=True, talk_seconds=spoken)
            for name, spoken in seconds.items()
        ],
        update_conflicts=True,
        unique_fields=["recording", "name"],
        update_fields=["has_spoken", "talk_seconds"],
    )


def copy_turns(transcript: Transcript, parsed: ParsedTranscript) -> None:
    """Add the turns of `parsed` to a transcript that has none."""
    with connection.cursor() as cursor, cursor.copy(COPY_TURNS) as copy:
        for turn in parsed.turns:
            copy.write_row(
                (
                    transcript.pk,
                    turn.index,
                    turn.speaker,
                    turn.start_ms,
                    turn.end_ms,
                    turn.text,
                    turn.words,
                )
            )
