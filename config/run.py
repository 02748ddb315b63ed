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

from config import queues, servers

PARTS = ("web", "edge", "worker", "beat")
LISTENERS = {"web": (servers.pages, 8000), "edge": (servers.edge, 8001)}


def command(part: str, *names: str, environment: Mapping[str, str]) -> list[str]:
    """What Python is told. Raises ValueError, with a sentence, for what cannot be started."""
    if part in LISTENERS and not names:
        listener, usual_port = LISTENERS[part]
        port = _number(environment, "PORT", usual_port, most=65_535)
        _number(environment, "WEB_CONCURRENCY", 1, most=1_000)  # gunicorn reads it itself
        return listener(port, host=environment.get("HOST") or "127.0.0.1")
    if part == "worker" and set(names) <= set(queues.NAMES):
        return servers.worker(*names)
    if part == "beat" and not names:
        return servers.beat()
    raise ValueError(
        f"{' '.join([part, *names])!r} is none of: {', '.join(PARTS)};"
        f" a worker may be told its queues, of: {', '.join(queues.NAMES)}."
    )


def _number(environment: Mapping[str, str], name: str, usual: int, *, most: int) -> int:
    text = environment.get(name) or str(usual)
    if not text.isdecimal() or not 0 < int(text) <= most:
        raise ValueError(f"{name} is {text!r}; it must be a whole number from 1 to {most}.")
    return int(text)


if __name__ == "__main__":
    try:
        arguments = command(*(sys.argv[1:] or [""]), environment=os.environ)
    except ValueError as error:
        sys.exit(f"Earshot does not start: {error}")
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 (becomes the part)
