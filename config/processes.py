"""Child processes that live and die together; each leads a group, so that none is left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Literal

PATIENCE_SECONDS = 8.0
Audience = Literal["terminal", "log", "us"]


class ChildDied(Exception):
    """One of the processes ended by itself; says which and how its log ends."""


class Children:
    """Starts Python programs, keeps their logs in `folder`, stops them in reverse order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[tuple[str, subprocess.Popen[str]]] = []

    def start(
        self, name: str, arguments: list[str], environment: dict[str, str], *, speaks: bool = False
    ) -> "subprocess.Popen[str]":
        """Start a program that is meant to stay; one that `speaks` prints to the terminal."""
        return self._keep(name, arguments, environment, "terminal" if speaks else "log")

    def converse(
        self, name: str, arguments: list[str], environment: dict[str, str]
    ) -> "subprocess.Popen[str]":
        """Start a program whose lines we read from its `stdout`."""
        return self._keep(name, arguments, environment, "us")

    def let_go(self, process: "subprocess.Popen[str]") -> None:
        """Watch over a program no longer: it has ended, or is about to."""
        self.running = [it for it in self.running if it[1] is not process]

    def run(self, name: str, arguments: list[str], environment: dict[str, str]) -> str:
        """Run a program to its end and return what it printed."""
        return self.end(name, self.converse(name, arguments, environment))

    def end(self, name: str, process: "subprocess.Popen[str]") -> str:
        """Wait for the end of a program we converse with; return what it printed."""
        printed, _ = process.communicate()
        self.let_go(process)
        if process.returncode:
            raise ChildDied(self._obituary(name))
        return printed

    def wait_for(self, url: str, seconds: float) -> None:
        """Return when `url` answers without an error of the server."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._check()
            try:
                with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (our own address)
                    if answer.status < 500:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise ChildDied(f"{url} did not answer within {seconds:.0f} s; see {self.folder}.")

    def watch(self) -> None:
        """Stay until a child dies (or a signal interrupts)."""
        while True:
            self._check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ask each child to end, newest first; end those that do not within a few seconds."""
        for _, process in reversed(self.running):
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + PATIENCE_SECONDS
        for _, process in reversed(self.running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.running.clear()

    def _keep(
        self, name: str, arguments: list[str], environment: dict[str, str], speaks_to: Audience
    ) -> "subprocess.Popen[str]":
        process = self._open(name, arguments, environment, speaks_to)
        self.running.append((name, process))
        return process

    def _open(
        self, name: str, arguments: list[str], environment: dict[str, str], speaks_to: Audience
    ) -> "subprocess.Popen[str]":
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("w") as log:
            return subprocess.Popen(  # noqa: S603 (our own programs)
                [sys.executable, *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout={"terminal": None, "log": log, "us": subprocess.PIPE}[speaks_to],
                stderr=log,
                text=True,
                start_new_session=True,
            )

    def _check(self) -> None:
        for name, process in self.running:
            has_ended_well = process.stdout is not None and process.poll() == 0  # as it should
            if process.poll() is not None and not has_ended_well:
                raise ChildDied(self._obituary(name))

    def _obituary(self, name: str) -> str:
        log = self.folder / f"{name}.log"
        last = log.read_text(errors="replace").strip().splitlines()[-12:]
        return "\n".join([f"{name} stopped; its log ({log}) ends with:", *last])
