"""Who was in the room from when to when, as far as the provider tells it.

    came 10:00, left 10:20, came 10:25      two stays, the second not over
    left 10:20                              one stay: when it began was not told

Messages come in any order, more than once or not at all, so what is kept is each message, and the
stays are reckoned from all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bots.broadcast import announce_stays
from bots.models import Bot, Sighting
from bots.patience import leaves_empty_at
from upstream.events import PersonMoved


@dataclass(frozen=True, slots=True)
class Stay:
    """`left_at` None: still there when it was last told."""

    name: str
    came_at: datetime | None
    left_at: datetime | None = None


def note(bot: Bot, event: PersonMoved) -> bool:
    """Keep what was seen; False when it was known."""
    _, is_new = Sighting.objects.get_or_create(
        bot=bot,
        person_id=event.person_id[:64],
        is_here=event.is_here,
        seen_at=event.happened_at,
        defaults={"name": event.name[:200]},
    )
    if is_new:
        announce_stays(bot)
    return is_new


def stays_in(bot: Bot) -> list[Stay]:
    """For the bot's page, which all see: nobody where a recording of it is left to some people."""
    return [] if bot.is_left_to_some else stays_of(bot.sightings.all())


def tell(bot: Bot) -> dict[str, Any]:
    """What the room's part of a page shows of them."""
    stays = stays_in(bot)
    since = alone_since(stays) if bot.is_inside else None
    leaves_at = leaves_empty_at(bot, since) if since else None
    return {"stays": stays, "alone_since": since, "leaves_at": leaves_at}


def alone_since(stays: list[Stay]) -> datetime | None:
    """When the last of them left; None while somebody is there, or nobody was told of."""
    ends = [stay.left_at for stay in stays]
    told = [end for end in ends if end]
    return max(told) if told and len(told) == len(ends) else None


def stays_of(sightings: Iterable[Sighting]) -> list[Stay]:
    """In the order in which they began; one whose beginning was not told stands where it ended."""
    open_since: dict[str, Sighting] = {}
    found: list[tuple[datetime, Stay]] = []
    for seen in sorted(sightings, key=lambda one: (one.seen_at, not one.is_here)):
        came = open_since.get(seen.person_id)
        if seen.is_here:
            open_since.setdefault(seen.person_id, seen)
        elif came is not None:
            del open_since[seen.person_id]
            stay = Stay(came.name or seen.name, came.seen_at, seen.seen_at)
            found.append((came.seen_at, stay))
        else:
            found.append((seen.seen_at, Stay(seen.name, None, seen.seen_at)))
    found += [(one.seen_at, Stay(one.name, one.seen_at)) for one in open_since.values()]
    return [stay for _, stay in sorted(found, key=lambda one: (one[0], one[1].name))]
