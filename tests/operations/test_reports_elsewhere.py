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

ROOT = Path(__file__).resolve().parents[2]
SECRETS = ("Zanzibarquartz", "sharedtoken", "oauthcode", "maya@northwind.example")
PAGE = """
import django
django.setup()
from wsgiref.util import setup_testing_defaults
from config import urls
from django.core.wsgi import get_wsgi_application
from django.test import override_settings
from django.urls import path
from opentelemetry import trace
import sentry_sdk

def broken(request, token):
    title = "Zanzibarquartz in a local variable"
    raise ValueError("Zanzibarquartz in an error, " + title)

urlpatterns = [path("shared/<token>/", broken), *urls.urlpatterns]
with override_settings(ROOT_URLCONF="__main__"):
    asked = {"PATH_INFO": "/shared/sharedtoken/", "QUERY_STRING": "code=oauthcode"}
    asked |= {"HTTP_HOST": "testserver", "HTTP_COOKIE": "who=maya@northwind.example"}
    setup_testing_defaults(asked)
    list(get_wsgi_application()(asked, lambda *answer: None))
sentry_sdk.flush(10)
getattr(trace.get_tracer_provider(), "force_flush", lambda: None)()
"""


class Collector(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Note)
        self.got: list[tuple[str, bytes]] = []


class Note(BaseHTTPRequestHandler):
    server: Collector

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


def break_a_page(**environment: str) -> str:
    known = {
        "PATH": "",
        "SECRET_KEY": "of a process that lives for a moment, and long enough for Django",
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PUBLIC_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver",
        "STATIC_FROM_SOURCE": "1",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
        "CELERY_BROKER_URL": "memory://",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PAGE],
        cwd=ROOT,
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_what_breaks_is_reported_by_place_and_id_without_content(collector: Collector) -> None:
    address = f"http://127.0.0.1:{collector.server_port}"
    log = break_a_page(
        SENTRY_DSN=address.replace("://", "://key@") + "/1", OTEL_EXPORTER_OTLP_ENDPOINT=address
    )
    sent = dict(collector.got)
    assert set(sent) == {"/api/1/envelope/", "/v1/traces"}
    for secret in SECRETS:
        assert all(secret.encode() not in body for body in sent.values()), secret
        assert secret not in log, log
    report = json.loads(sent["/api/1/envelope/"].splitlines()[-1])
    error = report["exception"]["values"][-1]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "broken"
    assert report["request"]["url"] == "/shared/…/"
    assert report["tags"]["request_id"]
    traces = ExportTraceServiceRequest.FromString(sent["/v1/traces"])
    [span] = traces.resource_spans[0].scope_spans[0].spans
    assert span.name == "GET /shared/<token>/"


def test_nothing_is_reported_where_nothing_is_set_up(collector: Collector) -> None:
    break_a_page()
    assert collector.got == []
