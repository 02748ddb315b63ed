"""Searches what was said in a workspace. PostgreSQL does it, with nothing but its core.

    typed ─► terms ─► tsqueries (wording.py)
          newest 1,000 turns that match ─► ranked: as it stands before by its stem ─► 20 ─► marked

Ranking everything that matches a common word takes as long as there are turns; the newest thousand
take the same time in any workspace. The workspace is in the index twice: as a column, which is what
decides, and among the words, so that a rare word of others costs nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Q

from accounts.models import Workspace
from recordings import marking
from recordings.indexing import SPEAKER, WORKSPACE
from recordings.languages import stemmer_of
from recordings.marking import Piece
from recordings.models import Participant, Recording, RecordingQuerySet, Transcript, Utterance
from recordings.wording import Asked, Term, quoted, understand

RANKED = 1000
PAGE_SIZE = 20
MOST_SPEAKERS = 50
MOST_MEETINGS = 5
MOST_IN_ONE = 200
SUGGESTED_FROM = 100
NEIGHBOUR_BELOW = 120  # characters; a shorter turn is shown with the turns beside it

Key = tuple[int, int]  # of a transcript, and which of its turns


@dataclass(frozen=True, slots=True)
class Filters:
    """What the search is narrowed to; what is empty narrows nothing."""

    person: str = ""
    speaker: str = ""
    platform: str = ""
    since: datetime | None = None
    until: datetime | None = None
    series: Recording | None = None
    hidden: frozenset[int] = frozenset()  # recordings that whoever asks may not see

    def recordings(self, workspace: Workspace) -> RecordingQuerySet:
        """The recordings that are looked through."""
        found = workspace.recordings.all().on_platform(self.platform)
        if self.person:
            found = found.with_person(name_query(self.person))
        if self.series:
            found = found.in_series_of(self.series)
        return found.exclude(pk__in=self.hidden) if self.hidden else found

    @property
    def narrow_recordings(self) -> bool:
        return bool(self.person or self.platform or self.series)


@dataclass(frozen=True, slots=True)
class Hit:
    """A turn that says it, with the words around."""

    recording: Recording
    index: int
    speaker: str
    start_ms: int
    text: str
    spans: list[marking.Span]
    before: str = ""
    after: str = ""

    @property
    def pieces(self) -> list[Piece]:
        return marking.excerpt(self.text, self.spans)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. `count` stops at RANKED; `is_more`: only the newest of them were ranked."""

    hits: list[Hit] = field(default_factory=list)
    count: int = 0
    is_more: bool = False


FIND = """
    WITH newest AS MATERIALIZED (
        SELECT transcript_id, index, said_at, search FROM recordings_passage
        WHERE {conditions}
        ORDER BY said_at DESC, transcript_id DESC, index DESC LIMIT {more}
    ), candidates AS (
        SELECT * FROM newest ORDER BY said_at DESC, transcript_id DESC, index DESC LIMIT {ranked}
    )
    SELECT transcript_id, index, (SELECT count(*) FROM newest) FROM candidates
    ORDER BY search @@ %s::tsquery DESC, ts_rank(search, %s::tsquery, 1) DESC,
             said_at DESC, transcript_id DESC, index DESC
    LIMIT {page_size} OFFSET %s
"""
FIND_IN_ONE = """
    SELECT transcript_id, index FROM recordings_passage
    WHERE transcript_id = %s AND search @@ %s::tsquery
    ORDER BY index LIMIT %s
"""


def search(workspace: Workspace, wanted: list[Term], filters: Filters, *, page: int = 1) -> Found:
    """Return the turns of `workspace` that say what is wanted, the best of the newest first."""
    asked = understand(wanted, _stemmers(workspace))
    if asked is None:
        return Found()
    keys, count = rank(workspace, asked, filters, page=page)
    return Found(_hits(keys, asked), min(count, RANKED), count > RANKED)


def rank(
    workspace: Workspace, asked: Asked, filters: Filters, *, page: int = 1, ranked: int = RANKED
) -> tuple[list[Key], int]:
    """Return the turns of one page, and how many there are (one more than `ranked` at most)."""
    conditions, values = _conditions(workspace, asked, filters)
    statement = FIND.format(
        conditions=conditions, more=ranked + 1, ranked=ranked, page_size=PAGE_SIZE
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, asked.exact, asked.words, (page - 1) * PAGE_SIZE])
        rows = cursor.fetchall()
    return [(row[0], row[1]) for row in rows], rows[0][2] if rows else 0


def search_in(recording: Recording, wanted: list[Term]) -> list[Hit]:
    """Return the turns of one recording that say what is wanted, in the order they were said."""
    transcript = Transcript.objects.defer("fragment").filter(recording=recording).first()
    stemmers = [stemmer_of(transcript.language)] if transcript else []
    asked = understand(wanted, [stemmer for stemmer in stemmers if stemmer])
    if transcript is None or asked is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(FIND_IN_ONE, [transcript.pk, asked.words, MOST_IN_ONE])
        return _hits(cursor.fetchall(), asked)


def said_by(recording: Recording, speaker: str) -> list[Hit]:
    """Return the turns of one person in one recording, with nothing marked."""
    turns = Utterance.objects.filter(transcript__recording=recording, speaker=speaker)
    found = turns.defer("words").order_by("index")[:MOST_IN_ONE]
    return [Hit(recording, one.index, one.speaker, one.start_ms, one.text, []) for one in found]


def meetings(
    workspace: Workspace, wanted: list[Term], filters: Filters
) -> tuple[list[Recording], bool]:
    """Return the newest recordings with such a title or person, and whether others follow."""
    included = " ".join(term.text for term in wanted if not term.is_excluded)
    excluded = [term.text for term in wanted if term.is_excluded]
    if not included:
        return [], False
    query = name_query(included)
    for text in excluded:
        query &= ~name_query(text)
    found = filters.recordings(workspace).between(filters.since, filters.until)
    if filters.speaker:
        found = found.with_person(name_query(filters.speaker))
    rows = list(found.called_or_with(query).for_list()[: MOST_MEETINGS + 1])
    return rows[:MOST_MEETINGS], len(rows) > MOST_MEETINGS


def name_query(words: str) -> SearchQuery:
    """All of the words, each perhaps only begun: what titles and names are looked for with."""
    prefixes = [f"{quoted(word)}:*" for word in words.split() if any(map(str.isalnum, word))]
    return SearchQuery(" & ".join(prefixes), config="simple", search_type="raw")


def names(recordings: RecordingQuerySet) -> list[str]:
    """Suggestions where a person is asked for: who was in the newest of the recordings."""
    newest = recordings.order_by("-started_at", "-id")[:SUGGESTED_FROM]
    people = Participant.objects.filter(recording__in=newest.values("pk"))
    return list(people.order_by("name").values_list("name", flat=True).distinct()[:SUGGESTED_FROM])


def _stemmers(workspace: Workspace) -> list[str]:
    return sorted(workspace.spoken_languages.values_list("stemmer", flat=True))


def _conditions(workspace: Workspace, asked: Asked, filters: Filters) -> tuple[str, list[Any]]:
    query = f"{quoted(f'{WORKSPACE} {workspace.pk}')} & ({asked.words})"
    if filters.speaker:
        names = [quoted(f"{SPEAKER} {name}") for name in _speakers(workspace, filters.speaker)]
        query += f" & ({' | '.join(names or [quoted(SPEAKER)])})"  # nobody is called that: nothing
    conditions = ["workspace_id = %s", "search @@ %s::tsquery"]
    values: list[Any] = [workspace.pk, query]
    for bound, condition in ((filters.since, "said_at >= %s"), (filters.until, "said_at < %s")):
        if bound:
            conditions.append(condition)
            values.append(bound)
    if filters.narrow_recordings:
        transcripts = Transcript.objects.filter(recording__in=filters.recordings(workspace))
        inner, inner_values = transcripts.values("pk").query.sql_with_params()
        conditions.append(f"transcript_id IN ({inner})")
        values.extend(inner_values)
    if filters.hidden:
        inner = "SELECT id FROM recordings_transcript WHERE recording_id = ANY(%s)"
        conditions.append(f"transcript_id NOT IN ({inner})")
        values.append(list(filters.hidden))
    return " AND ".join(conditions), values


def _speakers(workspace: Workspace, words: str) -> list[str]:
    spoke = Participant.objects.filter(recording__workspace=workspace, has_spoken=True)
    names = spoke.called(name_query(words)).order_by("name").values_list("name", flat=True)
    return list(names.distinct()[:MOST_SPEAKERS])


def _hits(keys: Sequence[Key], asked: Asked) -> list[Hit]:
    """The turns behind the keys, in the same order, with their words marked."""
    transcripts = (
        Transcript.objects.defer("fragment")
        .select_related("recording")
        .in_bulk({transcript for transcript, _ in keys})
    )
    turns = _turns(keys)
    keys = [key for key in keys if key in turns and key[0] in transcripts]
    spans = marking.find(
        [turns[key].text for key in keys],
        [stemmer_of(transcripts[transcript].language) for transcript, _ in keys],
        asked.marks,
    )
    return [
        _hit(transcripts[key[0]].recording, key, turns, marked)
        for key, marked in zip(keys, spans, strict=True)
    ]


def _hit(
    recording: Recording, key: Key, turns: dict[Key, Utterance], spans: list[marking.Span]
) -> Hit:
    turn = turns[key]
    before, after = turns.get((key[0], key[1] - 1)), turns.get((key[0], key[1] + 1))
    is_short = len(turn.text) < NEIGHBOUR_BELOW
    return Hit(
        recording=recording,
        index=turn.index,
        speaker=turn.speaker,
        start_ms=turn.start_ms,
        text=turn.text,
        spans=spans,
        before=before.text if before and is_short else "",
        after=after.text if after and is_short else "",
    )


def _turns(keys: Iterable[Key]) -> dict[Key, Utterance]:
    """The turns of the keys and those beside them, in one query."""
    wanted = Q(pk__in=[])
    for transcript, index in keys:
        wanted |= Q(transcript_id=transcript, index__range=(max(0, index - 1), index + 1))
    rows = Utterance.objects.filter(wanted).defer("words").order_by()
    return {(turn.transcript_id, turn.index): turn for turn in rows}
