"""Bots that are still to go: booked, moved, cancelled, and sent off at their moment."""

from __future__ import annotations

import hashlib

from sandbox.clock import MINUTE
from sandbox.http import ApiError, Json, invalid
from sandbox.media.script import kind_for
from sandbox.provider.lifecycle import Lifecycle
from sandbox.provider.models import V2, Booking, Bot, Event, platform_of
from sandbox.stories import story_in_url
from sandbox.world import World

LOCK = 4 * MINUTE
DEDUPE = 5 * MINUTE
_CASTS = (
    ("Maya Lindqvist", "Jonas Berg", "Aisha Rahman"),
    ("Karin Holm", "Priya Nair", "Daniel Weiss"),
    ("Elin Sandberg", "Tomas Öhman"),
    ("Maya Lindqvist", "Jonas Berg", "Elin Sandberg", "Tomas Öhman"),
)


class Bookings:
    def __init__(self, world: World, lifecycle: Lifecycle) -> None:
        self.world, self.lifecycle = world, lifecycle
        world.jobs.handlers["booking.launch"] = self.launch

    def send_now(self, config: Json, meeting_url: str, *, provider: str = V2) -> Bot:
        platform = required_platform(meeting_url)
        now = self.world.clock.now()
        if not config["allow_multiple_bots"]:
            self._refuse_twin(meeting_url, now)
        bot = self.new_bot(self.world.ids.uuid(), config, meeting_url, platform, provider)
        self._tell_story(bot, {})
        self.lifecycle.launch(bot)
        return bot

    def book(
        self,
        config: Json,
        meeting_url: str,
        join_at: float,
        event: Event | None = None,
        *,
        provider: str = V2,
    ) -> Booking:
        now = self.world.clock.now()
        booking = Booking(
            bot_id=self.world.ids.uuid(),
            config=config,
            meeting_url=meeting_url,
            platform=required_platform(meeting_url),
            join_at=join_at,
            created_at=now,
            updated_at=now,
            provider=provider,
            event_id=event.event_id if event else None,
            calendar_id=event.calendar_id if event else None,
            ends_at=event.end if event else None,
        )
        self.world.provider.bookings[booking.bot_id] = booking
        self.move(booking, join_at)
        return booking

    def move(self, booking: Booking, join_at: float) -> None:
        booking.join_at, booking.updated_at = join_at, self.world.clock.now()
        self.world.jobs.at(
            f"booking:{booking.bot_id}", "booking.launch", join_at, bot_id=booking.bot_id
        )

    def is_locked(self, booking: Booking) -> bool:
        return booking.join_at - self.world.clock.now() < LOCK

    def cancel(self, booking: Booking) -> None:
        """Silently before the bot has gone; afterwards it leaves, if it has not left already."""
        now = self.world.clock.now()
        if booking.status == "scheduled":
            self.world.jobs.cancel(f"booking:{booking.bot_id}")
        bot = self.world.provider.bots.get(booking.bot_id)
        if bot is not None and not bot.is_terminal:
            self.lifecycle.leave(bot)
        booking.status, booking.cancelled_at, booking.updated_at = "cancelled", now, now

    def launch(self, bot_id: str) -> None:
        booking = self.world.provider.bookings[bot_id]
        if booking.status != "scheduled":
            return
        self.world.jobs.cancel(f"booking:{bot_id}")
        booking.status, booking.updated_at = "completed", self.world.clock.now()
        bot = self.new_bot(
            bot_id, booking.config, booking.meeting_url, booking.platform, booking.provider
        )
        if booking.event_id and (event := self.world.provider.event(booking.event_id)):
            self._dress_for(bot, event)
        chosen = self.world.provider.event_stories.get(booking.event_id or "", {})
        own = {"story": booking.story, "speed": booking.speed, "call_seconds": booking.call_seconds}
        self._tell_story(bot, {**chosen, **{key: value for key, value in own.items() if value}})
        if booking.ends_at is not None and booking.ends_at < self.world.clock.now():
            bot.script = "meeting_is_over"  # we were not running when it took place
        self.lifecycle.launch(bot)

    def new_bot(
        self, bot_id: str, config: Json, meeting_url: str, platform: str, provider: str
    ) -> Bot:
        number = int(hashlib.sha256(meeting_url.encode()).hexdigest()[:8], 16)
        return Bot(
            bot_id=bot_id,
            config=config,
            meeting_url=meeting_url,
            platform=platform,
            created_at=self.world.clock.now(),
            provider=provider,
            title="Meeting",
            cast=list(_CASTS[number % len(_CASTS)]),
            call_seconds=self.world.settings.call_seconds,
        )

    def _dress_for(self, bot: Bot, event: Event) -> None:
        """The talk fits the meeting: its title, its people, no longer than it lasts."""
        bot.event_id, bot.title = event.event_id, event.title or kind_for("").replace("_", " ")
        names = [row["name"] for row in event.source["attendees"] or [] if row["name"]]
        bot.cast = names[:4] if len(names) > 1 else bot.cast
        bot.call_seconds = min(bot.call_seconds, max(event.end - event.start, MINUTE))

    def _tell_story(self, bot: Bot, chosen: Json) -> None:
        """What was chosen for this bot or event, else by its link, else for the next one to go."""
        provider = self.world.provider
        story = chosen.get("story") or story_in_url(bot.meeting_url)
        if story is None and provider.next_story is not None:
            story, provider.next_story = provider.next_story, None
        bot.script = story or bot.script
        bot.speed = chosen.get("speed")
        bot.call_seconds = chosen.get("call_seconds") or bot.call_seconds

    def _refuse_twin(self, meeting_url: str, now: float) -> None:
        for bot in self.world.provider.bots.values():
            if bot.meeting_url == meeting_url and now - bot.created_at < DEDUPE:
                raise ApiError(
                    409,
                    "FST_ERR_BOT_ALREADY_EXISTS",
                    "A bot was already sent to this meeting within the last five minutes",
                )


def required_platform(meeting_url: str) -> str:
    platform = platform_of(meeting_url)
    if platform is None:
        raise invalid("body/meeting_url must be a Zoom, Google Meet or Microsoft Teams link")
    return platform
