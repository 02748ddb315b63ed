"""Dump, destroy, restore, compare: what comes back is what was there, to the last byte."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from accounts.models import User, Workspace
from support.backups.postgres import Server
from tests.asgi_server import ROOT, database_url
from tests.calendars.factories import make_calendar
from tests.recordings.factories import make_recording
from upstream.models import UpstreamAccount

SECRET = "key-that-lies-encrypted"
ROWS = "SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} t"
TRIGGERS = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
PUBLIC = "SELECT {} FROM {} WHERE schemaname = 'public' ORDER BY 1"


@pytest.fixture
def backup(
    transactional_db: None,
    workspace: Workspace,
    alice_user: User,
    settings: Settings,
    tmp_path: Path,
) -> Path:
    """Of a workspace with a film, a calendar, a transcript, and a download under way."""
    settings.MEDIA_ROOT = tmp_path / "media"
    make_recording(workspace, with_media=True, seconds=1)
    make_calendar(workspace, alice_user)
    UpstreamAccount.objects.update(api_key=SECRET)
    default_storage.save("partial/7", ContentFile(b"half a film"))
    call_command("backup", str(tmp_path / "backup"))
    return tmp_path / "backup"


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[str]:
    """The address of an empty database."""
    name = f"{connection.settings_dict['NAME']}_copy"
    with psycopg.connect(database_url(), autocommit=True) as here:
        here.execute(f'CREATE DATABASE "{name}"')
        yield database_url().replace(connection.settings_dict["NAME"], name)
        here.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_what_is_restored_is_what_was_there(backup: Path, elsewhere: str, tmp_path: Path) -> None:
    there = tmp_path / "new media"
    told = restore(backup, elsewhere, there)
    assert told.returncode == 0, told.stderr
    assert all_of(elsewhere) == all_of(database_url())
    was = files_in(tmp_path / "media")
    assert was.pop("partial/7") == b"half a film"
    assert files_in(there) == was
    assert len(was) > 1

    with psycopg.connect(elsewhere) as lost:
        lost.execute("TRUNCATE bots_bot CASCADE")
        lost.execute("DROP TABLE calendars_rule CASCADE")
        lost.execute("CREATE TABLE made_by_a_newer_version (id int)")
    film, other = sorted(was)[:2]
    (there / film).unlink()
    (there / other).write_bytes(b"damaged")
    (there / "newer.txt").write_text("came after the backup")
    assert "say --replace" in restore(backup, elsewhere, there).stderr
    told = restore(backup, elsewhere, there, "--replace")
    assert (told.returncode, told.stderr) == (0, "")
    assert "1 stored files are newer" in told.stdout
    assert all_of(elsewhere) == all_of(database_url())
    assert files_in(there) == {**was, "newer.txt": b"came after the backup"}


def test_a_backup_is_for_its_owner_and_tells_no_secret(backup: Path, tmp_path: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    plain = tmp_path / "plain.sql"
    Server().run_aside("pg_restore", f"--file={plain}", str(backup / "database.dump"))
    text = plain.read_text()
    assert "Weekly sync" in text
    assert SECRET not in text
    keys = connection.settings_dict["PASSWORD"], Fernet.generate_key().decode()
    manifest = (backup / "manifest.json").read_text()
    assert not any(key and key in manifest for key in keys)


def test_what_cannot_be_right_touches_nothing(backup: Path, settings: Settings) -> None:
    before = all_of(database_url())
    refused(backup, "is not empty. To put the backup in its place, say --replace")
    refused(backup, "Somebody is still connected", "--replace")
    refused(backup.parent / "nothing", "is not a finished backup")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", str(backup))

    manifest = json.loads((backup / "manifest.json").read_text())
    name = next(iter(manifest["files"]))
    whole = (backup / "files" / name).read_bytes()
    (backup / "files" / name).write_bytes(whole[:-1] + b"?")
    refused(backup, f"files/{name} has changed", "--replace")
    (backup / "files" / name).unlink()
    refused(backup, f"files/{name} is missing", "--replace")
    (backup / "files" / name).write_bytes(whole)

    manifest["files"]["../../passwd"] = {"size": 1, "sha256": ""}
    (backup / "manifest.json").write_text(json.dumps(manifest))
    refused(backup, "names a file outside its folder", "--replace")
    (backup / "manifest.json").write_text("[]")
    refused(backup, "cannot be read", "--replace")

    del manifest["files"]["../../passwd"]
    (backup / "manifest.json").write_text(json.dumps(manifest))
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    refused(backup, "FIELD_ENCRYPTION_KEYS does not hold the key", "--replace")
    assert all_of(database_url()) == before


def refused(folder: Path, why: str, *wishes: str) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("restore", str(folder), *wishes)
    assert why in str(refusal.value)
    assert SECRET not in str(refusal.value)


def restore(
    backup: Path, url: str, media: Path, *wishes: str
) -> "subprocess.CompletedProcess[str]":
    """On another machine, as it were: with the same keys, another database, other files."""
    own = {"DATABASE_URL": url, "MEDIA_ROOT": str(media), "LOG_LEVEL": "ERROR"}
    return subprocess.run(
        [sys.executable, "manage.py", "restore", str(backup), *wishes],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )


def all_of(url: str) -> dict[str, Any]:
    """What a database holds: every row as text, sequences, and how its tables are made."""
    with psycopg.connect(url) as opened:
        tables = [row[0] for row in opened.execute(PUBLIC.format("tablename", "pg_tables"))]
        facts: dict[str, Any] = {
            table: opened.execute(ROWS.format(table)).fetchone() for table in tables
        }
        for columns, view in (
            ("sequencename, last_value", "pg_sequences"),
            ("indexname, tablename", "pg_indexes"),
        ):
            facts[view] = opened.execute(PUBLIC.format(columns, view)).fetchall()
        facts["triggers"] = sorted(opened.execute(TRIGGERS).fetchall())
        return facts


def files_in(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
