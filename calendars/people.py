"""Whose address is it: somebody's from outside, a colleague's, or a meeting room's.

An address is compared in small letters; one that cannot be read belongs to nobody.
"""

from collections.abc import Iterable

# Rooms, group calendars and unknown organizers have addresses at Google, and are no people.
# https://developers.google.com/workspace/calendar/api/concepts/domain
NO_PERSON = "calendar.google.com"

# Behind these, sharing a domain does not make two people colleagues.
FREE_MAIL = frozenset(
    {
        "aol.com", "fastmail.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com",
        "hotmail.com", "icloud.com", "live.com", "mac.com", "mail.com", "me.com", "msn.com",
        "outlook.com", "pm.me", "proton.me", "protonmail.com", "web.de", "yahoo.com", "ymail.com",
    }
)  # fmt: skip


def address_of(text: object) -> str:
    """The address in small letters; empty when it is none."""
    address = str(text or "").strip().lower()
    name, at, domain = address.rpartition("@")
    return address if name and at and domain else ""


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def is_room(address: str) -> bool:
    return is_within(domain_of(address), NO_PERSON)


def is_within(domain: str, parent: str) -> bool:
    """Whether `domain` is `parent` or below it: eu.acme.example is within acme.example."""
    return domain == parent or domain.endswith("." + parent)


def is_outside(address: str, homes: Iterable[str]) -> bool:
    """Whether somebody whose colleagues are at the domains `homes` would call it external."""
    domain = domain_of(address)
    return bool(domain) and not any(
        is_within(domain, home) for home in homes if home not in FREE_MAIL
    )


def names_of(address: str) -> list[str]:
    """All that means this address when somebody writes it down: itself and each domain above it."""
    labels = domain_of(address).split(".")
    return [address, *(".".join(labels[at:]) for at in range(len(labels)))]


def covers(pattern: str, address: str) -> bool:
    """Whether a domain or an address that somebody wrote down means this address."""
    return pattern in names_of(address)
