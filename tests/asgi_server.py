"""Earshot as it is really served: uvicorn in a process of its own, on the tests' database.

    with run_asgi() as server:
        httpx.get(f"{server.url}/live/", …)

The test must commit what the server shall see: `@pytest.mark.django_db(transaction=True)`. The
fixture `asgi_server` (tests/conftest.py) shares one server among all tests of a run.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 120
STOP_SECONDS = 10


@dataclass
class AsgiServer:
    """One running server. `log` has what it printed."""

    url: str
    process: "subprocess.Popen[bytes]"
    log_path: Path

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=STOP_SECONDS)

    def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=STOP_SECONDS)


def database_url() -> str:
    """Return the address of the database the tests use at this moment."""
    it = connection.settings_dict
    user = quote(it["USER"], safe="")
    password = quote(it["PASSWORD"], safe="")
    login = f"{user}:{password}" if password else user
    socket_folder = it["OPTIONS"].get("host")
    if socket_folder:
        return f"postgresql://{login}@/{it['NAME']}?{urlencode({'host': socket_folder})}"
    return f"postgresql://{login}@{it['HOST']}:{it['PORT'] or 5432}/{it['NAME']}"


@contextmanager
def run_asgi(*, port: int | None = None, **environment: str) -> Iterator[AsgiServer]:
    """Serve config.asgi:application until the block ends; extra settings by keyword."""
    port = port or free_port()
    log_path = Path(tempfile.mkdtemp(prefix="earshot-asgi-")) / "server.log"
    own = {
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--no-access-log"]
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host=127.0.0.1", f"--port={port}"],
            cwd=ROOT,
            env={**os.environ, **own, **environment},
            stdout=log,
            stderr=log,
        )
    server = AsgiServer(f"http://127.0.0.1:{port}", process, log_path)
    try:
        _wait_until_ready(server, port)
        yield server
    finally:
        try:
            server.stop()
        except subprocess.TimeoutExpired:
            server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: AsgiServer, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        assert server.process.poll() is None, server.log
        assert time.monotonic() < deadline, server.log
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
