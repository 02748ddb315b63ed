"""PostgreSQL and Redis that are installed on the machine, where no wheel brings them.

The first process that asks starts one, on a socket in the temporary folder and with its data in
VAR_DIR; it ends with that process. Others join it.
"""

import atexit
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import psycopg
import redis
from django.core.exceptions import ImproperlyConfigured

READY_SECONDS = 30
DEBIAN = "usr/lib/postgresql/*/bin"  # Debian keeps the server out of the PATH


def postgres_programs() -> Path | None:
    """Where `postgres` and `initdb` are; the newest when there are several."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    places = [place for place in Path("/").glob(DEBIAN) if (place / "postgres").exists()]
    return max(places, key=lambda place: int(place.parent.name), default=None)


def has_redis() -> bool:
    return bool(shutil.which("redis-server"))


def postgres(programs: Path, data: Path) -> str:
    """The address of a PostgreSQL with its data in `data`; raises ImproperlyConfigured."""
    sockets = _sockets(data)
    address = f"postgresql://postgres@/postgres?host={sockets}"
    if _answers(answers_sql := partial(_answers_sql, address)):
        return address
    owner = _owner()
    for folder in (data, sockets):
        if owner:
            shutil.chown(folder, owner)
    if not (data / "PG_VERSION").exists():
        made = subprocess.run(  # noqa: S603 (our own words)
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"],
            user=owner,
            cwd=data,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            why = made.stderr.strip().splitlines()[-1:] or [f"initdb ended with {made.returncode}"]
            raise ImproperlyConfigured(f"PostgreSQL could not be set up: {why[0]}")
    listening = ["-k", str(sockets), "-c", "listen_addresses="]
    command = [str(programs / "postgres"), "-D", str(data), *listening]
    _start("PostgreSQL", command, owner, data, answers_sql, signal.SIGINT)
    return address


def broker(data: Path) -> str:
    """The address of a Redis with its data in `data`; raises ImproperlyConfigured."""
    socket = _sockets(data) / "redis.sock"
    if not _answers(answers := partial(_answers_ping, socket)):
        listening = ["--port", "0", "--unixsocket", str(socket)]
        command = ["redis-server", *listening, "--dir", str(data)]
        _start("Redis", command, None, data, answers, signal.SIGTERM)
    return f"redis+socket://{socket}"


def _owner() -> str | None:
    """Whom PostgreSQL runs as when we are root, whom it refuses."""
    return "nobody" if os.geteuid() == 0 else None


def _sockets(data: Path) -> Path:
    """A short path: the system's limit for a socket is about a hundred letters."""
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"earshot-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _start(
    name: str,
    command: Sequence[str],
    owner: str | None,
    data: Path,
    answers: Callable[[], object],
    end: signal.Signals,
) -> None:
    """Start it, out of reach of a Ctrl-C that is meant for us, and wait until it answers."""
    log = data / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603 (our own words)
            command, user=owner, cwd=data, stdout=output, stderr=output, start_new_session=True
        )
    atexit.register(_stop, process, end)
    give_up = time.monotonic() + READY_SECONDS
    while not _answers(answers):
        if process.poll() is not None or time.monotonic() > give_up:
            raise ImproperlyConfigured(f"{name} did not start; {log} says why.")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes], end: signal.Signals) -> None:
    process.send_signal(end)
    process.wait(READY_SECONDS)


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (psycopg.OperationalError, redis.RedisError, OSError):
        return False
    return True


def _answers_sql(address: str) -> None:
    psycopg.connect(address, connect_timeout=2).close()


def _answers_ping(socket: Path) -> None:
    with redis.Redis(unix_socket_path=str(socket)) as client:
        client.ping()
