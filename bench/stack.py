"""Earshot's own processes for one scenario, and the processes that put load on them."""

import json
import os
import secrets
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
from cryptography.fernet import Fernet

from config import embedded, servers
from config.celery import app
from config.processes import Children

READY_SECONDS = 60


def environment(var: Path) -> dict[str, str]:
    """The settings of every process: production's, on services of the bench's own.

    What is already in the environment wins, so that the figures of another database can be taken.
    """
    own = {
        "DEBUG": "0",
        "STATIC_FROM_SOURCE": "1",
        "ALLOWED_HOSTS": "*",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright keeps a loop in the scenario's thread
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(var),
        "LOG_LEVEL": "WARNING",
        "PUBLIC_URL": "http://localhost",
        "UPSTREAM_BASE_URL": "http://127.0.0.1:9",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }
    started = {}
    if not os.environ.get("DATABASE_URL"):
        started["DATABASE_URL"] = embedded.database_url(var, is_allowed=True)
    if not os.environ.get("CELERY_BROKER_URL"):
        started["CELERY_BROKER_URL"] = embedded.broker_url(var, is_allowed=True)
    return {**own, **started, **os.environ}


class Stack:
    """Starts what a scenario asks for; all of it ends with the scenario."""

    def __init__(self, children: Children, *, is_quick: bool) -> None:
        self.is_quick = is_quick
        self._children = children

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """Stop all that was started, so that nothing writes any more."""
        self._children.stop()

    def web(self) -> "Server":
        """The server of the demo."""
        port = free_port()
        return self._serve("web", servers.web(port), port)

    def plain(self) -> "Server":
        """Django alone, behind WSGI: what the inbox is compared with."""
        port = free_port()
        command = ["-W", "ignore::DeprecationWarning", "-m", "uvicorn", "config.wsgi:application"]
        command += ["--interface", "wsgi", "--port", str(port)]
        return self._serve("plain", [*command, "--no-access-log", "--log-level", "warning"], port)

    def worker(self) -> None:
        """The demo's worker and its clock, ready for the first task: starting is not measured."""
        self._children.start("beat", servers.beat(), dict(os.environ))
        self._children.start("worker", servers.worker(), dict(os.environ))
        until = time.monotonic() + READY_SECONDS
        while not app.control.ping(timeout=1):
            if time.monotonic() > until:
                raise RuntimeError("the worker did not get ready; see its log")

    def load(self, module: str, **wishes: Any) -> "Load":
        """Start a program of this package that puts load on a server."""
        path = self._children.folder / f"{module}.json"
        path.write_text(json.dumps(wishes))
        command = ["-m", f"bench.{module}", str(path)]
        process = self._children.converse(module, command, dict(os.environ))
        self._children.let_go(process)  # it ends by itself
        return Load(process)

    def _serve(self, name: str, command: list[str], port: int) -> "Server":
        process = self._children.start(name, command, dict(os.environ))
        server = Server(process, port)
        self._children.wait_for(f"{server.url}/account/login/", READY_SECONDS)
        return server

    def kill(self, server: "Server") -> None:
        """End a server as a power cut would."""
        self._children.let_go(server.process)
        server.process.kill()
        server.process.wait()


class Server:
    """One running server process and what it uses."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._seen = psutil.Process(process.pid)

    def cpu_seconds(self) -> float:
        used = self._seen.cpu_times()
        return float(used.user + used.system)

    def memory_kb(self) -> float:
        return float(self._seen.memory_full_info().uss) / 1024


class Load:
    """A program that tells what it found, one JSON document per line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def hear(self) -> Any:
        """Wait for the next thing it tells."""
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError("the load ended before it told what it found; see its log")
        return json.loads(line)

    def end(self) -> None:
        """Ask it to come to an end; it still tells what it found."""
        self._process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
