"""Meeting links in a text: an invitation, a mail, or just the link that somebody pasted.

Text or HTML, wrapped by a mail filter or not. What only looks like a meeting link is none.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from bots.link_flags import LinkFlag, flags_of
from bots.links import HOSTS
from bots.wrapped_links import unwrap

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


def addresses_in(texts: Iterable[str]) -> Iterator[str]:
    """Every address in these texts, unwrapped, each once."""
    seen: set[str] = set()
    for text in texts:
        for found in ADDRESS.finditer(unescape(text[:LONGEST_TEXT])):
            written = found[0].rstrip(ENDS_A_SENTENCE)
            address = unwrap(written if "://" in written else f"https://{written}")
            if address not in seen and is_openable(address):
                seen.add(address)
                yield address
            if len(seen) >= MOST_LINKS:
                return


def best_of(rooms: Iterable[str]) -> str:
    """The one a bot comes in by most easily; of equals the first."""
    return min(rooms, key=_drawbacks)


def is_openable(url: str) -> bool:
    """A link nobody could open, or that would run something, is no link."""
    return url.startswith(("https://", "http://")) and len(url) <= LONGEST_LINK


def _drawbacks(address: str) -> tuple[bool, bool]:
    flags = flags_of(address)
    is_hard = LinkFlag.WEBINAR in flags or LinkFlag.HOST_LINK in flags
    return is_hard, LinkFlag.NO_PASSCODE in flags
