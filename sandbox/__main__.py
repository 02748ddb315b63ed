"""`python -m sandbox`: bind first, so that the world knows its own address, then serve."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import replace

import uvicorn

from sandbox.app import build
from sandbox.settings import Settings


class Announcing(uvicorn.Server):
    """Says one line once it really answers; whoever started us waits for it."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self.address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"sandbox listening on {self.address}\n")
            sys.stdout.flush()


def main() -> int:
    settings = Settings.from_environment()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        sys.stderr.write(f"sandbox cannot listen on port {settings.port}: {error.strerror}\n")
        return 1
    settings = replace(settings, port=listener.getsockname()[1])
    config = uvicorn.Config(
        build(settings), log_level=os.environ.get("SANDBOX_LOG_LEVEL", "warning"), lifespan="on",
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    Announcing(config, f"http://{settings.host}:{settings.port}").run(sockets=[listener])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
