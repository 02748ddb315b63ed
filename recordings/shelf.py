"""What the library shows: which recordings, in which order, from which row on.

A page begins behind a row, not at a number, so that the thousandth costs what the first does and a
recording that arrives meanwhile moves nothing. Each order ends in the row's own key: no two rows
share a place.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Lower

from recordings.models import Artifact, ArtifactKind, ArtifactState, Recording, RecordingQuerySet
from recordings.searching import name_query
from upstream.states import TranscriptState

SHOWN = (ArtifactKind.VIDEO, ArtifactKind.AUDIO, ArtifactKind.TRANSCRIPT)


class Order(models.TextChoices):
    NEWEST = "newest", "Newest first"
    OLDEST = "oldest", "Oldest first"
    LONGEST = "longest", "Longest first"
    TITLE = "title", "By title"


class State(models.TextChoices):
    READY = "ready", "All is ready"
    WORKING = "working", "Something is on its way"
    FAILED = "failed", "Something failed"
    SILENT = "silent", "Without text"


PLACES = {
    Order.NEWEST: F("started_at"),
    Order.OLDEST: F("started_at"),
    Order.LONGEST: Coalesce(F("duration_seconds"), 0.0),
    Order.TITLE: Lower("title"),
}
FALLING = (Order.NEWEST, Order.LONGEST)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the library is narrowed to; what is empty narrows nothing."""

    title: str = ""
    person: str = ""
    platform: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def among(self, recordings: RecordingQuerySet) -> RecordingQuerySet:
        found = recordings.titled(self.title).on_platform(self.platform)
        found = found.between(self.since, self.until)
        if self.person:
            found = found.with_person(name_query(self.person))
        return found.filter(_state(self.state)) if self.state else found


def ordered(recordings: RecordingQuerySet, order: Order) -> RecordingQuerySet:
    """All of them in that order."""
    sign = "-" if order in FALLING else ""
    return recordings.alias(place=PLACES[order]).order_by(f"{sign}place", f"{sign}id")


def behind(recordings: RecordingQuerySet, row: Recording, order: Order) -> RecordingQuerySet:
    """What comes after `row` in that order."""
    return _beside(recordings, row, order, "lt" if order in FALLING else "gt")


def down_to(recordings: RecordingQuerySet, row: Recording, order: Order) -> RecordingQuerySet:
    """What comes before `row` in that order, and `row` itself."""
    return _beside(recordings, row, order, "gte" if order in FALLING else "lte")


def _beside(
    recordings: RecordingQuerySet, row: Recording, order: Order, side: str
) -> RecordingQuerySet:
    place = _place_of(row, order)
    strictly, at_most = side[:2], f"{side[:2]}e"
    beyond = Q(**{f"place__{strictly}": place}) | Q(place=place, **{f"pk__{side}": row.pk})
    bound = Q(**{f"place__{at_most}": place})  # the plain bound is what an index can use
    return recordings.alias(place=PLACES[order]).filter(beyond, bound)


def _place_of(row: Recording, order: Order) -> object:
    match order:
        case Order.LONGEST:
            return row.duration_seconds or 0.0
        case Order.TITLE:
            return Lower(Value(row.title))
        case _:
            return row.started_at


def _state(state: str) -> Q:
    own = Artifact.objects.filter(recording=OuterRef("pk"), kind__in=SHOWN)
    working = Q(Exists(own.filter(state__in=(ArtifactState.PENDING, ArtifactState.FETCHING))))
    failed = Q(Exists(own.filter(state=ArtifactState.FAILED)))
    failed |= Q(bot__transcript_state=TranscriptState.FAILED, transcript=None)
    match State(state):
        case State.READY:
            return ~working & ~failed
        case State.WORKING:
            return working
        case State.FAILED:
            return failed
        case State.SILENT:
            return Q(transcript=None) | Q(transcript__word_count=0)
