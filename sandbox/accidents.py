"""Accidents with a name: what can happen between Earshot and a provider, to be started by hand.

An accident is some faults (faults.py) for the next calls to any provider's API, or a spell of
silence. A bot's own misfortunes are stories (stories.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sandbox.clock import DAY
from sandbox.faults import PROVIDERS, Fault
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Accident:
    name: str
    title: str
    faults: tuple[Fault, ...] = ()
    silent_seconds: float = 0.0  # of story time


_TOO_MANY = "FST_ERR_TOO_MANY_REQUESTS"

RATE_LIMIT = Accident(
    "rate_limit",
    "The next five writes are too many: asked to come back in two seconds",
    (Fault(PROVIDERS, "POST", 429, _TOO_MANY, retry_after=2, times=5),),
)
SERVER_ERRORS = Accident(
    "server_errors",
    "The next six calls end in an error of the server, three of them as a page of HTML",
    (
        Fault(PROVIDERS, status=500, code="FST_ERR_INTERNAL_SERVER_ERROR", times=3),
        Fault(PROVIDERS, status=502, times=2),
        Fault(PROVIDERS, status=503, times=1),
    ),
)
TIMEOUTS_AFTER_SUCCESS = Accident(
    "timeouts_after_success",
    "The next three writes are done, but the answer is a gateway's that waited too long",
    (Fault(PROVIDERS, "POST", 504, times=3, performed=True),),
)
ENDPOINT_DISABLED = Accident(
    "endpoint_disabled_for_a_day",
    "Webhooks are switched off for a day; what happens meanwhile is never told",
    silent_seconds=DAY,
)

ACCIDENTS: dict[str, Accident] = {
    accident.name: accident
    for accident in (RATE_LIMIT, SERVER_ERRORS, TIMEOUTS_AFTER_SUCCESS, ENDPOINT_DISABLED)
}


def start(world: World, accident: Accident) -> None:
    """Let it happen now, in addition to what is planned already."""
    world.faults.extend(replace(fault) for fault in accident.faults)
    if accident.silent_seconds:
        world.post.switch_off(for_seconds=accident.silent_seconds)
