"""What Recall.ai sends: messages in its own signature, and live lines to each bot's endpoints.

bot.<code>, recording.*, transcript.*          when a step is taken
transcript.partial_data, transcript.data       while it records: half a line, then the whole
participant_events.join, .leave                people come as it begins, and leave with its end
calendar.update, calendar.sync_events          which calendar to read again, and nothing more
"""

from __future__ import annotations

from sandbox.clock import iso
from sandbox.http import Json
from sandbox.media.script import script
from sandbox.provider.models import RECORDING, Bot, Calendar, Event
from sandbox.provider.voices import Delays
from sandbox.recall import config, files, payloads
from sandbox.stories import Step
from sandbox.world import World

LINE = "recall.line"
SCHEME = "webhook"


class RecallVoice:
    follows_meetings = False
    drops_cancelled = True
    cuts_pauses = False

    def __init__(self, world: World) -> None:
        self.world = world
        self._changed: set[str] = set()
        world.jobs.handlers[LINE] = self._say_line

    # Bots

    def status(self, bot: Bot, step: Step) -> None:
        before = [one["code"] for one in bot.history[:-1]]
        said = payloads.change_of(bot, step.code, ended=_has_ended(before))
        if said:
            self._tell_status(bot, *said, step.webhooks)
        if step.code == "recording_paused":
            self._tell_recording(bot, payloads.recording_code(bot), step.webhooks)
        elif step.code == "recording_succeeded":
            self._tell_recording(bot, "done", step.webhooks)
        elif step.code == "transcribing" and payloads.transcript_code(bot):
            self._tell_transcript(bot, "processing", step.webhooks)
        elif step.code == "call_ended" and before[-1] in RECORDING:  # nobody sent the bot away
            self._tell_people(bot, "leave", bot.updated_at, step.webhooks)
        elif step.code == "in_call_recording":
            self._tell_recording(bot, "processing", step.webhooks)
            if not _has_recorded(before):
                self._tell_people(bot, "join", _began(bot), step.webhooks)
            self._plan_line(bot.bot_id, 0, half=True)

    def final(self, bot: Bot, delays: Delays) -> None:
        if payloads.recordings_code(bot) == "failed":
            self._tell_recording(bot, "failed", delays)
        if said := payloads.change_of(bot, bot.status, ended=True):
            self._tell_status(bot, *said, delays)
        if code := payloads.transcript_code(bot):
            self._tell_transcript(bot, code, delays)

    def chat(self, bot: Bot, message: Json, delays: Delays) -> None:
        event, sender = "participant_events.chat_message", bot.cast.index(message["sender_name"])
        said = {
            "participant": files.participant(bot, sender),
            "timestamp": {"absolute": message["timestamp"], "relative": 1.0},
            "data": {"text": message["text"], "to": "everyone"},
        }
        self._tell_endpoints(bot, event, said, "participant_events", delays)

    def _tell_people(self, bot: Bot, action: str, at: float, delays: Delays) -> None:
        for index in range(len(bot.cast)):
            said = {
                "participant": files.participant(bot, index),
                "timestamp": {"absolute": iso(at), "relative": round(at - _began(bot), 2)},
                "data": None,
            }
            event = f"participant_events.{action}"
            self._tell_endpoints(bot, event, said, "participant_events", delays)

    def call_back(self, bot: Bot, config: Json, delays: Delays) -> None:
        """There are no callbacks of single bots."""

    # Calendars

    def connected(self, calendar: Calendar) -> None:
        """Told when it has been read for the first time."""

    def first_read(self, calendar: Calendar) -> None:
        self.health(calendar)
        self._changed.add(calendar.calendar_id)
        self.read(calendar)

    def health(self, calendar: Calendar) -> None:
        self._announce("calendar.update", {"calendar_id": calendar.calendar_id})

    def appeared(self, calendar: Calendar, events: list[Event]) -> None:
        self._changed.add(calendar.calendar_id)

    def changed(self, calendar: Calendar, event: Event) -> None:
        self._changed.add(calendar.calendar_id)

    def cancelled(self, calendar: Calendar, event: Event) -> None:
        self._changed.add(calendar.calendar_id)

    def read(self, calendar: Calendar) -> None:
        if calendar.calendar_id in self._changed:
            self._changed.discard(calendar.calendar_id)
            since = iso(calendar.updated_at)
            body = {"calendar_id": calendar.calendar_id, "last_updated_ts": since}
            self._announce("calendar.sync_events", body)

    def disconnected(self, calendar: Calendar) -> None:
        """Our own deletion is not told back."""

    # Live lines

    def _plan_line(self, bot_id: str, number: int, *, half: bool) -> None:
        bot = self.world.provider.bots[bot_id]
        lines = script(files.live_talk(bot))
        is_heard = not bot.silent and bool(config.endpoints(bot.config, "transcript.data"))
        if not is_heard or number >= len(lines):
            return
        line = lines[number]
        done = (self.world.clock.now() - _began(bot)) * (bot.speed or self.world.clock.speed)
        due = (line.start + line.end) / 2 if half else line.end
        self.world.jobs.after(
            f"recall-line:{bot_id}", LINE, max(due - done, 0.0), speed=bot.speed,
            bot_id=bot_id, number=number, half=half,
        )  # fmt: skip

    def _say_line(self, bot_id: str, number: int, half: bool) -> None:
        bot = self.world.provider.bots.get(bot_id)
        if bot is None or bot.is_terminal or bot.exited_at:
            return
        if bot.status in RECORDING:  # what is said during a pause is not heard
            line = script(files.live_talk(bot))[number]
            most = (len(line.words) + 1) // 2 if half else None
            said = {
                "words": files.words(line, _began(bot), most=most),
                "participant": files.participant(bot, line.speaker),
            }
            event = "transcript.partial_data" if half else "transcript.data"
            self._tell_endpoints(bot, event, said, "transcript", (0.0,))
        self._plan_line(bot_id, number if half else number + 1, half=not half)

    # Words

    def _tell_status(self, bot: Bot, code: str, sub_code: str | None, delays: Delays) -> None:
        data = {"code": code, "sub_code": sub_code, "updated_at": iso(bot.updated_at)}
        self._tell(bot, f"bot.{code}", data, {}, delays)

    def _tell_recording(self, bot: Bot, code: str, delays: Delays) -> None:
        metadata = payloads.recording_metadata(bot.config)
        part = {"recording": {"id": payloads.recording_id(bot), "metadata": metadata}}
        self._tell(bot, f"recording.{code}", _code(bot, code), part, delays)

    def _tell_transcript(self, bot: Bot, code: str, delays: Delays) -> None:
        part = {"transcript": {"id": payloads.part_id(bot, "transcript"), "metadata": {}}}
        self._tell(bot, f"transcript.{code}", _code(bot, code), part, delays)

    def _tell(self, bot: Bot, event: str, data: Json, parts: Json, delays: Delays) -> None:
        body = {"data": data, "bot": payloads.part_of(bot), **parts}
        self.world.post.send(
            event, {"event": event, "data": body}, delays=delays, speed=bot.speed, scheme=SCHEME
        )

    def _tell_endpoints(
        self, bot: Bot, event: str, data: Json, source: str, delays: Delays
    ) -> None:
        body = {
            "data": data,
            "bot": payloads.part_of(bot),
            "recording": {"id": payloads.recording_id(bot), "metadata": {}},
            "realtime_endpoint": {"id": payloads.part_id(bot, "endpoint"), "metadata": {}},
            source: {"id": payloads.part_id(bot, source), "metadata": {}},
        }
        for endpoint in config.endpoints(bot.config, event):
            self.world.post.send(
                event, {"event": event, "data": body}, delays=delays, speed=bot.speed,
                url=endpoint["url"], scheme=SCHEME,
            )  # fmt: skip

    def _announce(self, event: str, body: Json) -> None:
        self.world.post.send(event, {"event": event, "data": body}, speed=None, scheme=SCHEME)


def _code(bot: Bot, code: str) -> Json:
    return {"code": code, "sub_code": None, "updated_at": iso(bot.updated_at)}


def _has_ended(codes: list[str]) -> bool:
    return any(code in payloads.ENDS or code == "call_ended" for code in codes)


def _has_recorded(codes: list[str]) -> bool:
    return "in_call_recording" in codes


def _began(bot: Bot) -> float:
    return float(next(s["created_at"] for s in bot.history if s["code"] == "in_call_recording"))
