"""Every line of the Procfile as a platform starts it, on servers of its own: what then answers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from celery import Celery
from celery.app.control import Inspect
from cryptography.fernet import Fernet

from config import embedded, queues
from operations import health
from tests.asgi_server import ROOT, database_url, free_port

PATIENCE_SECONDS = 120
LINES = dict(
    line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines() if line.strip()
)


@contextmanager
def started(name: str, environment: dict[str, str], folder: Path) -> Iterator[None]:
    """One line, in a shell and a group of its own, until the block ends; it must then end well."""
    with (
        (folder / f"{name}.log").open("wb") as log,
        subprocess.Popen(
            ["/bin/sh", "-c", f"exec {LINES[name]}"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield
            process.terminate()
            code = process.wait(PATIENCE_SECONDS)
            assert code == 0, (name, code, (folder / f"{name}.log").read_text())
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(is_so: Callable[[], object], what: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < give_up, what
        time.sleep(0.2)


def answer(url: str) -> str:
    try:
        return f"{httpx.get(url, timeout=5).status_code}"
    except httpx.TransportError as error:
        return type(error).__name__


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_each_line_of_the_procfile_starts_works_and_ends(tmp_path: Path) -> None:
    broker = embedded.broker_url(tmp_path, is_allowed=True)
    common = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SECRET_KEY": "of processes that live for a moment, and long enough for Django",
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PUBLIC_URL": "http://localhost",
        "ALLOWED_HOSTS": "localhost",
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": broker,
        "STATIC_FROM_SOURCE": "1",
        "VAR_DIR": str(tmp_path),
        "WEB_CONCURRENCY": "2",
    }
    ports = {name: free_port() for name in ("web", "edge")}
    done = subprocess.run(
        ["/bin/sh", "-c", LINES["release"]], cwd=ROOT, env=common, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    look = Celery("look", broker=broker, set_as_current=False).control.inspect(timeout=2)
    with ExitStack() as parts:
        for name in LINES.keys() - {"release"}:
            own = {"PORT": str(ports[name])} if name in ports else {}
            parts.enter_context(started(name, {**common, **own}, tmp_path))
        for name, port in ports.items():
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda url=url: answer(f"{url}/healthz") == "200", name)  # type: ignore[misc]
            ready = httpx.get(f"{url}/readyz", timeout=30)
            assert set(ready.json().values()) == {health.FINE}, name
            page = httpx.get(f"{url}/account/login/", headers={"host": "localhost"}, timeout=30)
            assert page.status_code == 200, name
        refused = httpx.post(f"http://127.0.0.1:{ports['edge']}/webhooks/up_nobody/", content=b"{}")
        assert (refused.status_code, refused.content) == (404, b"")

        wait_for(lambda: len(look.active_queues() or {}) == len(queues.NAMES), "a worker is silent")
        assert queues_of_workers(look) == {name: {name} for name in queues.NAMES}
        wait_for(  # what beat is there for, four times a minute
            lambda: any("webhooks.sweep" in it["total"] for it in (look.stats() or {}).values()),
            "beat sends nothing",
        )


def queues_of_workers(look: Inspect) -> dict[str, set[str]]:
    """The queues of each, by the name that its line gives it."""
    told = look.active_queues() or {}
    return {name.split("@")[0]: {queue["name"] for queue in it} for name, it in told.items()}
