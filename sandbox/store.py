"""The world on disk, so that a demo started again tomorrow still knows its calendars and bots.

One JSON file, written a moment after each change and at the end, replaced in one step.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sandbox.google.state import AccessToken, Behaviour, Code, GoogleState, Grant
from sandbox.microsoft import state as microsoft
from sandbox.provider.models import Booking, Bot, Calendar, Event, Provider
from sandbox.world import World
from sandbox.zoom import state as zoom

_VERSION = 1
_EVERY_SECONDS = 2.0


class Store:
    def __init__(self, world: World) -> None:
        self.world = world
        self.path: Path | None = world.settings.state
        self._written = ""

    async def keep_saving(self) -> None:
        while self.path is not None:
            await asyncio.sleep(_EVERY_SECONDS)
            self.save()

    def save(self) -> None:
        if self.path is None:
            return
        text = json.dumps(self._dump())
        if text != self._written:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            draft = self.path.with_suffix(".draft")
            draft.write_text(text, encoding="utf-8")
            draft.replace(self.path)
            self._written = text

    def load(self) -> None:
        if self.path is None or not self.path.exists():
            return
        saved = json.loads(self.path.read_text(encoding="utf-8"))
        if saved["version"] != _VERSION:
            return
        world = self.world
        world.ids.count = saved["ids"]
        world.clock.offset = saved["clock_offset"]
        world.provider = _provider(saved["provider"])
        _fill_google(world.google, saved["google"])
        _fill_microsoft(world.microsoft, saved.get("microsoft", {}))
        _fill_zoom(world.zoom, saved.get("zoom", {}))
        world.jobs.load(saved["jobs"])
        world.post.load(saved["post"])
        self._prefer_settings()

    def _prefer_settings(self) -> None:
        """Where to send to is said anew at each start: ports change between runs."""
        if self.world.settings.webhook_url:
            self.world.post.url = self.world.settings.webhook_url
            self.world.post.secret = self.world.settings.webhook_secret
        for message in self.world.post.messages.values():
            if message.kind == "webhook" and message.state == "pending":
                message.url = self.world.post.url
                if message.scheme != "key":
                    message.secret = self.world.post.secret

    def _dump(self) -> dict[str, Any]:
        world = self.world
        return {
            "version": _VERSION,
            "ids": world.ids.count,
            "clock_offset": world.clock.offset,
            "provider": asdict(world.provider),
            "google": asdict(world.google),
            "microsoft": asdict(world.microsoft),
            "zoom": asdict(world.zoom),
            "jobs": world.jobs.dump(),
            "post": world.post.dump(),
        }


def _provider(saved: dict[str, Any]) -> Provider:
    calendars = {}
    for id, row in saved["calendars"].items():
        events = {event_id: Event(**event) for event_id, event in row.pop("events").items()}
        calendars[id] = Calendar(**row, events=events)
    return Provider(
        bots={id: Bot(**row) for id, row in saved["bots"].items()},
        bookings={id: Booking(**row) for id, row in saved["bookings"].items()},
        calendars=calendars,
        next_story=saved["next_story"],
        event_stories=saved["event_stories"],
    )


def _fill_google(google: GoogleState, saved: dict[str, Any]) -> None:
    google.grants = {id: Grant(**row) for id, row in saved["grants"].items()}
    google.codes = {id: Code(**row) for id, row in saved["codes"].items()}
    google.access = {id: AccessToken(**row) for id, row in saved["access"].items()}
    google.behaviour = Behaviour(**saved["behaviour"])
    google.changes, google.added = saved["changes"], saved["added"]
    google.ended = saved.get("ended", {})


def _fill_microsoft(state: microsoft.MicrosoftState, saved: dict[str, Any]) -> None:
    if not saved:  # written before there was a Microsoft
        return
    state.grants = {id: microsoft.Grant(**row) for id, row in saved["grants"].items()}
    state.codes = {id: microsoft.Code(**row) for id, row in saved["codes"].items()}
    state.access = {id: microsoft.AccessToken(**row) for id, row in saved["access"].items()}
    state.behaviour = microsoft.Behaviour(**saved["behaviour"])
    state.approved = saved["approved"]


def _fill_zoom(state: zoom.ZoomState, saved: dict[str, Any]) -> None:
    if not saved:  # written before there was a Zoom
        return
    state.grants = {id: zoom.Grant(**row) for id, row in saved["grants"].items()}
    state.codes = {id: zoom.Code(**row) for id, row in saved["codes"].items()}
    state.access = {id: zoom.AccessToken(**row) for id, row in saved["access"].items()}
    state.credentials = {id: zoom.Credential(**row) for id, row in saved["credentials"].items()}
    state.behaviour = zoom.Behaviour(**saved["behaviour"])
