"""Log lines name requests, tasks, deliveries and bots by their ids; no content gets into them."""

import json
import logging
import os
import subprocess
import sys
from typing import Any

import pytest
import structlog
from celery import current_app
from django.conf import settings
from kombu import Connection
from structlog.contextvars import bound_contextvars, get_contextvars

from accounts.models import Workspace
from config.log_lines import WithoutWords
from tests.asgi_server import ROOT
from tests.bots.factories import create_account, create_bot
from tests.webhooks.signing import status_change
from upstream.errors import Refused
from webhooks import processing
from webhooks.models import Delivery

SECRET = "The merger with Zanzibarquartz"


def line_of(record: logging.LogRecord) -> str:
    lines = settings.LOGGING["formatters"]["lines"]
    chain, processor = lines["foreign_pre_chain"], lines["processor"]
    formatter = structlog.stdlib.ProcessorFormatter(processor=processor, foreign_pre_chain=chain)
    return formatter.format(record)


def broken() -> Any:
    try:
        raise ValueError(SECRET)
    except ValueError:
        return sys.exc_info()


def test_an_error_is_named_with_its_place_and_without_its_words() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it broke", (), broken())
    line = line_of(record)
    assert SECRET not in line
    assert "error=builtins.ValueError" in line
    assert "test_log_lines.py:" in line


@pytest.mark.parametrize("info", [broken(), None])
def test_celery_says_which_task_broke_and_not_what_was_said(info: Any) -> None:
    told = {"name": "bots.send", "id": "t-1", "description": "raised", "exc": SECRET}
    message = "Task %(name)s[%(id)s] %(description)s: %(exc)s"
    record = logging.LogRecord("celery.app.trace", logging.ERROR, __file__, 1, message, (), info)
    record.args = {**told, "traceback": SECRET}
    assert WithoutWords().filter(record)
    assert record.getMessage().startswith("Task bots.send[t-1] raised: ")
    assert SECRET not in line_of(record)


def test_an_error_that_is_told_in_passing_is_its_kind_and_its_code() -> None:
    """Providers repeat what they were sent, and http errors the signed address of a file."""
    told = (Refused(SECRET, code="BAD_TITLE"), ValueError(SECRET), 3)
    record = logging.LogRecord("bots", 30, __file__, 1, "bot %s: %r, %s times", told, None)
    assert WithoutWords().filter(record)
    assert record.getMessage() == "bot Refused BAD_TITLE: 'ValueError', 3 times"
    said = f"Task exception was never retrieved\nfuture: <Task exception=ValueError({SECRET!r})>"
    record = logging.LogRecord("asyncio", 40, __file__, 1, said, (), broken())
    assert WithoutWords().filter(record)
    assert record.getMessage() == "Task exception was never retrieved"


SERVER = """
import logging, django
from uvicorn.config import Config
if "uvicorn" in __import__("sys").argv:
    Config("config.asgi:application").load()
else:
    from gunicorn.config import Config
    from gunicorn.glogging import Logger
    Logger(Config())
    django.setup()
for name in ("uvicorn.error", "gunicorn.error"):
    try:
        raise ValueError("Zanzibarquartz")
    except ValueError:
        logging.getLogger(name).exception("Error handling request /shared/Zanzibarquartz/?code=x")
"""


@pytest.mark.parametrize("server", ["uvicorn", "gunicorn"])
def test_what_a_server_says_of_an_error_is_a_line_like_all_others(server: str) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= {
        "DATABASE_URL": "postgresql://nobody@localhost/x",
        "CELERY_BROKER_URL": "memory://",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SERVER, server],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if f"logger={server}.error" in line]
    assert len(told) == 1, done.stderr
    assert "error=builtins.ValueError" in told[0]
    assert "Zanzibarquartz" not in done.stderr + done.stdout


def test_no_line_holds_the_key_of_an_address() -> None:
    paths = ("/shared/Zanzibar/", "/mail/Zanzibar/", "/account/confirm-email/Zanzibar/")
    for path in (*paths, "/account/password/reset/key/Zanzibar/", "/fetched/zoom/Zanzibar/zak/"):
        record = logging.LogRecord("django.request", 40, __file__, 1, "Gone: %s", (path,), None)
        assert WithoutWords().filter(record)
        assert "Zanzibar" not in line_of(record)
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["without_words"]


def test_a_task_names_itself_and_what_it_is_about() -> None:
    seen: list[dict[str, Any]] = []

    @current_app.task(name="tests.look")  # type: ignore[misc, unused-ignore]
    def look(*, bot_id: int, text: str) -> None:
        seen.append(get_contextvars())

    with bound_contextvars(request_id="req-1"):
        look.apply(kwargs={"bot_id": 5, "text": SECRET}, task_id="t-1")
        assert "task_id" not in get_contextvars()
    assert seen == [{"request_id": "req-1", "bot_id": 5, "task_id": "t-1", "task": "tests.look"}]


def test_a_task_knows_the_request_that_asked_for_it() -> None:
    with Connection("memory://") as connection, bound_contextvars(request_id="req-1"):
        task = current_app.signature("webhooks.process", immutable=True)
        task.apply_async(connection=connection, queue="inbox")
        message = connection.SimpleQueue("inbox").get(timeout=5)
    assert message.headers["earshot_request_id"] == "req-1"


def test_a_delivery_and_its_bot_are_named_in_what_is_logged_about_them(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    account = create_account()
    bot = create_bot(workspace, account, upstream_id="up-1", title=SECRET)
    body = json.dumps(status_change("up-1", "joining_call", "2026-03-04T15:00:00Z")).encode()
    delivery = Delivery.objects.create(account=account, message_id="m", body=body)
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(line_of(record))  # type: ignore[method-assign]
    logger = logging.getLogger("webhooks")
    logger.addHandler(handler)
    with caplog.at_level(logging.INFO, "webhooks"):
        processing.work_off(delivery)
    logger.removeHandler(handler)
    [line] = lines
    assert f"delivery={delivery.public_id}" in line
    assert f"bot={bot.public_id}" in line
    assert SECRET not in line
    assert not {"bot", "delivery"} & set(get_contextvars())
