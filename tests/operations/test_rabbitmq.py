"""RabbitMQ in the place of Redis: tasks, readiness, the doctor, and a broker that went away."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from django.test import Client

from accounts.models import Workspace
from operations import health
from tests.asgi_server import ROOT, AsgiServer, database_url, free_port, run_asgi
from tests.bots.factories import create_bot
from tests.live.listening import listening
from tests.rabbitmq import run_rabbitmq
from tests.test_queues import run_worker, wait_for
from tests.webhooks.conftest import post_to_server
from tests.webhooks.signing import make_account, signed, status_change
from upstream.models import UpstreamAccount
from webhooks.models import Delivery, DeliveryState

pytestmark = [pytest.mark.rabbitmq, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


SETTINGS = {"DJANGO_SETTINGS_MODULE": "config.settings"}
ONE_OF_EACH_QUEUE = ("webhooks.sweep", "bots.reconcile", "recordings.fetch_next", "letters.sweep")
# Of one process each, as an installation would: the settings are read when it starts.
ASK_THE_DOCTOR = """
import django; django.setup()
from operations.doctor import servers
for look in (servers.broker, servers.workers):
    for finding in look(): print(finding.level.value, finding.sentence)
"""
SEND = """
import sys, django; django.setup()
from config.celery import app
for task in sys.argv[1:]: app.send_task(task, countdown=0.1)
"""


def test_everything_goes_on_with_rabbitmq(
    workspace: Workspace, alice: Client, tmp_path: Path
) -> None:
    account, port = make_account(), free_port()
    bot = create_bot(workspace, account, upstream_id="up-rabbit")
    topic = f"{workspace.public_id}/bots"
    broker = f"amqp://guest:guest@127.0.0.1:{port}//"
    log = tmp_path / "worker.log"

    with (
        run_asgi(CELERY_BROKER_URL=broker) as server,
        run_worker(log, CELERY_BROKER_URL=broker),
    ):
        with run_rabbitmq(tmp_path, port), listening(server.url, alice, topic) as stream:
            assert readiness(server) == health.FINE
            wait_for(lambda: "ready." in log.read_text())
            assert ask(broker, ASK_THE_DOCTOR) == ["fine It answers.", "fine One answered."]
            deliver(server, account, bot.upstream_id)
            assert bot.public_id in stream.next().data
            ask(broker, SEND, *ONE_OF_EACH_QUEUE)
            wait_for(lambda: all(f"Task {it}[" in log.read_text() for it in ONE_OF_EACH_QUEUE))

        deliver(server, account, "nobody")
        waiting = Delivery.objects.filter(state=DeliveryState.PENDING)
        assert (readiness(server), waiting.count()) == (health.NO_BROKER, 1)

        with run_rabbitmq(tmp_path, port):
            wait_for(lambda: readiness(server) == health.FINE)
            ask(broker, SEND, "webhooks.sweep")
            wait_for(lambda: not waiting.exists())
            deliver(server, account, "nobody")
            wait_for(lambda: not waiting.exists())


def deliver(server: AsgiServer, account: UpstreamAccount, upstream_id: str) -> None:
    message = status_change(upstream_id, "joining_call", "2026-03-04T15:00:00Z")
    assert post_to_server(server.url, account.public_id, signed(message)) < 300


def readiness(server: AsgiServer) -> str:
    return str(httpx.get(f"{server.url}/readyz", timeout=60).json()["broker"])


def ask(broker: str, script: str, *words: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=ROOT,
        env={**os.environ, **SETTINGS, "DATABASE_URL": database_url(), "CELERY_BROKER_URL": broker},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()
