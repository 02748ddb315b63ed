"""The limit of the machine: how many single rows per second the same database makes durable."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from bench.messages import BODY_BYTES
from bench.telling import percentile

TABLE = "bench_reference"


@dataclass(frozen=True, slots=True)
class Commits:
    """What pgbench found."""

    rate: float
    p99_ms: float


def commits(*, clients: int, seconds: float) -> Commits:
    """Let `clients` insert rows of a webhook's size, one commit each."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (id bigserial PRIMARY KEY, body text NOT NULL)")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(f"INSERT INTO {TABLE} (body) VALUES ('{'x' * BODY_BYTES}');\n")  # noqa: S608
        command = [_program(), "--no-vacuum", "--protocol", "prepared", "--file", str(script)]
        command += ["--client", str(clients), "--jobs", str(min(clients, os.cpu_count() or 1))]
        command += ["--time", str(max(1, round(seconds))), "--log", "--log-prefix", "tx"]
        done = subprocess.run(  # noqa: S603 (PostgreSQL's own program)
            [*command, os.environ["DATABASE_URL"]],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        waits = sorted(
            int(line.split()[2]) / 1000
            for log in Path(folder).glob("tx.*")
            for line in log.read_text().splitlines()
        )
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")
    (rate,) = [line.split()[2] for line in done.stdout.splitlines() if line.startswith("tps")]
    return Commits(float(rate), percentile(waits, 99))


def _program() -> str:
    """The one beside the server's own programs, or the one on the PATH."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
        (folder,) = cursor.fetchone()
    found = shutil.which("pgbench", path=folder) or shutil.which("pgbench")
    if found is None:
        raise FileNotFoundError("No pgbench: it comes with PostgreSQL; put it on the PATH.")
    return found
