"""What leaves the house for Sentry and for a collector of traces: ids and places, never content.

A process of its own reports a broken page over real HTTP, so that the libraries are tested as they
are set up; nothing is reported where nothing is configured.
"""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.asgi_server import database_url

ROOT = Path(__file__).resolve().parents[2]
TITLE = "Zanzibarquartz"
SECRETS = (TITLE, "sharedtoken", "oauthcode", "maya@northwind.example", "api-4711", "word-of-redis")
BROKEN = """
import os, django
django.setup()
import asyncio, gc, logging
from wsgiref.util import setup_testing_defaults
from celery import current_app
from config import urls
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.urls import path
from opentelemetry import trace
import sentry_sdk
from upstream.errors import UpstreamError
from upstream.models import UpstreamAccount
from upstream.registry import open_provider

TITLE = "Zanzibarquartz"

def broken(request, token):
    title = TITLE + " in a local variable"
    raise ValueError("in an error: " + title)

@current_app.task(name="bots.break")
def broken_task(*, bot_id, title):
    raise ValueError("in a task: " + title)

async def forgotten():
    raise ValueError("in nobody's task: " + TITLE)

async def forget():
    task = asyncio.create_task(forgotten())
    await asyncio.sleep(0)

urlpatterns = [path("shared/<token>/", broken), *urls.urlpatterns]
with override_settings(ROOT_URLCONF="__main__"):
    body = b"title=Zanzibarquartz&password=Zanzibarquartz"
    asked = {"PATH_INFO": "/shared/sharedtoken/", "QUERY_STRING": "code=oauthcode"}
    asked |= {"HTTP_HOST": "testserver", "HTTP_COOKIE": "who=maya@northwind.example"}
    asked |= {"HTTP_AUTHORIZATION": "Bearer sharedtoken", "HTTP_REFERER": "http://x/?code=oauthcode"}
    setup_testing_defaults(asked)
    list(get_wsgi_application()(asked, lambda *answer: None))
broken_task.apply(kwargs={"bot_id": 7, "title": TITLE}, task_id="t-1")
asyncio.run(forget())
gc.collect()
logging.getLogger("bots").error("bot %s: %s", "bot_1", ValueError(TITLE))
account = UpstreamAccount(
    pk=1, name="x", provider="meetingbaas_v2", base_url=os.environ["ELSEWHERE"], api_key="api-4711"
)
try:
    open_provider(account).get_bot(TITLE)
except UpstreamError as refusal:
    logging.getLogger("bots").error("bot %s: %s", "bot_1", refusal)
sentry_sdk.flush(10)
getattr(trace.get_tracer_provider(), "force_flush", lambda: None)()
"""


class Collector(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Note)
        self.got: list[tuple[str, bytes]] = []


class Note(BaseHTTPRequestHandler):
    server: Collector

    def do_GET(self) -> None:
        """A provider that repeats what it was sent."""
        body = json.dumps({"success": False, "message": f"No bot for {self.path}"}).encode()
        self.send_response(422)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.got.append((self.path, body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def break_things(**environment: str) -> str:
    known = {
        "PATH": "",
        "SECRET_KEY": "of a process that lives for a moment, and long enough for Django",
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PUBLIC_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver",
        "STATIC_FROM_SOURCE": "1",
        "DATABASE_URL": database_url(),
        "CELERY_BROKER_URL": "redis://:word-of-redis@127.0.0.1:9/0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BROKEN],
        cwd=ROOT,
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.django_db(transaction=True)
def test_what_breaks_is_reported_by_place_and_id_without_content(collector: Collector) -> None:
    address = f"http://127.0.0.1:{collector.server_port}"
    log = break_things(
        SENTRY_DSN=address.replace("://", "://key@") + "/1",
        OTEL_EXPORTER_OTLP_ENDPOINT=address,
        ELSEWHERE=address,
    )
    assert {path for path, _ in collector.got} == {"/api/1/envelope/", "/v1/traces"}
    for secret in SECRETS:
        assert all(secret.encode() not in body for _, body in collector.got), secret
        assert secret not in log, log
    reports = [
        json.loads(body.splitlines()[-1]) for path, body in collector.got if "envelope" in path
    ]
    page, task, forgotten, in_passing, refused = reports
    error = page["exception"]["values"][-1]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "broken"
    assert page["request"] == {"method": "GET", "url": "/shared/…/"}
    assert page["tags"]["request_id"]
    assert task["exception"]["values"][-1]["stacktrace"]["frames"][-1]["function"] == "broken_task"
    assert task["tags"] == {"bot_id": "7", "task_id": "t-1", "task": "bots.break"}
    assert forgotten["exception"]["values"][-1]["type"] == "ValueError"
    assert [it["logentry"] for it in (in_passing, refused)] == [{"message": "bot %s: %s"}] * 2
    assert "bot bot_1: ValueError" in log
    assert spans_in(body for path, body in collector.got if path == "/v1/traces") == {
        "GET /shared/<token>/": {
            "http.route": "/shared/<token>/",
            "http.response.status_code": 500,
        },
        "bots.break": {"task_id": "t-1", "task_state": "FAILURE"},
        "GET /v2/bots/{bot_id}": {"upstream": "meetingbaas_v2", "status": 422},
    }


def spans_in(bodies: Iterator[bytes]) -> dict[str, dict[str, str | int]]:
    """What each span tells; none may have an event or a status in words."""
    return {
        span.name: {it.key: it.value.string_value or it.value.int_value for it in span.attributes}
        for body in bodies
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
        if not span.events and not span.status.message
    }


@pytest.mark.django_db(transaction=True)
def test_nothing_is_reported_where_nothing_is_set_up(collector: Collector) -> None:
    break_things(ELSEWHERE=f"http://127.0.0.1:{collector.server_port}")
    assert collector.got == []
