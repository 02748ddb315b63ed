"""Gives the tests their settings before Django reads them, and a database of their own."""

import os
import tempfile
from pathlib import Path

# Embedded PostgreSQL and Redis are shared by all runs on this machine; databases are not.
shared = Path(tempfile.gettempdir()) / "earshot-tests"
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("VAR_DIR", str(shared))
os.environ.setdefault("MEDIA_ROOT", tempfile.mkdtemp(prefix="earshot-media-"))
os.environ.setdefault("ALLOW_LOOPBACK_FETCH", "1")
os.environ.setdefault("TEST_DATABASE_NAME", f"test_earshot_{os.getpid()}")
os.environ.setdefault("LOG_LEVEL", "WARNING")
# What a test writes need not survive a power cut; no test waits for the disk.
os.environ.setdefault("PGOPTIONS", "-c synchronous_commit=off")
