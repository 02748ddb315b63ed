"""Puts a backup in place of what is there: all of it, or (before anything is touched) nothing.

digests right? ─► keys right? ─► database free? ─► files ─► database, in one transaction
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import InvalidToken
from django.core.files import File
from django.core.files.storage import default_storage

from accounts.encryption import decrypt
from support.backups import manifest
from support.backups.making import stored_names
from support.backups.manifest import DATABASE, FILES, Entry, Manifest, Trouble
from support.backups.postgres import Server

TABLES = "SELECT count(*) FROM pg_catalog.pg_tables WHERE schemaname = 'public'"
OTHERS = (
    "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
LOOKS, LOOK_EVERY = 20, 0.1
EMPTY_AGAIN = (
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner;"
    " GRANT USAGE ON SCHEMA public TO PUBLIC"
)


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    strangers: int  # files that are newer than the backup: no row names them now


def restore(folder: Path, *, replaces: bool) -> Restored:
    """Raises Trouble; what was there before is then still there."""
    told = manifest.read(folder)
    manifest.check(folder, told)
    _check_keys(told)
    server = Server()
    _check_database(server, replaces=replaces)
    for name, entry in told.files.items():
        _put_back(folder / FILES / name, name, entry)
    with tempfile.TemporaryDirectory(prefix="earshot-restore-") as aside:
        script = Path(aside) / "database.sql"
        plain = ("--no-owner", "--no-privileges", f"--file={script}")
        server.run_aside("pg_restore", *plain, str(folder / DATABASE))
        careful = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
        server.run("psql", *careful, f"--command={EMPTY_AGAIN}", f"--file={script}")
    strangers = sum(name not in told.files for name in stored_names())
    return Restored(told, strangers)


def _check_keys(told: Manifest) -> None:
    try:
        decrypt(told.key_check)
    except InvalidToken as error:
        raise Trouble(
            "FIELD_ENCRYPTION_KEYS does not hold the key this backup was written with: no calendar,"
            " account or second step in it could be used. Set it and try again."
        ) from error


def _check_database(server: Server, *, replaces: bool) -> None:
    with server.connect() as opened:
        tables = opened.execute(TABLES).fetchone()
        is_alone = _is_alone(opened)
    if tables and tables[0] and not replaces:
        raise Trouble(
            "The database is not empty. To put the backup in its place, say --replace: what is in"
            " it now is then lost."
        )
    if not is_alone:
        raise Trouble(
            "Somebody is still connected to the database. Stop web, edge, worker and beat first."
        )


def _is_alone(opened: psycopg.Connection[Any]) -> bool:
    """Whoever hung up a moment ago may still be listed."""
    for _ in range(LOOKS):
        others = opened.execute(OTHERS).fetchone()
        if not (others and others[0]):
            return True
        time.sleep(LOOK_EVERY)
    return False


def _put_back(path: Path, name: str, entry: Entry) -> None:
    """Only what is not there as it was."""
    if default_storage.exists(name):
        with default_storage.open(name) as there:
            if manifest.measure(there) == entry:
                return
        default_storage.delete(name)
    with path.open("rb") as file:
        default_storage.save(name, File(file, name=name))
