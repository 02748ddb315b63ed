"""A switch and hosts on it, each a namespace with a name of its own: one can be unplugged.

    198.18.203.1        this machine: PostgreSQL, Redis, the provider, the proxy
    198.18.203.2, .3    the hosts

The range is kept for tests of networks.
"""

import fcntl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

NETWORK, PREFIX = "198.18.203", "28"
HERE = f"{NETWORK}.1"
SWITCH = "earshot0"


@dataclass(frozen=True)
class Host:
    name: str
    address: str

    @property
    def plug(self) -> str:
        """The switch's end of its cable."""
        return f"{SWITCH}p{self.address.rpartition('.')[2]}"

    def run(self, *command: str) -> list[str]:
        """The words that run `command` there; the part listens at the host's address."""
        inside = ["ip", "netns", "exec", self.name, "unshare", "--uts"]
        called = ["sh", "-c", 'hostname "$0" && exec "$@"', self.name]
        return [*inside, *called, "env", f"HOST={self.address}", *command]

    def unplug(self) -> None:
        """From now on nothing comes or goes, and nobody is told."""
        _ip("-n", self.name, "link", "set", "eth0", "down")

    def plug_in(self) -> None:
        _ip("-n", self.name, "link", "set", "eth0", "up")


def are_allowed() -> bool:
    """Whether namespaces and what connects them can be made here."""
    connect = "ip link add probe type bridge && ip link add one type veth peer name other"
    try:
        return not subprocess.call(
            ["unshare", "--net", "--uts", "sh", "-c", f"exec 2>&-; {connect}"]
        )
    except OSError:
        return False


@contextmanager
def network(*names: str) -> Iterator[list[Host]]:
    """One at a time on a machine. Raises CalledProcessError where it may not be."""
    with ExitStack() as made, (Path(tempfile.gettempdir()) / f"{SWITCH}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _ip("link", "add", SWITCH, "type", "bridge")
        made.callback(_ip, "link", "del", SWITCH)
        _ip("address", "add", f"{HERE}/{PREFIX}", "dev", SWITCH)
        _ip("link", "set", SWITCH, "up")
        hosts = [Host(name, f"{NETWORK}.{number}") for number, name in enumerate(names, 2)]
        for host in hosts:
            _ip("netns", "add", host.name)
            made.callback(_ip, "netns", "del", host.name)
            _connect(host)
            made.callback(_ip, "link", "del", host.plug)
        yield hosts


def _connect(host: Host) -> None:
    plug = host.plug
    _ip("link", "add", plug, "type", "veth", "peer", "name", "eth0", "netns", host.name)
    _ip("link", "set", plug, "master", SWITCH, "up")
    _ip("-n", host.name, "address", "add", f"{host.address}/{PREFIX}", "dev", "eth0")
    for device in ("lo", "eth0"):
        _ip("-n", host.name, "link", "set", device, "up")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
