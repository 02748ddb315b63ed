"""The pages, as `python -m config.run web` starts them.

Threads, because a page waits for the database far longer than it computes. WEB_CONCURRENCY says how
many processes; each of them keeps up to DATABASE_POOL_SIZE connections to the database.
"""

import os
from importlib import import_module
from typing import Any

worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 30
keepalive = 130  # longer than the proxy keeps a connection, so that it never meets a closed one
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm"  # noqa: S108 (a disk that is slow for a moment must not look like a stuck worker)
loglevel = "warning"
accesslog = None  # Earshot writes a line per request itself, without what follows the `?`


def on_starting(server: Any) -> None:
    """Read the settings before any worker: an odd one stops the start with its sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import_module("config.settings")
