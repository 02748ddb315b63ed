"""Puts a parsed transcript into the database: all of it at once, or what was there stays.

    replace   another transcription: every turn anew, under the layers people put over the last
    revise    the same transcription, other layers: only the turns that change

The turns go in through COPY, some hundred times as fast as an INSERT per word; the page's HTML is
built from them here and nowhere else, and so is what search knows of them.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Q

from recordings import fragments, indexing, layers, versions
from recordings.layers import Layered
from recordings.models import Original, Participant, Recording, Transcript, Version
from recordings.transcripts import ParsedTranscript, Turn, talk_seconds

COPY_TURNS = (
    "COPY recordings_utterance (transcript_id, index, speaker, start_ms, end_ms, text, words) "
    "FROM STDIN"
)
CHANGE_TURNS = """
    UPDATE recordings_utterance turn
    SET speaker = now.speaker, text = now.text, words = now.words
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS now(index, speaker, text, words)
    WHERE turn.transcript_id = %s AND turn.index = now.index
"""


@transaction.atomic
def replace(recording: Recording, parsed: ParsedTranscript) -> Transcript:
    """Make `parsed` the transcript of `recording`."""
    hold(recording)
    transcript, is_new = Transcript.objects.get_or_create(recording=recording)
    transcript.recording = recording
    is_other = not is_new and versions.put_away(transcript, parsed.turns)
    transcript.language, transcript.provider = parsed.language, parsed.provider
    transcript.word_count = parsed.word_count
    if is_other:
        transcript.revision += 1
        Version.objects.create(
            transcript=transcript,
            is_shown=True,
            language=parsed.language,
            provider=parsed.provider,
            word_count=parsed.word_count,
            revision=transcript.revision,
        )
    write(transcript, parsed.turns)
    return transcript


def hold(recording: Recording) -> None:
    """One at a time: nobody else changes the text of `recording` until the transaction ends."""
    Recording.objects.select_for_update(of=("self",)).get(pk=recording.pk)


def write(transcript: Transcript, came: Sequence[Turn]) -> None:
    """Store the turns `came`, under the layers that there are, in place of what is stored."""
    layered = _layered(transcript, came)
    transcript.utterances.all().delete()
    transcript.originals.all().delete()
    copy_turns(transcript, layered.turns)
    _keep_originals(transcript, came, layered.changed)
    indexing.index(transcript)
    _finish(transcript, came, layered)


def revise(transcript: Transcript) -> None:
    """Bring the stored turns in line with the layers that there are now."""
    before, came = versions.as_shown(transcript), versions.as_they_came(transcript)
    layered = _layered(transcript, came)
    others = [now for now, was in zip(layered.turns, before, strict=True) if now != was]
    columns = [(turn.index, turn.speaker, turn.text, turn.words) for turn in others]
    with connection.cursor() as cursor:
        arrays = [list(column) for column in zip(*columns, strict=True)] or [[], [], [], []]
        cursor.execute(CHANGE_TURNS, [*arrays, transcript.pk])
    changed = [turn.index for turn in others]
    transcript.originals.filter(index__in=changed).delete()
    _keep_originals(transcript, came, layered.changed.intersection(changed))
    indexing.index(transcript, only=changed)
    _finish(transcript, came, layered)


def _layered(transcript: Transcript, came: Sequence[Turn]) -> Layered:
    corrections = list(transcript.corrections.in_force())
    if not corrections:
        return Layered(list(came), set(), set())
    return layers.lay(came, corrections, versions.places(transcript, came))


def _finish(transcript: Transcript, came: Sequence[Turn], layered: Layered) -> None:
    """All that is made from the turns once they are stored."""
    edited = {turn.index for turn in layered.turns if turn.text != came[turn.index].text}
    transcript.fragment = fragments.build(layered.turns, edited)
    transcript.save()
    in_force = transcript.corrections.in_force()
    in_force.filter(pk__in=layered.without_place).update(has_place=False)
    in_force.exclude(pk__in=layered.without_place).update(has_place=True)
    _note_names(transcript.recording, came, layered.turns)


def _keep_originals(transcript: Transcript, came: Sequence[Turn], changed: Iterable[int]) -> None:
    Original.objects.bulk_create(
        Original(
            transcript=transcript,
            index=index,
            speaker=came[index].speaker,
            text=came[index].text,
            words=came[index].words,
        )
        for index in sorted(changed)
    )


def _note_names(recording: Recording, came: Sequence[Turn], now: Sequence[Turn]) -> None:
    """Write down who spoke how long, under the names they have now.

    A name that people gave and took back goes; so does one of the provider's that nobody bears.
    """
    seconds = talk_seconds(now)
    heard = set(talk_seconds(came))
    if given := [name for name in seconds if name not in heard]:
        Participant.objects.bulk_create(
            [Participant(recording=recording, name=name, is_given=True) for name in given],
            ignore_conflicts=True,
        )
    unborne = Q(is_given=True) | Q(name__in=heard)
    recording.participants.filter(unborne).exclude(name__in=seconds).delete()
    note_talk(recording, seconds)


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


def copy_turns(transcript: Transcript, turns: Iterable[Turn]) -> None:
    """Add turns to a transcript that has none."""
    with connection.cursor() as cursor, cursor.copy(COPY_TURNS) as copy:
        for turn in turns:
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
