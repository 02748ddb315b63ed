"""What is odd about a meeting link, told before the bot stands in front of a closed door.

Zoom: /w/ webinar, /s/ the host's own, /my/ personal room, /…/register/ a form (KB0065196: numbers
of ten digits are personal rooms, those of scheduled meetings have eleven).
"""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from django.db.models import TextChoices

from bots.links import ZOOM_NUMBER, parts_of, platform_of
from bots.wrapped_links import is_shortened, is_wrapped
from upstream.states import Platform


class LinkFlag(TextChoices):
    """The label is the sentence people read."""

    SHORTENED = (
        "shortened",
        (
            "The invitation has only a shortened link, and nobody can see where it leads. Put the "
            "meeting link itself into the calendar."
        ),
    )
    WRAPPED = (
        "wrapped",
        (
            "A mail filter rewrote the link in the invitation, and it no longer says where it "
            "leads. Put the meeting link itself into the calendar."
        ),
    )
    REGISTRATION = (
        "registration",
        (
            "The link leads to a registration form, which a bot cannot fill in. Put the link you "
            "get after registering into the calendar."
        ),
    )
    WEBINAR = (
        "webinar",
        "This is a webinar. A bot comes in as a listener, if the host lets it in at all.",
    )
    HOST_LINK = (
        "host_link",
        "This is the host’s own link, which starts the meeting. Use the link for guests.",
    )
    NO_PASSCODE = (
        "no_passcode",
        "The link has no passcode in it. If the meeting asks for one, the bot cannot come in.",
    )
    PERSONAL_ROOM = (
        "personal_room",
        (
            "This is somebody’s personal room. When the meeting before runs over, the bot lands in "
            "that one."
        ),
    )
    SEVERAL = (
        "several",
        "The invitation has more than one meeting link. The bot goes to the one shown here.",
    )


# Nobody can join by such a link.
UNUSABLE = frozenset({LinkFlag.SHORTENED, LinkFlag.WRAPPED, LinkFlag.REGISTRATION})
PERSONAL_DIGITS = 10
ZOOM_ROOMS = re.compile(r"^/(?:my|wc/my)/")
REGISTRATION = re.compile(r"^/(?:meeting|webinar)/register/")


def flags_of(link: str) -> tuple[LinkFlag, ...]:
    """Return what is odd about one link, the worst first. Never raises, whatever the text is."""
    match platform_of(link):
        case Platform.ZOOM:
            return _zoom(link)
        case Platform.TEAMS:
            return _teams(link)
        case Platform.MEET:
            return ()
        case _:
            return _closed(link)


def sentences(flags: Iterable[str]) -> list[str]:
    """What to tell a person about these flags; one nobody knows any more is left out."""
    return [str(LinkFlag(flag).label) for flag in flags if flag in LinkFlag.values]


def _closed(link: str) -> tuple[LinkFlag, ...]:
    if is_shortened(link):
        return (LinkFlag.SHORTENED,)
    return (LinkFlag.WRAPPED,) if is_wrapped(link) else ()


def _zoom(link: str) -> tuple[LinkFlag, ...]:
    parts = parts_of(link)
    number = ZOOM_NUMBER.search(parts.path)
    odd = {
        LinkFlag.REGISTRATION: bool(REGISTRATION.match(parts.path)),
        LinkFlag.WEBINAR: parts.path.startswith(("/w/", "/webinar/")),
        LinkFlag.HOST_LINK: parts.path.startswith("/s/"),
        LinkFlag.NO_PASSCODE: _lacks_passcode(parts.query, "pwd", "tk"),
        LinkFlag.PERSONAL_ROOM: bool(ZOOM_ROOMS.match(parts.path))
        or (number is not None and len(number[1]) == PERSONAL_DIGITS),
    }
    found = tuple(flag for flag, applies in odd.items() if applies)
    return found[:1] if found[:1] == (LinkFlag.REGISTRATION,) else found


def _teams(link: str) -> tuple[LinkFlag, ...]:
    parts = parts_of(link)
    if (parts.hostname or "").startswith("events."):
        return (LinkFlag.REGISTRATION,)
    if "isbroadcastmeeting" in parts.query.lower():
        return (LinkFlag.WEBINAR,)
    is_short = parts.path.startswith("/meet/")
    return (LinkFlag.NO_PASSCODE,) if is_short and _lacks_passcode(parts.query, "p") else ()


def _lacks_passcode(query: str, *names: str) -> bool:
    return not any(name in names and value for name, value in parse_qsl(query))
