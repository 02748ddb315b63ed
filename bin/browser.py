"""Finds a Chromium for the browser tests, or installs one."""

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_or_install(python: str) -> "str | None":
    """Return the path of a browser that starts, or None."""
    return find(python) or install_with_playwright(python) or install_with_apt()


def find(python: str) -> "str | None":
    """Look where people put it: $CHROMIUM, the PATH, Playwright's own folder."""
    for name in (os.environ.get("CHROMIUM"), *NAMES):
        path = shutil.which(name) if name else None
        if path and starts(path):
            return path
    code = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as w: print(w.chromium.executable_path)"
    )
    asked = subprocess.run([python, "-c", code], stdout=subprocess.PIPE, check=False)
    path = asked.stdout.decode().strip()
    return path if path and os.path.exists(path) and starts(path) else None


def install_with_playwright(python: str) -> "str | None":
    """Ask Playwright for its browser; a machine without the wider network answers no."""
    command = [python, "-m", "playwright", "install", "chromium"]
    return find(python) if quietly(command, seconds=300) else None


def install_with_apt() -> "str | None":
    """On Debian and Ubuntu, as root."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return None
    print("Installing Chromium for the browser tests …", flush=True)
    quietly(["apt-get", "update", "-qq"], seconds=300)
    quietly(
        [
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
            "fonts-dejavu-core",
        ],
        seconds=900,
    )
    path = shutil.which("chromium")
    return path if path and starts(path) else None


def starts(path: str) -> bool:
    """Whether the program answers at all (a snap or a broken install does not)."""
    return quietly([path, "--version"], seconds=60)


def quietly(command: "list[str]", seconds: int) -> bool:
    """Run a command without its output; True when it went well in time."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
