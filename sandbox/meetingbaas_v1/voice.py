"""What v1 sends: webhooks with our key in a header, to the bot's own address or the account's.

`complete` has the transcript inside, or, of a Zoom meeting, a `transcription_complete` follows it.
All that one reading of a calendar found is told in one message that only names it.
"""

from __future__ import annotations

from sandbox.clock import iso
from sandbox.http import Json
from sandbox.meetingbaas_v1 import payloads
from sandbox.provider.models import Bot, Calendar, Event
from sandbox.provider.voices import Delays
from sandbox.stories import Step
from sandbox.world import World

V1 = "meetingbaas_v1"
TEXT_FOLLOWS_AFTER = 4.0


class VoiceV1:
    follows_meetings = False
    drops_cancelled = False
    cuts_pauses = True

    def __init__(self, world: World) -> None:
        self.world = world
        self._affected: dict[str, list[str]] = {}
        self._told_at = 0.0
        world.jobs.handlers["v1.transcribed"] = self._transcribed

    def status(self, bot: Bot, step: Step) -> None:
        if step.code in payloads.STATUSES:
            self._send(bot, payloads.status_change(bot, step), step.webhooks)

    def final(self, bot: Bot, delays: Delays) -> None:
        if bot.status == "failed" and not bot.has_recorded:
            self._send(bot, payloads.failed(bot), delays)
            return
        self._send(bot, payloads.complete(bot, self.world.links), delays)
        if bot.has_transcript and payloads.awaits_text(bot):
            self.world.jobs.after(
                f"v1.text:{bot.bot_id}",
                "v1.transcribed",
                TEXT_FOLLOWS_AFTER,
                speed=bot.speed,
                bot_id=bot.bot_id,
            )

    def chat(self, bot: Bot, message: Json, delays: Delays) -> None:
        """v1 does not tell what is written in a meeting."""

    def call_back(self, bot: Bot, config: Json, delays: Delays) -> None:
        """v1 has no callbacks; a bot's own address gets all its webhooks."""

    def connected(self, calendar: Calendar) -> None:
        """Only a reading is told."""

    def first_read(self, calendar: Calendar) -> None:
        self.appeared(calendar, list(calendar.events.values()))
        self.read(calendar)

    def health(self, calendar: Calendar) -> None:
        """A permission that has ended is not told."""

    def appeared(self, calendar: Calendar, events: list[Event]) -> None:
        named = self._affected.setdefault(calendar.calendar_id, [])
        named += [event.event_id for event in events]

    def changed(self, calendar: Calendar, event: Event) -> None:
        self.appeared(calendar, [event])

    def cancelled(self, calendar: Calendar, event: Event) -> None:
        self.appeared(calendar, [event])

    def read(self, calendar: Calendar) -> None:
        named = self._affected.pop(calendar.calendar_id, [])
        if not named:
            return
        # Two readings never share a moment: receivers tell them apart by it.
        self._told_at = max(self.world.clock.now(), self._told_at + 0.001)
        body = {
            "calendar_id": calendar.calendar_id,
            "last_updated_ts": iso(self._told_at),
            "affected_event_uuids": named,
        }
        self._post("calendar.sync_events", {"event": "calendar.sync_events", "data": body})

    def disconnected(self, calendar: Calendar) -> None:
        self._affected.pop(calendar.calendar_id, None)

    def _transcribed(self, bot_id: str) -> None:
        if (bot := self.world.provider.bots.get(bot_id)) is not None:
            bot.config["is_transcribed"] = True
            body = {"event": "transcription_complete", "data": {"bot_id": bot_id}}
            if not bot.silent:
                self._send(bot, body, (0.0,))

    def _send(self, bot: Bot, body: Json, delays: Delays) -> None:
        url = str(bot.config.get("webhook_url") or "")
        self._post(str(body["event"]), body, delays=delays, speed=bot.speed, url=url)

    def _post(
        self,
        event: str,
        body: Json,
        *,
        delays: Delays = (0.0,),
        speed: float | None = None,
        url: str = "",
    ) -> None:
        key = self.world.settings.api_key
        self.world.post.send(event, body, delays=delays, speed=speed, key=key, url=url)
