"""Everything there is, in one place: clock, jobs, provider, calendars, post, media.

The parts are plain state; what happens to them stands in the packages beside this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.faults import Fault
from sandbox.google.state import GoogleState
from sandbox.ids import Ids
from sandbox.jobs import Jobs
from sandbox.media.links import Links
from sandbox.media.shelf import Shelf
from sandbox.microsoft.state import MicrosoftState
from sandbox.provider.models import Provider
from sandbox.request_log import RequestLog
from sandbox.settings import Settings
from sandbox.webhooks import Post
from sandbox.zoom.state import ZoomState


@dataclass
class World:
    settings: Settings
    clock: Clock
    ids: Ids
    jobs: Jobs
    post: Post
    requests: RequestLog
    links: Links
    shelf: Shelf
    provider: Provider = field(default_factory=Provider)
    faults: list[Fault] = field(default_factory=list)
    google: GoogleState = field(default_factory=GoogleState)
    microsoft: MicrosoftState = field(default_factory=MicrosoftState)
    zoom: ZoomState = field(default_factory=ZoomState)

    @classmethod
    def create(cls, settings: Settings) -> World:
        clock = Clock(settings.speed)
        ids, jobs = Ids(settings.seed), Jobs(clock)
        public_url = settings.public_url or f"http://{settings.host}:{settings.port}"
        return cls(
            settings=settings,
            clock=clock,
            ids=ids,
            jobs=jobs,
            post=Post(jobs, ids, settings.webhook_url, settings.webhook_secret),
            requests=RequestLog(clock),
            links=Links(clock, public_url, settings.seed),
            shelf=Shelf(settings.media_dir),
            google=GoogleState(client_secret=settings.google_client_secret),
            microsoft=MicrosoftState(client_secret=settings.microsoft_client_secret),
            zoom=ZoomState(client_secret=settings.zoom_client_secret),
        )
