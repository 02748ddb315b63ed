"""Starts one part of Earshot, wherever it runs: container, systemd unit, Procfile or terminal.

python -m config.run web                    the pages                                    port 8000
python -m config.run edge                   webhooks, live streams, films; pages, too    port 8001
python -m config.run worker [queue …]       tasks of these queues; of all when none is named
python -m config.run beat                   what is due by the clock; one of it

Web and edge listen at HOST (this machine alone, unless it is set) and at PORT.
"""

import os
import sys
from collections.abc import Mapping

from config import servers

PARTS = ("web", "edge", "worker", "beat")
LISTENERS = {"web": (servers.pages, 8000), "edge": (servers.edge, 8001)}


def command(part: str, *names: str, environment: Mapping[str, str]) -> list[str]:
    """What Python is told. Raises ValueError for a part, or a port, that cannot be."""
    if part in LISTENERS and not names:
        listener, usual_port = LISTENERS[part]
        port = int(environment.get("PORT", usual_port))
        return listener(port, host=environment.get("HOST", "127.0.0.1"))
    if part == "worker":
        return servers.worker(*names)
    if part == "beat" and not names:
        return servers.beat()
    raise ValueError(part)


if __name__ == "__main__":
    try:
        arguments = command(*(sys.argv[1:] or [""]), environment=os.environ)
    except ValueError as error:
        sys.exit(f"Not {error}: one of {', '.join(PARTS)}; a worker may be told its queues.")
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 (becomes the part)
