"""Makes `.venv` hold exactly what a requirement file says. Standard library only, any Python 3.

A stamp with the file's digest is written last, so an install that was cut off is simply done again.
"""

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST_PYTHON = (3, 11)
BYTES_FOR_INSTALL = 1500 * 1024 * 1024
BYTES_FOR_RUNNING = 300 * 1024 * 1024


def stop(sentence: str) -> "NoReturn":
    """End with one sentence that says what is wrong and what to do."""
    sys.exit("earshot: " + sentence)


def ensure(kind: str) -> str:
    """Install requirements/<kind>.txt into `.venv` unless that was done. Returns its Python."""
    if sys.version_info < OLDEST_PYTHON:
        found = "%d.%d" % sys.version_info[:2]
        stop(
            "Python 3.11 or newer is needed, this is " + found + ". Start it with a newer python3."
        )
    requirements = ROOT / "requirements" / (kind + ".txt")
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    stamp = VENV / ("installed-" + kind)
    installed = PYTHON.exists() and stamp.exists() and stamp.read_text() == digest
    ensure_space(BYTES_FOR_RUNNING if installed else BYTES_FOR_INSTALL)
    if not installed:
        print("Installing what Earshot needs (once, about a minute) …", flush=True)
        try:
            install(requirements)
            stamp.write_text(digest)
        except OSError as error:
            stop(disk_sentence(error))
    return str(PYTHON)


def install(requirements: Path) -> None:
    """Create the virtual environment if it is missing or broken, then install with hashes."""
    works = PYTHON.exists() and run([str(PYTHON), "-m", "pip", "--version"], quiet=True) == 0
    if not works:
        shutil.rmtree(VENV, ignore_errors=True)
        if run([sys.executable, "-m", "venv", str(VENV)]) != 0:
            stop("Python could not make a virtual environment; install its venv module first.")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if run([*command, "--require-hashes", "-r", str(requirements)]) != 0:
        stop("The install stopped half-way (see above). Start again to continue it.")


def run(command: "list[str]", quiet: bool = False) -> int:
    """Run a command and return its exit code."""
    output = subprocess.DEVNULL if quiet else None
    return subprocess.call(command, stdout=output, stderr=output)


def ensure_space(needed: int) -> None:
    """Stop when the disk that holds the checkout is too full to work with."""
    free = shutil.disk_usage(str(ROOT)).free
    if free < needed:
        stop(
            "The disk is almost full: "
            + str(free // 2**20)
            + " MB are free, "
            + str(needed // 2**20)
            + " MB are needed. Free some space and start again."
        )


def disk_sentence(error: OSError) -> str:
    """Say in words why a file could not be written."""
    if error.errno == errno.ENOSPC:
        return "The disk is full. Free some space and start again."
    return "A file could not be written: " + str(error)


def become(command: "list[str]", environment: "dict[str, str]") -> "NoReturn":
    """Replace this process, so that signals reach the real program."""
    os.execve(command[0], command, environment)
