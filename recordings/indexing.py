"""What search knows of a turn, written in the same transaction as the turn itself.

    'budget':3 'thanks':1         the words, in their places
    'english budget'              their stems, by language
    'workspace 7' 'speaker Ada'   whose it is and who said it

No word of a text has a space in it, so what is made here can never be spoken in a meeting. Stems
have no places: phrases are looked for word by word. A very long turn is found by its beginning.
"""

from collections.abc import Sequence

from django.db import connection

from recordings.languages import stemmer_of
from recordings.models import SpokenLanguage, Transcript

LONGEST = 40_000  # characters; a tsvector holds 1 MB and refuses the row otherwise
LONGEST_STEM = 1000  # bytes; one word holds 2046
WORKSPACE, SPEAKER = "workspace", "speaker"

ADD = f"""
    INSERT INTO recordings_passage (transcript_id, index, workspace_id, said_at, search)
    SELECT turn.transcript_id, turn.index, recording.workspace_id,
           recording.started_at + turn.start_ms * interval '1 millisecond',
           to_tsvector('simple', left(turn.text, {LONGEST}))
           || array_to_tsvector(
               ARRAY['{WORKSPACE} ' || recording.workspace_id::text, '{SPEAKER} ' || turn.speaker]
               || {{stems}})
    FROM recordings_utterance turn
    JOIN recordings_transcript transcript ON transcript.id = turn.transcript_id
    JOIN recordings_recording recording ON recording.id = transcript.recording_id
    WHERE turn.transcript_id = %(transcript)s {{only}}
"""  # noqa: S608 (constants of ours)
STEMS = f"""ARRAY(
    SELECT %(stemmer)s || ' ' || stem
    FROM unnest(tsvector_to_array(
        to_tsvector(%(stemmer)s::regconfig, left(turn.text, {LONGEST})))) stem
    WHERE octet_length(stem) < {LONGEST_STEM}
)"""  # noqa: S608
NO_STEMS = "ARRAY[]::text[]"
ONLY = "AND turn.index = ANY(%(only)s)"


def index(transcript: Transcript, only: Sequence[int] | None = None) -> None:
    """Make search find what `transcript` says now, and nothing that it said before.

    With `only` these turns are read again and the others left as they are. What is in the bin is
    not found.
    """
    if transcript.recording.binned_at:
        return
    stemmer = stemmer_of(transcript.language)
    passages = transcript.passages.all()
    (passages if only is None else passages.filter(index__in=only)).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            ADD.format(stems=STEMS if stemmer else NO_STEMS, only="" if only is None else ONLY),
            {"transcript": transcript.pk, "stemmer": stemmer, "only": list(only or ())},
        )
    if stemmer:
        SpokenLanguage.objects.bulk_create(
            [SpokenLanguage(workspace_id=transcript.recording.workspace_id, stemmer=stemmer)],
            ignore_conflicts=True,
        )
