"""The people behind the scenes: bots, bookings, calendars and agenda, wired to one world."""

from __future__ import annotations

from sandbox.clock import MINUTE
from sandbox.google.agenda import Agenda
from sandbox.google.state import GoogleState
from sandbox.meetingbaas_v1.voice import V1, VoiceV1
from sandbox.meetingbaas_v2.voice import VoiceV2
from sandbox.microsoft.state import MicrosoftState
from sandbox.provider.bookings import Bookings
from sandbox.provider.lifecycle import Lifecycle
from sandbox.provider.models import V2, Provider
from sandbox.provider.sync import Sync
from sandbox.provider.voices import Voice
from sandbox.recall.payloads import RECALL
from sandbox.recall.voice import RecallVoice
from sandbox.weather import Weather
from sandbox.world import World
from sandbox.zoom.state import ZoomState

_DEMO_CALENDAR = "maya@northwind.example"


class Play:
    def __init__(self, world: World) -> None:
        self.world = world
        self.voices: dict[str, Voice] = {
            V2: VoiceV2(world),
            V1: VoiceV1(world),
            RECALL: RecallVoice(world),
        }
        self.lifecycle = Lifecycle(world, self.voices)
        self.bookings = Bookings(world, self.lifecycle)
        self.agenda = Agenda(world)
        self.sync = Sync(world, self.agenda, self.bookings, self.voices)

    def open(self) -> None:
        """There is always a meeting going on, and one that begins in a few minutes."""
        now = self.world.clock.now()
        if not self._has_link_between(now, now + 1):
            start = now - now % (5 * MINUTE) - 5 * MINUTE
            self._pin("Harborlight: weekly customer call", start, 50, "zoom",
                      ["maya", "karin", "priya", "daniel"])  # fmt: skip
        if not self._has_link_between(now + 6 * MINUTE, now + 14 * MINUTE, starting=True):
            start = now - now % (5 * MINUTE) + 10 * MINUTE
            self._pin("Design review: calendar page", start, 30, "meet",
                      ["aisha", "maya", "jonas", "elin"])  # fmt: skip

    def reset(self) -> None:
        """As it was at the beginning, except for speed, address and the log of requests."""
        world, settings = self.world, self.world.settings
        world.provider = Provider()
        world.google = GoogleState(client_secret=settings.google_client_secret)
        world.microsoft = MicrosoftState(client_secret=settings.microsoft_client_secret)
        world.zoom = ZoomState(client_secret=settings.zoom_client_secret)
        world.jobs.pending.clear()
        world.post.messages.clear()
        world.post.weather = Weather()
        world.post.switch_on()
        world.clock.offset = 0.0
        world.faults.clear()
        self.open()

    def _has_link_between(self, begin: float, end: float, *, starting: bool = False) -> bool:
        meetings = self.agenda.between(_DEMO_CALENDAR, begin, end)
        return any(
            meeting["meeting_platform"]
            and meeting["status"] == "confirmed"
            and (not starting or meeting["start"] >= begin)
            for meeting in meetings
        )

    def _pin(self, title: str, start: float, minutes: float, link: str, people: list[str]) -> None:
        meeting = self.agenda.new(_DEMO_CALENDAR, title, start, minutes, link, people)
        self.agenda.add(_DEMO_CALENDAR, meeting)
