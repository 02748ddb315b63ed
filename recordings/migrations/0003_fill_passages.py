"""Makes what was transcribed before findable: a hundred transcripts at a time, each batch on its own.

What a batch has done stays done, so a migration that was stopped goes on where it was.
"""

from django.db import connection, migrations, transaction

BATCH = 100
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
ADD = """
    INSERT INTO recordings_passage (transcript_id, index, workspace_id, said_at, search)
    SELECT turn.transcript_id, turn.index, recording.workspace_id,
           recording.started_at + turn.start_ms * interval '1 millisecond',
           to_tsvector('simple', left(turn.text, 40000))
           || array_to_tsvector(
               ARRAY['workspace ' || recording.workspace_id::text, 'speaker ' || turn.speaker]
               || CASE WHEN %(stemmer)s = '' THEN ARRAY[]::text[] ELSE ARRAY(
                   SELECT %(stemmer)s || ' ' || stem
                   FROM unnest(tsvector_to_array(
                       to_tsvector(%(config)s::regconfig, left(turn.text, 40000)))) stem
                   WHERE octet_length(stem) < 1000) END)
    FROM recordings_utterance turn
    JOIN recordings_transcript transcript ON transcript.id = turn.transcript_id
    JOIN recordings_recording recording ON recording.id = transcript.recording_id
    WHERE turn.transcript_id = ANY(%(transcripts)s)
    ON CONFLICT DO NOTHING
"""
NOTE_LANGUAGE = """
    INSERT INTO recordings_spokenlanguage (workspace_id, stemmer)
    SELECT DISTINCT recording.workspace_id, %(stemmer)s
    FROM recordings_transcript transcript
    JOIN recordings_recording recording ON recording.id = transcript.recording_id
    WHERE transcript.id = ANY(%(transcripts)s)
    ON CONFLICT DO NOTHING
"""


def stemmer_of(language):
    name = language.strip().lower()
    if name in STEMMERS.values():
        return name
    return STEMMERS.get(name.replace("_", "-").partition("-")[0], "")


def fill(apps, schema_editor):
    transcripts = apps.get_model("recordings", "Transcript").objects.order_by("pk")
    last = 0
    while batch := list(transcripts.filter(pk__gt=last).values_list("pk", "language")[:BATCH]):
        by_stemmer = {}
        for pk, language in batch:
            by_stemmer.setdefault(stemmer_of(language), []).append(pk)
        with transaction.atomic(), connection.cursor() as cursor:
            for stemmer, keys in by_stemmer.items():
                facts = {"stemmer": stemmer, "config": stemmer or "simple", "transcripts": keys}
                cursor.execute(ADD, facts)
                if stemmer:
                    cursor.execute(NOTE_LANGUAGE, facts)
        last = batch[-1][0]


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("recordings", "0002_passages"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
