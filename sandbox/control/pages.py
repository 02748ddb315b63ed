"""/sandbox/: the same strings for people, as plain pages with forms and no script."""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.routing import Route

from sandbox.control.bots import BotControl
from sandbox.control.events import EventControl
from sandbox.play import Play


class Pages:
    def __init__(self, play: Play, bots: BotControl, events: EventControl) -> None:
        self.play, self.world = play, play.world
        self.bots, self.events = bots, events

    def routes(self) -> list[Route]:
        return [Route("/sandbox", lambda request: RedirectResponse("/sandbox/api/state"))]
