"""`bin/audit`: what a database of weaknesses says about pinned packages, and when it is away."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.asgi_server import ROOT, free_port

PINNED = re.findall(r"^([a-z0-9.-]+)==", (ROOT / "requirements" / "dev.txt").read_text(), re.M)


def audit(url: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "bin/audit"],
        cwd=ROOT,
        env={**os.environ, "OSV_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def weak() -> Iterator[tuple[str, set[str]]]:
    """The address of a database, and the packages it knows something about."""
    names: set[str] = set()

    class Database(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked: Any = json.loads(self.rfile.read(int(self.headers["content-length"])))
            told = [
                {"vulns": [{"id": "GHSA-1"}]} if one["package"]["name"] in names else {}
                for one in asked["queries"]
                if one["package"]["ecosystem"] == "PyPI" and one["version"]
            ]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": told}).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Database)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", names
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_weak_package_is_named(weak: tuple[str, set[str]]) -> None:
    url, names = weak
    fine = audit(url)
    assert (fine.returncode, fine.stderr) == (0, "")
    assert int(fine.stdout.split()[0]) >= len(set(PINNED)) > 50
    names.add("django")
    bad = audit(url)
    assert bad.returncode == 1
    assert re.fullmatch(r"django 5\.\S+: GHSA-1\n", bad.stdout)


def test_without_a_network_it_says_so() -> None:
    away = audit(f"http://127.0.0.1:{free_port()}/")
    assert (away.returncode, away.stderr) == (0, "")
    assert away.stdout.startswith("skipped: http://127.0.0.1:")
