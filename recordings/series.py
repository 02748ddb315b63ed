"""The recordings before and after one, of the meetings behind the same link."""

from dataclasses import dataclass

from recordings.models import Recording, RecordingQuerySet


@dataclass(frozen=True, slots=True)
class Neighbours:
    earlier: Recording | None
    later: Recording | None

    def __bool__(self) -> bool:
        return bool(self.earlier or self.later)


def neighbours(among: RecordingQuerySet, recording: Recording) -> Neighbours:
    """The nearest of other meetings of the series; what one meeting has several of counts once."""
    others = among.in_series_of(recording).exclude(bot=recording.bot_id)
    earlier = others.filter(started_at__lt=recording.started_at).order_by("-started_at", "-pk")
    later = others.filter(started_at__gt=recording.started_at).order_by("started_at", "pk")
    return Neighbours(earlier.first(), later.first())
