"""What Meeting BaaS v2 sends: Svix webhooks about bots and calendars, and callbacks of bots."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.clock import iso
from sandbox.http import Json
from sandbox.meetingbaas_v2 import calendar_payloads, payloads
from sandbox.provider.models import Bot, Calendar, Event, by_series
from sandbox.provider.voices import Delays
from sandbox.stories import Step
from sandbox.world import World


class VoiceV2:
    follows_meetings = True
    drops_cancelled = True
    cuts_pauses = True

    def __init__(self, world: World) -> None:
        self.world = world

    def status(self, bot: Bot, step: Step) -> None:
        self._send(bot, "bot.status_change", payloads.status_change(bot, step), step.webhooks)

    def final(self, bot: Bot, delays: Delays) -> None:
        event, body = self._final(bot)
        self._send(bot, event, body, delays)

    def chat(self, bot: Bot, message: Json, delays: Delays) -> None:
        self._send(bot, "bot.chat_message", payloads.chat_message(bot, message), delays)

    def call_back(self, bot: Bot, config: Json, delays: Delays) -> None:
        event, body = self._final(bot)
        self.world.post.call_back(event, body, config, delays=delays, speed=bot.speed)

    def connected(self, calendar: Calendar) -> None:
        self._announce("calendar.connection_created", calendar_payloads.connection(calendar))

    def first_read(self, calendar: Calendar) -> None:
        body = {
            "calendar_id": calendar.calendar_id,
            "events": [
                {**self._series_head(calendar, events[0]), "instances": self._instances(events)}
                for events in by_series(calendar.events.values())
            ],
        }
        self._announce("calendar.events_synced", body)

    def health(self, calendar: Calendar) -> None:
        body = calendar_payloads.connection(calendar, updated=True)
        self._announce("calendar.connection_updated", body)

    def appeared(self, calendar: Calendar, events: list[Event]) -> None:
        for group in by_series(events):
            instances = {"instances": self._instances(group)}
            head = self._series_head(calendar, group[0])
            body = {"calendar_id": calendar.calendar_id, **head, **instances}
            self._announce("calendar.event_created", body)

    def changed(self, calendar: Calendar, event: Event) -> None:
        body: Json = {
            "calendar_id": calendar.calendar_id,
            **self._series_head(calendar, event),
            "is_exception": event.source["is_exception"],
            "affected_instances": self._instances([event]),
        }
        self._announce("calendar.event_updated", body)

    def cancelled(self, calendar: Calendar, event: Event) -> None:
        head = self._series_head(calendar, event)
        del head["series_bot_scheduled"]
        body = {"calendar_id": calendar.calendar_id, **head}
        gone = {"cancelled_instances": self._instances([event])}
        self._announce("calendar.event_cancelled", {**body, **gone})

    def read(self, calendar: Calendar) -> None:
        """Each change was told by itself."""

    def disconnected(self, calendar: Calendar) -> None:
        gone = {
            "calendar_id": calendar.calendar_id,
            "calendar_platform": calendar.platform,
            "deleted_at": iso(self.world.clock.now()),
        }
        self._announce("calendar.connection_deleted", gone)

    def _final(self, bot: Bot) -> tuple[str, Json]:
        event = "bot.completed" if bot.status == "completed" else "bot.failed"
        return event, payloads.final(bot, self.world.links, self.world.clock.now())

    def _series_head(self, calendar: Calendar, event: Event) -> Json:
        return {
            "event_type": event.event_type,
            "series_id": event.series_id,
            "series_bot_scheduled": event.series_id in calendar.series_configs,
        }

    def _instances(self, events: Iterable[Event]) -> list[Json]:
        booked = self.world.provider.booking_for
        return [
            calendar_payloads.instance(event, booked=booked(event.event_id) is not None)
            for event in events
        ]

    def _announce(self, event: str, body: Json) -> None:
        self.world.post.send(event, {"event": event, "data": body}, speed=None)

    def _send(self, bot: Bot, event: str, body: Json, delays: Delays) -> None:
        self.world.post.send(event, body, delays=delays, speed=bot.speed)
