"""A look into the room while a bot is in it: who has come, and the last picture it took.

Asked for while somebody has the bot's page open, and one answer serves everybody for a while. It is
held in the cache of the process and nowhere else. Pages never learn the provider's address of a
picture: it is fetched here, by the same guard as any other address of theirs.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.core.cache import cache
from django.utils import timezone

from bots.models import Bot
from upstream.addresses import ForbiddenAddress, GuardedTransport
from upstream.errors import UpstreamError
from upstream.port import Provider
from upstream.registry import open_provider

logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=30)
LOOK_SOON = timedelta(seconds=5)  # it has just come in: nobody knows yet who is there
JUST_IN = timedelta(minutes=1)
KEPT_FOR = timedelta(minutes=5)
PATIENCE = httpx.Timeout(10, connect=5)
LARGEST_PICTURE = 5_000_000
PICTURES = ("image/png", "image/jpeg", "image/webp")


@dataclass(frozen=True, slots=True)
class Room:
    """`picture` is the number of the last one, `picture_url` the provider's address of it."""

    looked_at: datetime
    people: tuple[str, ...] = ()
    picture: int | None = None
    picture_url: str = ""

    def __bool__(self) -> bool:
        return bool(self.people or self.picture_url)


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    content_type: str


def look_in(bot: Bot) -> Room | None:
    """What the provider tells of the room, at most half a minute old; None if it tells nothing.

    One request asks; whoever comes meanwhile gets what was known before.
    """
    if not _can_look(bot):
        return None
    asked = f"room-asked:{bot.pk}"
    if cache.add(asked, True, seconds_to_wait(bot, last_look(bot)) - 1) and (room := _ask(bot)):
        cache.set(asked, True, seconds_to_wait(bot, room) - 1)
        cache.set(f"room:{bot.pk}", room, KEPT_FOR.seconds)
    return last_look(bot)


def seconds_to_wait(bot: Bot, room: Room | None) -> int:
    """When a page should look again."""
    is_just_in = _can_look(bot) and timezone.now() - bot.state_at < JUST_IN
    return (LOOK_SOON if is_just_in and not room else LOOK_EVERY).seconds


def last_look(bot: Bot) -> Room | None:
    """What was seen last, without asking anybody."""
    room: Room | None = cache.get(f"room:{bot.pk}") if _can_look(bot) else None
    return room


def last_picture(bot: Bot) -> Picture | None:
    """The picture itself; None when there is none, or it cannot be had right now."""
    room = look_in(bot)
    if room is None or not room.picture_url:
        return None
    try:
        return _fetch(room.picture_url)
    except (httpx.HTTPError, ForbiddenAddress) as trouble:
        logger.info("a picture of bot %s could not be fetched: %r", bot.public_id, trouble)
        return None


def _can_look(bot: Bot) -> bool:
    return bot.is_inside and bool(bot.upstream_id)


def _ask(bot: Bot) -> Room | None:
    provider = open_provider(bot.account)
    try:
        people = provider.get_bot(bot.upstream_id).participants
        number, url = _last_screenshot(provider, bot)
    except UpstreamError as trouble:
        logger.info("the room of bot %s could not be looked into: %s", bot.public_id, trouble)
        return None
    names = dict.fromkeys(person.name for person in people if person.name)
    return Room(timezone.now(), tuple(names), number, url)


def _last_screenshot(provider: Provider, bot: Bot) -> tuple[int | None, str]:
    if not provider.capabilities.can_screenshot:
        return None, ""
    shots = provider.list_screenshots(bot.upstream_id)
    last = max(shots, key=lambda shot: shot.number, default=None)
    return (last.number, last.url) if last else (None, "")


def _fetch(url: str) -> Picture | None:
    content = bytearray()
    with (
        httpx.Client(transport=GuardedTransport(), timeout=PATIENCE) as client,
        client.stream("GET", url) as answer,
    ):
        content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.status_code != httpx.codes.OK or content_type not in PICTURES:
            return None
        for piece in answer.iter_bytes():
            content += piece
            if len(content) > LARGEST_PICTURE:
                return None
    return Picture(bytes(content), content_type)
