"""What Earshot can see of somebody's accounts, in sentences, one for each permission it asks for.

The permissions are read from where they are asked (accounts/identity, calendars/oauth_platforms),
so that the page cannot say less than the consent does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.identity.provider import SCOPES
from calendars.oauth_platforms import GOOGLE_CALENDAR, OAuthPlatform, platforms

WORDS = {
    "openid": "A number by which the platform knows the account, so that Earshot knows it again.",
    "email": "The account’s email address.",
    "profile": "The name on the account.",
    "offline_access": "All this also while you are away, until you disconnect.",
    "User.Read": "The account’s name and address, as your organisation keeps them.",
    "Calendars.Read": "Your calendars and their events: read, never changed.",
    GOOGLE_CALENDAR: "Your calendars and their events: read, never changed.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What one platform is asked to allow when a calendar is connected."""

    platform: str
    sentences: tuple[str, ...]


def when_signing_in() -> tuple[str, ...]:
    return _sentences(SCOPES)


def when_connecting() -> list[Asked]:
    return [Asked(one.label, _sentences(_asked_by(one))) for one in platforms().values()]


def _asked_by(platform: OAuthPlatform) -> tuple[str, ...]:
    """Google asks for the time while a person is away beside the scopes, not among them."""
    is_beside = platform.authorize_extra.get("access_type") == "offline"
    return (*platform.scopes, "offline_access") if is_beside else platform.scopes


def _sentences(scopes: Iterable[str]) -> tuple[str, ...]:
    """A scope without a sentence is a KeyError: it must not be asked before it is explained."""
    return tuple(WORDS[scope] for scope in scopes)
