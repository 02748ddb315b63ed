"""Bots by hand: another story, off right now, a word in the chat, or finished long ago."""

from __future__ import annotations

from typing import Any

from sandbox.clock import MINUTE
from sandbox.control.reading import missing, moment_in, number_in, story_in, truth_in
from sandbox.http import Json, invalid
from sandbox.meetingbaas_v2 import config
from sandbox.meetingbaas_v2.artifacts import talk_of
from sandbox.play import Play
from sandbox.provider.models import Booking, Bot
from sandbox.schema import check
from sandbox.stories import ARRIVING, SCRIPTS, Step

_LINKS = {
    "meet": "https://meet.google.com/fin-ishe-day",
    "zoom": "https://us02web.zoom.us/j/8112233445",
    "teams": "https://teams.microsoft.com/l/meetup-join/19%3ameeting_finished/0",
}


class BotControl:
    def __init__(self, play: Play) -> None:
        self.play, self.world = play, play.world

    def tell(self, bot_id: str, body: Json) -> Json:
        """Give a booked or running bot a story, a speed or a length of call."""
        target: Bot | Booking
        if (bot := self.world.provider.bots.get(bot_id)) is not None:
            target = bot
        else:
            target = self._booking(bot_id)
        target.speed = number_in(body, "speed") or target.speed
        target.call_seconds = number_in(body, "call_seconds") or target.call_seconds
        if isinstance(target, Booking):
            target.story = story_in(body) if "story" in body else target.story
        elif not target.is_terminal:
            script = story_in(body) if "story" in body else target.script
            self.play.lifecycle.switch(target, script)
        return {"bot_id": bot_id}

    def start(self, bot_id: str) -> Json:
        """Send a booked bot off now, whatever its moment was."""
        self._booking(bot_id)
        self.play.bookings.launch(bot_id)
        return {"bot_id": bot_id}

    def leave(self, bot_id: str) -> Json:
        self.play.lifecycle.leave(self._bot(bot_id))
        return {"bot_id": bot_id}

    def chat(self, bot_id: str, body: Json) -> Json:
        bot = self._bot(bot_id)
        sender = body.get("sender", bot.cast[0])
        if sender not in bot.cast:
            raise invalid(f"sender must be one of {', '.join(bot.cast)}")
        self.play.lifecycle.hear(bot, sender, str(body.get("text", "")))
        return {"bot_id": bot_id}

    def finished(self, body: Json) -> Json:
        """A bot whose meeting is over: recorded, or failed when an error code is given."""
        now = self.world.clock.now()
        seconds = number_in(body, "duration_seconds") or 150.0
        ended_at = moment_in(body, "ended_at") or now
        bot = self._blank(body)
        bot.created_at = ended_at - seconds - 2 * MINUTE
        bot.ended_at = bot.updated_at = ended_at
        end = SCRIPTS[story_in(body)][-1] if "story" in body else Step("completed")
        bot.error_code = body.get("error_code") or end.error_code
        bot.error_message = body.get("error_message") or end.message
        bot.status = "failed" if bot.error_code else "completed"
        if not bot.error_code or bot.error_code == "TRANSCRIPTION_FAILED":
            bot.joined_at = ended_at - seconds - MINUTE
            bot.exited_at = ended_at - MINUTE
            bot.recorded_seconds, bot.has_recorded = seconds, True
        elif bot.error_message is None:
            bot.error_message = "The bot could not record the meeting."
        bot.history = _lived(bot)
        self.world.provider.bots[bot.bot_id] = bot
        if truth_in(body, "warm", False):
            self.world.shelf.warm(talk_of(bot))
        if not bot.silent:
            self.play.lifecycle.send_final(bot)
        return {"bot_id": bot.bot_id, "meeting_url": bot.meeting_url}

    def _blank(self, body: Json) -> Bot:
        platform = str(body.get("platform", "meet"))
        if platform not in _LINKS:
            raise invalid("platform must be zoom, meet or teams")
        url = str(body.get("meeting_url", _LINKS[platform]))
        provider = str(body.get("provider", self.world.settings.provider))
        if provider not in self.play.voices:
            raise invalid(f"provider must be one of {', '.join(self.play.voices)}")
        id, config = self.world.ids.uuid(), {**self._config(body), "is_transcribed": True}
        bot = self.play.bookings.new_bot(id, config, url, platform, provider)
        bot.title = str(body.get("title", "Northwind weekly"))
        bot.event_id = body.get("event_id")
        bot.silent = bool(body.get("silent", False))
        bot.cast = [str(name) for name in body.get("cast", bot.cast)][:4]
        return bot

    def _config(self, body: Json) -> Json:
        transcribed = body.get("transcription", True)
        wanted: dict[str, Any] = {
            "provider": "gladia",
            "custom_params": {"summarization": True, "chapterization": True},
        }
        given: Json = {
            "bot_name": body.get("bot_name", "Earshot"),
            "extra": body.get("extra"),
            "recording_mode": body.get("recording_mode", "speaker_view"),
            "transcription_enabled": bool(transcribed),
            "transcription_config": wanted if transcribed else None,
        }
        check(given, config.COMMON)
        return config.filled(given)

    def _bot(self, bot_id: str) -> Bot:
        if (bot := self.world.provider.bots.get(bot_id)) is None:
            raise missing("bot")
        return bot

    def _booking(self, bot_id: str) -> Booking:
        if (booking := self.world.provider.bookings.get(bot_id)) is None:
            raise missing("bot")
        return booking


def _lived(bot: Bot) -> list[Json]:
    """The steps that a bot must have taken to end like this, each at a moment that fits."""
    scripts = (steps for steps in SCRIPTS.values() if steps[-1].error_code == bot.error_code)
    steps = next(scripts, (*ARRIVING[:2], Step("failed")))
    told = {
        "in_call_not_recording": bot.joined_at,
        "in_call_recording": bot.joined_at,
        "call_ended": bot.exited_at,
    }
    at, history = bot.created_at, []
    for step in steps[:-1]:
        at = max(at + 0.001, told.get(step.code) or 0.0)
        history.append({"code": step.code, "created_at": at})
    return [*history, {"code": bot.status, "created_at": max(at + 0.001, bot.updated_at)}]
