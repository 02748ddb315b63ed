"""What somebody pasted to have a bot sent there: one meeting link, or a sentence why it is none."""

from dataclasses import dataclass

from bots.invitation_links import addresses_in, best_of
from bots.link_flags import UNUSABLE, LinkFlag, flags_of
from bots.links import is_meeting_link, platform_of, same_room
from upstream.states import Platform

# The calendar is not where this link comes from, nor where it is put right.
WORDS = {
    LinkFlag.SHORTENED: "This is a shortened link, and nobody can see where it leads. Open it, and "
    "paste the meeting link that it leads to.",
    LinkFlag.WRAPPED: "A mail filter rewrote this link, and it no longer says where it leads. Open "
    "it, and paste the meeting link that it leads to.",
    LinkFlag.REGISTRATION: "This leads to a registration form, which a bot cannot fill in. Paste "
    "the link you get after registering.",
    LinkFlag.SEVERAL: "There is more than one meeting link in this text. The bot goes to the one "
    "shown here.",
}
NO_LINK = "There is no meeting link in this text."
NOT_A_MEETING = "This is a page of {platform}, but not the link of a meeting."
NOT_KNOWN = (
    "Earshot can go to meetings on Zoom, Google Meet and Microsoft Teams. This link is none of "
    "them."
)


@dataclass(frozen=True, slots=True)
class Pasted:
    """`problem` is set when there is no link that a bot could go to."""

    url: str = ""
    platform: Platform = Platform.UNKNOWN
    warnings: tuple[str, ...] = ()
    problem: str = ""

    @property
    def shown(self) -> str:
        """The link without what nobody needs to read."""
        return same_room(self.url)


def read(text: str) -> Pasted:
    """Find the meeting. Never raises, whatever the text is; an empty one is no problem yet."""
    if not text.strip():
        return Pasted()
    addresses = list(addresses_in([text]))
    rooms = [address for address in addresses if is_meeting_link(address)]
    if not rooms:
        return Pasted(problem=_why_none(addresses))
    best = best_of(rooms)
    flags = list(flags_of(best))
    if len({same_room(room) for room in rooms}) > 1:
        flags.append(LinkFlag.SEVERAL)
    url = best.replace("http://", "https://", 1)
    return Pasted(url, platform_of(best), tuple(_sentence(flag) for flag in flags))


def _why_none(addresses: list[str]) -> str:
    for address in addresses:
        for flag in flags_of(address):
            if flag in UNUSABLE:
                return _sentence(flag)
        if platform := platform_of(address):
            return NOT_A_MEETING.format(platform=platform.label)
    return NOT_KNOWN if addresses else NO_LINK


def _sentence(flag: LinkFlag) -> str:
    return WORDS.get(flag) or str(flag.label)
