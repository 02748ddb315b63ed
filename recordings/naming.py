"""Whose voice it may be: names to choose from, and what a voice was called in earlier meetings.

A name is only ever offered. Whoever is said to speak was said so by the provider or by a person.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from bots.invited import guests_of
from recordings.models import Correction, CorrectionKind, Reach, Recording

MOST_SUGGESTED = 12
MOST_REMEMBERED = 200
MOST_OFFERED = 5
COUNTED = re.compile(r"(speaker|participant|guest|unknown)?[\s_-]*\w?\d*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A voice of this recording that was given a name in an earlier meeting of the series."""

    index: int  # of its first turn
    speaker: str
    name: str
    named_at: datetime


def suggestions(recording: Recording, speaker: str) -> list[Suggestion]:
    """Names for the voice called `speaker`, the likeliest first."""
    found: dict[str, Suggestion] = {}
    for suggestion in _suggested(recording, speaker):
        if suggestion.name != speaker:
            found.setdefault(suggestion.name, suggestion)
    return list(found.values())[:MOST_SUGGESTED]


def offers(recording: Recording) -> list[Offer]:
    """What people called voices of this recording in earlier meetings, and nobody said here yet."""
    remembered = _remembered(recording)
    if not remembered:
        return []
    said = set(recording.transcript.corrections.values_list("before", flat=True))
    names = [name for name in remembered if name not in said and not COUNTED.fullmatch(name)]
    voices = recording.transcript.utterances.filter(speaker__in=names).order_by()
    firsts = voices.values_list("speaker").annotate(first=Min("index")).order_by("first")
    return [
        Offer(first, speaker, remembered[speaker].after, remembered[speaker].made_at)
        for speaker, first in firsts[:MOST_OFFERED]
    ]


def _suggested(recording: Recording, speaker: str) -> Iterator[Suggestion]:
    remembered = _remembered(recording)
    if speaker in remembered:
        yield Suggestion(remembered[speaker].after, "called so in an earlier meeting")
    people = list(recording.participants.all())
    spoken = {person.name for person in people if person.has_spoken}
    members = dict(recording.workspace.members.values_list("email", "name"))
    teams = {email.lower(): name for email, name in members.items()}
    for guest in guests_of(recording.bot):
        name = (guest.name or teams.get(guest.email.lower(), "") or guest.email)[:200]
        if name not in spoken:
            yield Suggestion(name, "invited")
    yield from _because("was in the meeting", (one.name for one in people if not one.has_spoken))
    yield from _because("speaks in this meeting", (one.name for one in people if one.has_spoken))
    yield from _because("earlier meetings", (one.after for one in remembered.values()))


def _because(why: str, names: Iterable[str]) -> Iterator[Suggestion]:
    return (Suggestion(name, why) for name in names)


def _remembered(recording: Recording) -> dict[str, Correction]:
    """The last name people gave to each voice in the other meetings of the series, but for those
    that are left to some people.
    """
    everyones = recording.workspace.recordings.filter(restricted_at=None)
    others = everyones.in_series_of(recording).exclude(pk=recording.pk)
    named = Correction.objects.in_force().filter(
        kind=CorrectionKind.NAME,
        reach__in=(Reach.LATER, Reach.EVERYWHERE),
        transcript__recording__in=others,
    )
    newest_first = named.order_by("-pk").defer("turns")[:MOST_REMEMBERED]
    return {one.before: one for one in reversed(list(newest_first)) if one.before}
