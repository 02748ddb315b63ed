"""Where a meeting is, read from its invitation: one link, who told it, and what is odd about it.

The provider's own link comes first. Where it tells none, the invitation is searched in this order:
conference data, place, description; as text or as HTML, wrapped by a mail filter or not. What only
looks like a meeting link, by host or by path, is none.
"""

from dataclasses import dataclass

from bots.invitation_links import addresses_in, best_of, is_openable
from bots.link_flags import UNUSABLE, LinkFlag, flags_of
from bots.links import is_meeting_link, platform_of, same_room
from calendars.models import LinkSource
from upstream.events import CalendarEvent
from upstream.states import Platform


@dataclass(frozen=True, slots=True)
class MeetingLink:
    """One meeting's address; an empty one may still come with the reason why there is none."""

    url: str = ""
    platform: Platform = Platform.UNKNOWN
    source: str = ""
    flags: tuple[str, ...] = ()


def link_of(event: CalendarEvent) -> MeetingLink:
    """Return where `event` takes place. Never raises, whatever stands in its texts."""
    told = event.meeting_url if is_openable(event.meeting_url) else ""
    addresses = list(addresses_in(event.texts or ()))
    rooms = [address for address in addresses if is_meeting_link(address)]
    if told:
        platform = event.platform or platform_of(told)
        return _chosen(told, platform, LinkSource.PROVIDER, rooms)
    if rooms:
        best = best_of(rooms)
        return _chosen(best, platform_of(best), LinkSource.FOUND, rooms)
    unusable = (flag for address in addresses for flag in flags_of(address) if flag in UNUSABLE)
    return MeetingLink(flags=tuple(dict.fromkeys(unusable))[:1])


def _chosen(url: str, platform: Platform, source: LinkSource, rooms: list[str]) -> MeetingLink:
    flags = flags_of(url)
    if any(room != url and same_room(room) != same_room(url) for room in rooms):
        flags = (*flags, LinkFlag.SEVERAL)
    return MeetingLink(url, platform, source.value, tuple(flag.value for flag in flags))
