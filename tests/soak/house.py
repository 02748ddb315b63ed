"""Earshot as it runs: server, worker, database and queue of its own, and the sandbox outside.

    test ──form──► server ──► Redis ──► worker ──► sandbox ──webhooks──► server …

Nothing is replaced. Only the clockwork is the test's: story time is fast, so what beat starts once
a minute is started every second, and ten minutes of silence are as short as the stories.
"""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from celery import Celery
from django.conf import settings
from django.test import Client

from accounts.models import User
from config import embedded, queues
from tests.asgi_server import ROOT, database_url, free_port, run_asgi
from tests.sandbox_process import Sandbox, run_sandbox

BY_THE_CLOCK = ("bots.reconcile", "webhooks.sweep", "recordings.reconcile")
SILENCE = 600  # what Earshot waits in life before it asks


@dataclass
class House:
    url: str
    sandbox: Sandbox
    worker_log: Path
    queue: Celery

    def tick(self) -> None:
        """What beat does once a minute; not while the worker has enough to do already."""
        with self.queue.connection_for_read() as connection:
            channel: Any = connection.default_channel  # Redis' own; its queues are lists
            waiting = sum(channel.client.llen(name) for name in queues.NAMES)
        if not waiting:
            for task in BY_THE_CLOCK:
                self.queue.send_task(task)

    def sign_in(self, person: User) -> httpx.Client:
        """A browser of this person, signed in, that may send forms."""
        known = Client()
        known.force_login(person)
        token = secrets.token_hex(16)
        cookies = {"sessionid": known.cookies["sessionid"].value, "csrftoken": token}
        headers = {"x-csrftoken": token}
        return httpx.Client(base_url=self.url, cookies=cookies, headers=headers, timeout=60)


@contextmanager
def run_house(folder: Path, *, speed: float) -> Iterator[House]:
    port = free_port()
    broker = embedded.broker_url(folder, is_allowed=True)
    environment = {
        "CELERY_BROKER_URL": broker,
        "WEBHOOK_BASE_URL": f"http://127.0.0.1:{port}",
        "BOT_SILENCE_SECONDS": str(round(SILENCE / speed)),
    }
    log = folder / "worker.log"
    with (
        run_worker(log, PUBLIC_URL=f"http://127.0.0.1:{port}", **environment),
        run_sandbox(SANDBOX_SPEED=str(speed), SANDBOX_CALL_SECONDS="20") as sandbox,
        run_asgi(port=port, **environment) as server,
    ):
        queue = open_queue(broker)
        yield House(server.url, sandbox, log, queue)
        queue.close()


def open_queue(broker: str) -> Celery:
    """What the test sends tasks with; they go where Earshot's own go."""
    queue = Celery("soak", broker=broker, set_as_current=False)
    queue.conf.task_routes = queues.ROUTES
    queue.conf.task_default_queue = queues.SCHEDULING
    return queue


@contextmanager
def run_worker(log_path: Path, **environment: str) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "threads"]
    quiet = ["--concurrency", "6", "--loglevel", "warning", "--without-gossip", "--without-mingle"]
    own = {"DATABASE_URL": database_url(), "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            [*command, *quiet],
            cwd=ROOT,
            env={**os.environ, **own, **environment},
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
