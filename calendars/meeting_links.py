"""Where a meeting is, read from its invitation: one link, who told it, and what is odd about it.

The provider's own link comes first. Where it tells none, the invitation is searched in this order:
conference data, place, description; as text or as HTML, wrapped by a mail filter or not. What only
looks like a meeting link, by host or by path, is none.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from bots.link_flags import UNUSABLE, LinkFlag, flags_of
from bots.links import HOSTS, is_meeting_link, platform_of, same_room
from bots.wrapped_links import unwrap
from calendars.models import LinkSource
from upstream.events import CalendarEvent
from upstream.states import Platform

LONGEST_TEXT = 100_000
LONGEST_LINK = 2000
MOST_LINKS = 200

_KNOWN_HOSTS = "|".join(re.escape(host) for hosts in HOSTS.values() for host in hosts)
# People write "zoom.us/j/93…" too; a host within another address is not taken for one.
_INSIDE = r"[^\s<>\"'`^|\\\]})]+"
ADDRESS = re.compile(
    rf"https?://{_INSIDE}|(?<![\w@./:-])(?:[\w-]{{1,63}}\.){{0,5}}(?:{_KNOWN_HOSTS})/{_INSIDE}",
    re.IGNORECASE,
)
ENDS_A_SENTENCE = ".,;:!?*_"


@dataclass(frozen=True, slots=True)
class MeetingLink:
    """One meeting's address; an empty one may still come with the reason why there is none."""

    url: str = ""
    platform: Platform = Platform.UNKNOWN
    source: str = ""
    flags: tuple[str, ...] = ()


def link_of(event: CalendarEvent) -> MeetingLink:
    """Return where `event` takes place. Never raises, whatever stands in its texts."""
    told = event.meeting_url if _is_openable(event.meeting_url) else ""
    addresses = list(_addresses(event.texts or ()))
    rooms = [address for address in addresses if is_meeting_link(address)]
    if told:
        platform = event.platform
        return _chosen(told, platform, LinkSource.PROVIDER, [told, *rooms])
    if rooms:
        best = min(rooms, key=_drawbacks)  # of equals the first
        return _chosen(best, platform_of(best), LinkSource.FOUND, rooms)
    unusable = (flag for address in addresses for flag in flags_of(address) if flag in UNUSABLE)
    return MeetingLink(flags=tuple(dict.fromkeys(unusable))[:1])


def _chosen(url: str, platform: Platform, source: LinkSource, candidates: list[str]) -> MeetingLink:
    flags = flags_of(url)
    if len({same_room(candidate) for candidate in candidates}) > 1:
        flags = (*flags, LinkFlag.SEVERAL)
    return MeetingLink(url, platform, source.value, tuple(flag.value for flag in flags))


def _drawbacks(address: str) -> tuple[bool, bool]:
    flags = flags_of(address)
    is_hard = LinkFlag.WEBINAR in flags or LinkFlag.HOST_LINK in flags
    return is_hard, LinkFlag.NO_PASSCODE in flags


def _addresses(texts: Iterable[str]) -> Iterator[str]:
    """Every address in these texts, unwrapped, each once."""
    seen: set[str] = set()
    for text in texts:
        for found in ADDRESS.finditer(unescape(text[:LONGEST_TEXT])):
            written = found[0].rstrip(ENDS_A_SENTENCE)
            address = unwrap(written if "://" in written else f"https://{written}")
            if address not in seen and _is_openable(address):
                seen.add(address)
                yield address
            if len(seen) >= MOST_LINKS:
                return


def _is_openable(url: str) -> bool:
    """A link nobody could open, or that would run something, is no link."""
    return url.startswith(("https://", "http://")) and len(url) <= LONGEST_LINK
