"""Finds a RabbitMQ for the tests, or fetches Debian's and unpacks it beside the other tools.

Nothing is installed: a server that a package starts by itself would stay when the tests are over.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

ERLANG = (
    *("base", "asn1", "crypto", "eldap", "ftp", "inets", "mnesia", "os-mon", "parsetools"),
    *("public-key", "runtime-tools", "snmp", "ssl", "syntax-tools", "tftp", "tools", "xmerl"),
)
PACKAGES = ("rabbitmq-server", "libsctp1", *("erlang-" + part for part in ERLANG))
AS_INSTALLED = "ROOTDIR=/usr/lib/erlang"


def find_or_fetch(folder: Path) -> bool:
    """Whether there is one: the system's, or (now) Debian's in `folder`."""
    if shutil.which("rabbitmq-server") or folder.exists():
        return True
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return False
    print("Fetching RabbitMQ for the tests …", flush=True)
    with tempfile.TemporaryDirectory(dir=str(folder.parent), prefix="rabbitmq-") as name:
        root = Path(name) / "root"
        if not ((download(name) or (update() and download(name))) and unpack(name, root)):
            return False
        move(root, folder)
        return True


def update() -> bool:
    """A fresh machine knows no packages; only root may teach it."""
    return os.geteuid() == 0 and quietly(["apt-get", "update", "-qq"], ".")


def download(folder: str) -> bool:
    return quietly(["apt-get", "download", "-qq", *PACKAGES], folder)


def unpack(folder: str, root: Path) -> bool:
    found = sorted(Path(folder).glob("*.deb"))
    return bool(found) and all(quietly(["dpkg", "-x", str(it), str(root)], folder) for it in found)


def move(root: Path, folder: Path) -> None:
    """Erlang is told where it lies now."""
    for script in root.glob("usr/lib/erlang/**/bin/erl"):
        place = "ROOTDIR=" + str(folder.resolve() / "usr/lib/erlang")
        script.write_text(script.read_text().replace(AS_INSTALLED, place))
    os.replace(str(root), str(folder))


def quietly(command: "list[str]", folder: str) -> bool:
    """Run a command without its output; True when it went well in time."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=300,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
