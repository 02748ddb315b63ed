"""A bot's way through its story, and what happens when somebody interrupts it.

Each step is one job. Leaving replaces the rest of the story by an ending; pausing only stops the
recording: the meeting goes on, and what was said meanwhile is simply missing.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.clock import iso
from sandbox.http import ApiError
from sandbox.provider.models import INSIDE, RECORDING, TERMINAL, Bot
from sandbox.provider.voices import Delays, Voice
from sandbox.stories import ON_TIME, SCRIPTS, Step, Wait
from sandbox.world import World
from sandbox.zoom.credentials import ZoomCredentials

_EXITS = frozenset({"call_ended", "bot_removed", "api_request_stop", "recording_failed"})


class Lifecycle:
    def __init__(self, world: World, voices: Mapping[str, Voice]) -> None:
        self.world, self.voices = world, voices
        self.zoom = ZoomCredentials(world)
        world.jobs.handlers["bot.step"] = self.step

    def launch(self, bot: Bot) -> None:
        self.world.provider.bots[bot.bot_id] = bot
        self.zoom.use(bot)
        self.step(bot.bot_id)

    def step(self, bot_id: str) -> None:
        bot = self.world.provider.bots[bot_id]
        step = SCRIPTS[bot.script][bot.step]
        self._enter(bot, step)
        bot.step += 1
        self._plan_next(bot)

    def switch(self, bot: Bot, script: str) -> None:
        """Go on with another story from the place where the bot is now."""
        if script != bot.script:
            codes = [step.code for step in SCRIPTS[script]]
            if bot.status not in codes:
                raise wrong_state(bot, f"begin the story {script}")
            bot.script, bot.step = script, codes.index(bot.status) + 1
        self._plan_next(bot)

    def leave(self, bot: Bot) -> None:
        if bot.is_terminal:
            raise wrong_state(bot, "leave")
        if bot.script.startswith("left_"):
            return
        ending = "left_while_recording" if bot.has_recorded else "left_before_recording"
        bot.script, bot.step = ending, 0
        self._plan_next(bot)

    def pause(self, bot: Bot) -> None:
        if bot.status not in RECORDING:
            raise wrong_state(bot, "pause recording")
        if self._voice(bot).cuts_pauses:
            self._stop_recording(bot)
        self._enter(bot, Step("recording_paused"))

    def resume(self, bot: Bot) -> None:
        if bot.status != "recording_paused" or is_stopped(bot):
            raise wrong_state(bot, "resume recording")
        self._enter(bot, Step("recording_resumed"))

    def stop(self, bot: Bot) -> None:
        """End the recording; the bot stays, and may begin another."""
        if bot.status not in (*RECORDING, "recording_paused") or is_stopped(bot):
            raise wrong_state(bot, "stop recording")
        bot.breaks.append({"stopped": self.world.clock.now(), "begun": None})
        self._enter(bot, Step("recording_paused"))

    def start(self, bot: Bot) -> None:
        if not is_stopped(bot):
            raise wrong_state(bot, "start recording")
        bot.breaks[-1]["begun"] = self.world.clock.now()
        self._enter(bot, Step("recording_resumed"))

    def say(self, bot: Bot, text: str) -> None:
        """The bot writes into the meeting's chat; its own messages are not reported back."""
        if bot.status not in INSIDE:
            raise wrong_state(bot, "send a chat message")
        self._remember_chat(bot, bot.config["bot_name"], None, text)

    def hear(self, bot: Bot, sender: str, text: str, delays: Delays = ON_TIME) -> None:
        """Somebody else writes into the meeting's chat."""
        message = self._remember_chat(bot, sender, 100 + bot.cast.index(sender), text)
        if not bot.silent:
            self._voice(bot).chat(bot, message, delays)

    def send_final(self, bot: Bot, delays: Delays = ON_TIME) -> None:
        if delays and not bot.silent:
            self._voice(bot).final(bot, delays)

    def call_back(
        self, bot: Bot, config: dict[str, object] | None = None, delays: Delays = ON_TIME
    ) -> None:
        chosen = config or bot.config.get("callback_config")
        if chosen and not bot.silent:
            self._voice(bot).call_back(bot, chosen, delays)

    def _enter(self, bot: Bot, step: Step) -> None:
        # Two steps never share a moment, so that sorting by time gives back the story.
        now = max(self.world.clock.now(), bot.updated_at + 0.001)
        bot.status, bot.updated_at = step.code, now
        bot.history.append({"code": step.code, "created_at": now})
        self._note_presence(bot, now)
        if step.code in TERMINAL:
            self._finish(bot, step, now)
        elif step.webhooks and not bot.silent:
            self._voice(bot).status(bot, step)
        if step.code == "in_call_recording":
            self._greet(bot)
        for number in range(step.chat):
            sender = bot.cast[number % len(bot.cast)]
            self.hear(bot, sender, f"Hello {number + 1}", step.webhooks)

    def _note_presence(self, bot: Bot, now: float) -> None:
        if bot.status == "in_call_not_recording":
            bot.joined_at = now
        elif bot.status in RECORDING:
            bot.recording_since, bot.has_recorded = bot.recording_since or now, True
        elif bot.status in _EXITS and bot.exited_at is None:
            self._stop_recording(bot)
            bot.exited_at = now if bot.joined_at else None

    def recorded_so_far(self, bot: Bot) -> float:
        """In story seconds; the length of the recording once it has ended."""
        if bot.recording_since is None:
            return bot.recorded_seconds
        elapsed = (self.world.clock.now() - bot.recording_since) * self._speed(bot)
        room = bot.call_seconds - bot.recorded_seconds
        return bot.recorded_seconds + max(1.0, min(elapsed, room))

    def _stop_recording(self, bot: Bot) -> None:
        bot.recorded_seconds = self.recorded_so_far(bot)
        bot.recording_since = None

    def _finish(self, bot: Bot, step: Step, now: float) -> None:
        bot.ended_at = now
        bot.error_code, bot.error_message = step.error_code, step.message
        self.send_final(bot, step.webhooks)
        if bot.config.get("callback_enabled") and step.webhooks:
            self.call_back(bot, delays=step.webhooks[:1])

    def _greet(self, bot: Bot) -> None:
        if greeting := bot.config.get("entry_message"):
            self._remember_chat(bot, bot.config["bot_name"], None, greeting)
        if bot.cast:
            self.hear(bot, bot.cast[-1], "Hi all, my sound is working again.")

    def _remember_chat(
        self, bot: Bot, sender: str, sender_id: int | None, text: str
    ) -> dict[str, object]:
        message: dict[str, object] = {
            "message_id": f"{bot.bot_id[:8]}-{len(bot.chat) + 1}",
            "sender_name": sender,
            "sender_id": sender_id,
            "text": text,
            "timestamp": iso(self.world.clock.now()),
        }
        bot.chat.append(message)
        return message

    def _plan_next(self, bot: Bot) -> None:
        key, steps = f"bot:{bot.bot_id}", SCRIPTS[bot.script]
        if bot.step < len(steps) and not bot.is_terminal:
            # A story changed in the middle of a wait does not begin the wait again.
            waited = (self.world.clock.now() - bot.updated_at) * self._speed(bot)
            seconds = max(0.0, self._seconds(bot, steps[bot.step].after) - waited)
            self.world.jobs.after(key, "bot.step", seconds, speed=bot.speed, bot_id=bot.bot_id)
        else:
            self.world.jobs.cancel(key)

    def _speed(self, bot: Bot) -> float:
        return bot.speed or self.world.clock.speed

    def _seconds(self, bot: Bot, wait: Wait) -> float:
        if wait == "call":
            return bot.call_seconds
        if wait == "waiting":
            patience = float(bot.config["timeout_config"]["waiting_room_timeout"])
            return min(patience, self.world.settings.waiting_seconds)
        return wait

    def _voice(self, bot: Bot) -> Voice:
        return self.voices[bot.provider]


def is_stopped(bot: Bot) -> bool:
    return bool(bot.breaks) and bot.breaks[-1]["begun"] is None


def wrong_state(bot: Bot, wish: str) -> ApiError:
    return ApiError(409, "FST_ERR_BOT_STATUS", f"Cannot {wish} while the bot is {bot.status}")
