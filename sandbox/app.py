"""The sandbox put together: one world, its routes, and the lifespan that keeps it going."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox.control.routes import ControlRoutes
from sandbox.faults import Faults
from sandbox.google.oauth import GoogleRoutes
from sandbox.http import ApiError
from sandbox.media.routes import media_routes
from sandbox.meetingbaas_v1.bot_routes import BotRoutesV1
from sandbox.meetingbaas_v1.calendar_routes import CalendarRoutesV1
from sandbox.meetingbaas_v1.door import DoorV1
from sandbox.meetingbaas_v1.event_routes import EventRoutesV1
from sandbox.meetingbaas_v1.zoom_routes import ZoomConnectionRoutesV1
from sandbox.meetingbaas_v2.bot_routes import BotRoutes
from sandbox.meetingbaas_v2.calendar_bot_routes import CalendarBotRoutes
from sandbox.meetingbaas_v2.calendar_routes import CalendarRoutes
from sandbox.meetingbaas_v2.limits import Door
from sandbox.meetingbaas_v2.scheduled_routes import ScheduledRoutes
from sandbox.meetingbaas_v2.zoom_routes import ZoomCredentialRoutes
from sandbox.microsoft.oauth import MicrosoftRoutes
from sandbox.play import Play
from sandbox.recall.bot_routes import RecallBotRoutes
from sandbox.recall.calendar_routes import RecallCalendarRoutes
from sandbox.recall.door import Door as RecallDoor
from sandbox.recall.transcript_routes import RecallTranscriptRoutes
from sandbox.request_log import LogRequests
from sandbox.settings import Settings
from sandbox.store import Store
from sandbox.world import World
from sandbox.zoom.routes import ZoomRoutes


def build(settings: Settings) -> Starlette:
    world = World.create(settings)
    play = Play(world)
    app = Starlette(
        routes=_routes(play),
        middleware=[
            Middleware(LogRequests, log=world.requests),
            Middleware(Faults, planned=world.faults),
            Middleware(Door, api_key=settings.api_key, per_second=settings.rate_limit),
            Middleware(DoorV1, api_key=settings.api_key),
            Middleware(RecallDoor, settings=settings),
        ],
        exception_handlers={ApiError: _refuse, 404: _nowhere, 405: _nowhere},
        lifespan=lambda app: _living(play, Store(world)),
    )
    app.state.world = world
    return app


def _routes(play: Play) -> list[Route | Mount]:
    world = play.world
    return [
        # Before /v2/bots/{bot_id}, which would take "scheduled" for an id.
        *ScheduledRoutes(world, play.bookings).routes(),
        *BotRoutes(world, play.bookings, play.lifecycle).routes(),
        *CalendarRoutes(world, play.sync).routes(),
        *CalendarBotRoutes(world, play.bookings).routes(),
        *ZoomCredentialRoutes(world).routes(),
        *BotRoutesV1(world, play.bookings, play.lifecycle).routes(),
        *CalendarRoutesV1(world, play.sync, play.bookings).routes(),
        *EventRoutesV1(world, play.bookings).routes(),
        *ZoomConnectionRoutesV1(world).routes(),
        *RecallBotRoutes(world, play.bookings, play.lifecycle).routes(),
        *RecallTranscriptRoutes(world).routes(),
        *RecallCalendarRoutes(world, play.sync, play.bookings).routes(),
        *GoogleRoutes(world).routes(),
        *MicrosoftRoutes(world).routes(),
        *ZoomRoutes(world).routes(),
        *media_routes(world),
        *ControlRoutes(play).routes(),
        Mount("/sandbox/static", StaticFiles(directory=Path(__file__).with_name("static"))),
    ]


@asynccontextmanager
async def _living(play: Play, store: Store) -> AsyncIterator[None]:
    store.load()
    play.open()
    tasks = [asyncio.create_task(play.world.jobs.run()), asyncio.create_task(store.keep_saving())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        store.save()
        await play.world.post.close()
        play.world.shelf.close()


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    return error.response()


async def _nowhere(request: Request, error: Exception) -> Response:
    route = f"Route {request.method}:{request.url.path} not found"
    return ApiError(404, "FST_ERR_NOT_FOUND", route).response()
