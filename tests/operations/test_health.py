"""Alive, ready, and in words what is missing when it is not."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.conf import settings as current
from django.db import connections
from django.test import Client
from pytest_django import Settings

from operations import health
from operations.doctor import Level, servers
from tests.asgi_server import AsgiServer, database_url

FINE = {"database": "fine", "migrations": "fine", "broker": "fine"}


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Something that lets callers in and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_it_is_ready_with_its_servers_and_tables(db: None, client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, FINE)


def test_machines_are_answered_whatever_they_call_the_host(db: None, settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["earshot.example.com"], True
    machine = Client()
    assert machine.get("/").status_code in {301, 400}
    assert [machine.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
@pytest.mark.parametrize("is_silent", [True, False])
def test_it_is_not_ready_without_its_broker(
    scheme: str, is_silent: bool, silent_port: int, db: None, client: Client, settings: Settings
) -> None:
    port = silent_port if is_silent else 9
    settings.CELERY_BROKER_URL = f"{scheme}://guest:guest@127.0.0.1:{port}//"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {**FINE, "broker": health.NO_BROKER})


def test_it_is_alive_and_not_ready_without_its_database(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "host", "/nowhere")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == answer.json()["migrations"] == health.NO_DATABASE
    assert client.get("/healthz").content == b"alive"


@pytest.mark.django_db(transaction=True)
def test_it_is_not_ready_before_its_migrations(client: Client) -> None:
    with psycopg.connect(database_url(), autocommit=True) as database:
        newest = database.execute(
            "DELETE FROM django_migrations WHERE app = 'support' RETURNING app, name, applied"
        ).fetchall()
        try:
            answer = client.get("/readyz")
            [well, missing] = servers.database()
        finally:
            database.cursor().executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", newest
            )
    assert answer.status_code == 503
    assert answer.json()["migrations"].startswith("Run `manage.py migrate`: support.0001_initial")
    assert (well.level, missing.level) == (Level.GOOD, Level.WRONG)  # so says the doctor, too
    assert missing.sentence == answer.json()["migrations"]


@pytest.mark.django_db(transaction=True)
def test_the_server_of_streams_says_the_same(asgi_server: AsgiServer) -> None:
    assert httpx.get(f"{asgi_server.url}/healthz", timeout=60).text == health.ALIVE
    assert httpx.get(f"{asgi_server.url}/readyz", timeout=60).json() == FINE
    assert urlsplit(current.CELERY_BROKER_URL).scheme.startswith("redis")  # a real one
