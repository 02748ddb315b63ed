"""Each kind of task waits in a queue of its own: hours of video never stand before a webhook."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery.exceptions import Ignore
from django.conf import settings
from django.utils import timezone

from accounts.models import Workspace
from config import embedded, queues, servers
from config.celery import app
from recordings import ingest, turns
from recordings.lane import Call, FileWork, Lane
from recordings.models import Artifact, ArtifactState
from tests.asgi_server import ROOT, database_url, run_asgi
from tests.recordings.factories import make_account, make_finished_bot
from tests.webhooks.conftest import post_to_server
from tests.webhooks.signing import SECRET, signed, status_change
from webhooks.models import Delivery, DeliveryState

JOINING = status_change("up-nobody", "joining_call", "2026-03-04T15:00:00Z")
PATIENCE = 90


app.loader.import_default_modules()  # as a worker does, so that every task is known


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("webhooks.process", "inbox"),
        ("webhooks.sweep", "inbox"),
        ("webhooks.look_behind", "scheduling"),
        ("bots.send", "scheduling"),
        ("calendars.schedule_event", "scheduling"),
        ("recordings.reconcile", "scheduling"),
        ("recordings.fetch_next", "ingest"),
        ("recordings.cut_clip", "ingest"),
        ("recordings.delete", "ingest"),
        ("dashboard.make_own_data", "ingest"),
        ("letters.send", "mail"),
        ("notifications.mail", "mail"),
    ],
)
def test_a_task_waits_in_the_queue_of_its_kind(task: str, queue: str) -> None:
    assert task in app.tasks
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_no_task_waits_where_nobody_looks() -> None:
    everything = app.amqp.queues.consume_from
    assert set(everything) == set(queues.NAMES)
    ours = [name for name in app.tasks if not name.startswith("celery.")]
    assert {app.amqp.router.route({}, name)["queue"].name for name in ours} <= set(everything)


def test_whatever_works_on_files_leaves_threads_free() -> None:
    routes = {name: app.amqp.router.route({}, name)["queue"].name for name in app.tasks}
    on_files = {name for name, queue in routes.items() if queue == queues.INGEST}
    inner = {"recordings.fetch_artifact"}  # begun by fetch_next, in its place
    assert {name for name in on_files - inner if not isinstance(app.tasks[name], FileWork)} == set()


class Cut(FileWork):
    name = "tests.cut"


def test_a_lane_calls_those_it_turned_away_in_turn() -> None:
    lane, task = Lane(1), Cut()
    fetch: Call = (task, {})
    cut: Call = (task, {"share_id": 1})
    assert lane.enter(fetch)
    assert [lane.enter(fetch), lane.enter(fetch), lane.enter(cut)] == [False, False, False]
    assert [lane.leave(), lane.leave(), lane.leave(), lane.leave()] == [fetch, cut, fetch, None]


def test_a_task_that_finds_no_place_does_nothing() -> None:
    class Full(FileWork):
        name = "tests.full"
        lane = Lane(0)

        def run(self) -> None:
            raise AssertionError("it worked without a place")

    with pytest.raises(Ignore):
        Full()()


@pytest.mark.django_db
def test_a_workspace_with_much_waits_its_turn(
    workspace: Workspace, other_workspace: Workspace
) -> None:
    for _ in range(3):
        ingest.begin(make_finished_bot(workspace))
    late = ingest.begin(make_finished_bot(other_workspace))
    files = [turns.take(timezone.now()) for _ in range(4)]
    served = [file.recording.workspace_id for file in files if file]
    assert sorted(served) == sorted([workspace.pk, other_workspace.pk] * 2)
    first = next(file for file in files if file and file.recording == late)
    assert first.kind == late.artifacts.order_by("next_try_at", "pk")[0].kind


@pytest.mark.django_db
def test_no_turn_is_taken_when_nothing_is_due(workspace: Workspace) -> None:
    recording = ingest.begin(make_finished_bot(workspace))
    taken = [turns.take(timezone.now()) for _ in recording.artifacts.all()]
    assert None not in taken
    assert turns.take(timezone.now()) is None


def test_a_webhook_is_handled_at_once_while_all_files_hang(
    transactional_db: None, workspace: Workspace, tmp_path: Path
) -> None:
    """One worker of all queues, more files than it has threads, a provider that says nothing."""
    broker = embedded.broker_url(tmp_path, is_allowed=True)
    with (
        silent_host() as url,
        run_asgi(CELERY_BROKER_URL=broker) as server,
        run_worker(tmp_path / "worker.log", CELERY_BROKER_URL=broker),
    ):
        account = make_account(url)
        account.webhook_secret = SECRET
        account.save()
        recordings = [ingest.begin(make_finished_bot(workspace, account=account)) for _ in "abc"]
        files = Artifact.objects.filter(recording__in=recordings)
        with app.connection_for_write(broker) as connection:
            for _ in files:
                app.send_task("recordings.fetch_next", connection=connection)
        under_way = files.filter(state=ArtifactState.FETCHING)
        assert files.count() > 2 * 8, "more than the worker has threads"
        wait_for(lambda: under_way.count() == queues.FILES_AT_ONCE)

        assert post_to_server(server.url, account.public_id, signed(JOINING)) < 300
        told = Delivery.objects.filter(account=account)
        wait_for(lambda: told.exclude(state=DeliveryState.PENDING).exists(), seconds=30)
        assert under_way.count() == queues.FILES_AT_ONCE, "none of them is through"


@contextmanager
def silent_host() -> Iterator[str]:
    """Takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as host:
        yield f"http://127.0.0.1:{host.getsockname()[1]}"


@contextmanager
def run_worker(log_path: Path, **environment: str) -> Iterator[None]:
    """The demo's worker, on the tests' database; killed at the end, for it hangs on purpose."""
    own = {"DATABASE_URL": database_url(), "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    with (
        log_path.open("wb") as log,
        subprocess.Popen(
            [sys.executable, *servers.worker()],
            cwd=ROOT,
            env={**os.environ, **own, "UPSTREAM_TIMEOUT_SECONDS": "600", **environment},
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            yield
        finally:
            process.kill()


def wait_for(is_so: Callable[[], object], seconds: float = PATIENCE) -> None:
    give_up = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < give_up, "it never came to that"
        time.sleep(0.05)
