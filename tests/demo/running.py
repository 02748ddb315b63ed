"""`bin/demo` as its tests see it: a process, its terminal, and the facts it writes down."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OWN_SETTINGS = ("DEBUG", "VAR_DIR", "MEDIA_ROOT", "ALLOW_LOOPBACK_FETCH", "LOG_LEVEL")
READY_SECONDS = 120


@dataclass
class Demo:
    """One start of the demo."""

    process: "subprocess.Popen[str]"
    var: Path
    port: int
    printed: list[str] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, str]:
        facts: dict[str, str] = json.loads((self.var / "demo.json").read_text())
        return facts

    @property
    def terminal(self) -> str:
        return "".join(self.printed)

    @property
    def errors(self) -> str:
        """What the web server's log says of requests that failed."""
        log = (self.var / "log" / "web.log").read_text(errors="replace")
        _, begins, rest = log.partition("Traceback")
        return begins + rest[:8000]

    def wait_until_ready(self) -> None:
        """Return when the demo said so; fail with what it printed when it does not."""
        deadline = time.monotonic() + READY_SECONDS
        while "Earshot is ready" not in self.terminal:
            assert self.process.poll() is None, self.terminal
            assert time.monotonic() < deadline, self.terminal
            time.sleep(0.1)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=30)


def environment(var: Path, port: int, **settings: str) -> dict[str, str]:
    """What the demo is started with: this machine's environment without the tests' own settings."""
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
    media = var.parent.parent / "sandbox-media"
    return {
        **inherited,
        "VAR_DIR": str(var),
        "PORT": str(port),
        "SANDBOX_MEDIA_DIR": os.environ.get("SANDBOX_MEDIA_DIR", str(media)),
        "PYTHONUNBUFFERED": "1",
        **settings,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def start(var: Path, port: int | None = None, *flags: str, **settings: str) -> Iterator[Demo]:
    """Start the demo's supervisor on data in `var`; it is stopped at the end of the block."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "config.demo", *flags],
        cwd=ROOT,
        env=environment(var, port, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    demo = Demo(process, var, port)
    reader = threading.Thread(target=_read, args=(demo,), daemon=True)
    reader.start()
    try:
        yield demo
    finally:
        demo.stop()
        reader.join(timeout=5)
        if process.stdout:
            process.stdout.close()


def _read(demo: Demo) -> None:
    assert demo.process.stdout
    with contextlib.suppress(ValueError):
        for line in demo.process.stdout:
            demo.printed.append(line)
