"""Two questions of whoever starts, stops and balances processes.

/healthz   is this process alive? It answers, and asks nobody.
/readyz    can it work? Database, migrations and broker are asked, each with little patience;
           503 says what is missing, in words.
"""

from __future__ import annotations

import logging
from functools import cache

import psycopg
from celery import current_app
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 2
ALIVE = "alive"
FINE = "fine"
NO_DATABASE = "The database does not answer."
NO_BROKER = "The broker does not answer."


@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return _unstored(HttpResponse(ALIVE, content_type="text/plain"))


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    found = {**examine_database(), "broker": examine_broker()}
    is_ready = set(found.values()) == {FINE}
    if not is_ready:
        logger.warning("not ready: %s", found)
    return _unstored(JsonResponse(found, status=200 if is_ready else 503))


def examine_database() -> dict[str, str]:
    """Whether the database answers, and whether it has the tables that this code wants."""
    try:
        with connect_to_database() as connection:
            missing = unapplied(connection)
    except psycopg.Error as error:
        logger.warning("readiness: the database: %s", type(error).__name__)
        return {"database": NO_DATABASE, "migrations": NO_DATABASE}
    return {"database": FINE, "migrations": migrations_sentence(missing)}


def migrations_sentence(missing: list[str]) -> str:
    if not missing:
        return FINE
    few = ", ".join(missing[:3]) + (" and more" if len(missing) > 3 else "")
    return f"Run `manage.py migrate`: {few} are missing."


def examine_broker() -> str:
    """Whether Redis, or RabbitMQ, lets us in."""
    try:
        with current_app.connection_for_write(
            settings.CELERY_BROKER_URL,
            connect_timeout=PATIENCE_SECONDS,
            transport_options=_hurry(),
        ) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE_SECONDS)
    except (OperationalError, OSError) as error:
        logger.warning("readiness: the broker: %s", type(error).__name__)
        return NO_BROKER
    return FINE


def connect_to_database() -> psycopg.Connection[tuple[object, ...]]:
    """A connection beside the pool, which may be empty for good reason. Raises psycopg.Error."""
    wrapper = connections["default"]
    parameters = {
        name: value
        for name, value in wrapper.get_connection_params().items()
        if name not in ("pool", "cursor_factory", "context", "prepare_threshold")
    }
    limits = {
        "connect_timeout": PATIENCE_SECONDS,
        "options": f"-c statement_timeout={PATIENCE_SECONDS * 1000}",
    }
    return psycopg.connect(**{**parameters, **limits}, autocommit=True)


def unapplied(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """The migrations of this code that the database has not seen."""
    table = connection.execute("SELECT to_regclass('django_migrations')").fetchone()
    if table is None or table[0] is None:
        return _ours()
    seen = connection.execute("SELECT app || '.' || name FROM django_migrations").fetchall()
    applied = {str(name) for (name,) in seen}
    return [name for name in _ours() if name not in applied]


@cache
def _ours() -> list[str]:
    """Read from the disk once: a process does not change its code."""
    loader = MigrationLoader(None)
    return sorted(f"{app}.{name}" for app, name in loader.disk_migrations)


def _hurry() -> dict[str, object]:
    """Each broker calls its patience something else; without it a silent one is waited for."""
    if settings.CELERY_BROKER_URL.startswith("redis"):
        return {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
    return {"read_timeout": PATIENCE_SECONDS, "write_timeout": PATIENCE_SECONDS}


def _unstored(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
