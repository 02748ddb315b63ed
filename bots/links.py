"""What a meeting link says: where the meeting is, and whether two links are the same meeting.

https://US02web.zoom.us/j/123?pwd=x&uname=Ada  →  zoom.us/j/123?pwd=x
https://meet.google.com/abc-defg-hij/?authuser=1  →  meet.google.com/abc-defg-hij
"""

import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from upstream.states import Platform

HOSTS = {
    Platform.MEET: ("meet.google.com",),
    Platform.ZOOM: ("zoom.us", "zoom.com", "zoomgov.com"),
    Platform.TEAMS: ("teams.microsoft.com", "teams.live.com", "teams.microsoft.us"),
}
ZOOM_NUMBER = re.compile(r"/(?:j|s|w|wc(?:/join)?)/(\d{9,12})(?!\d)")
ROOMS = {
    Platform.MEET: re.compile(r"^/(?:[a-z]{3}-[a-z]{4}-[a-z]{3}|lookup/[\w-]+)/?$", re.IGNORECASE),
    Platform.ZOOM: re.compile(r"^/(?:(?:j|s|w|wc(?:/join)?)/\d{9,12}(?!\d)|(?:wc/)?my/[\w.-]+)"),
    Platform.TEAMS: re.compile(r"^/(?:l/meetup-join/.+|meet/\w+)"),
}
LONGEST_READABLE = 250


def platform_of(meeting_url: str) -> Platform:
    """Recognize the platform by the host; a look-alike such as zoom.us.evil.example is none."""
    host = (parts_of(meeting_url).hostname or "").lower()
    for platform, hosts in HOSTS.items():
        if any(host == known or host.endswith("." + known) for known in hosts):
            return platform
    return Platform.UNKNOWN


def is_meeting_link(link: str) -> bool:
    """Whether this address is a meeting's, and not some other page of the platform."""
    parts, platform = parts_of(link), platform_of(link)
    return parts.scheme in ("http", "https") and (
        platform in ROOMS and ROOMS[platform].match(parts.path) is not None
    )


def same_room(link: str) -> str:
    """What two links to one meeting have in common; one of them may lack the passcode."""
    return normalize(link).partition("?")[0]


@lru_cache(maxsize=4096)
def normalize(meeting_url: str) -> str:
    """Drop what does not tell one meeting from another: scheme, case of the host, tracking."""
    parts = parts_of(meeting_url)
    host = (parts.hostname or "").lower()
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~").rstrip("/")
    platform = platform_of(meeting_url)
    if platform is Platform.MEET:
        return host + path.lower()
    if platform is Platform.TEAMS:
        return host + path
    if platform is Platform.ZOOM:
        return _zoom(host, path) + _query(parts, keep=("pwd",))
    return host + path + _query(parts)


def meeting_key(meeting_url: str, starts_at: datetime) -> str:
    """Name one meeting within a workspace; two wishes with the same key share one bot."""
    link = normalize(meeting_url)
    if len(link) > LONGEST_READABLE:
        link = hashlib.sha256(link.encode()).hexdigest()
    return f"{link} {starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def _zoom(host: str, path: str) -> str:
    """A meeting number means the same under every regional or company host of Zoom."""
    if found := ZOOM_NUMBER.search(path):
        return f"zoom.us/j/{found[1]}"
    return host + path


def _query(parts: SplitResult, keep: tuple[str, ...] | None = None) -> str:
    """An unknown platform may name the meeting in its query, so only known tracking goes."""
    pairs = parse_qsl(parts.query)
    if keep is not None:
        kept = [(name, value) for name, value in pairs if name in keep]
    else:
        kept = [(name, value) for name, value in pairs if not name.startswith("utm_")]
    return "?" + urlencode(sorted(kept)) if kept else ""


def parts_of(meeting_url: str) -> SplitResult:
    """A link nobody can parse is the link of no meeting.

    Nor is one that hides its host: browsers read `https://evil.example\\@zoom.us/` otherwise.
    """
    try:
        parts = urlsplit(meeting_url.strip())
        is_hiding = "\\" in parts.netloc or "@" in parts.netloc
        _ = parts.hostname  # may be what cannot be parsed
    except ValueError:
        return urlsplit("")
    return urlsplit("") if is_hiding else parts
