"""RabbitMQ for a test: the system's, or the one that bin/test unpacked in `.venv/rabbitmq`.

with run_rabbitmq(folder, free_port()) as url:
    Connection(url).connect()
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from amqp.exceptions import AMQPError
from kombu import Connection

from tests.asgi_server import free_port

READY_SECONDS = 120
UNPACKED = Path(sys.prefix) / "rabbitmq"
# What packages put on the PATH insists on being called by a user of its own.
OF_PACKAGES = ("/usr/lib/rabbitmq/bin", "/opt/homebrew/sbin", "/usr/local/sbin")


def is_here() -> bool:
    return all(shutil.which(name, path=_path()) for name in ("rabbitmq-server", "epmd"))


@contextmanager
def run_rabbitmq(folder: Path, port: int) -> Iterator[str]:
    """The address of a server of one's own; all that it writes is in `folder`, and found again."""
    names = free_port()
    (folder / "plugins").write_text("[].\n")
    environment = {
        **os.environ,
        "PATH": _path(),
        "LD_LIBRARY_PATH": os.pathsep.join(map(str, UNPACKED.glob("usr/lib/*-linux-gnu"))),
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(names),
        "RABBITMQ_NODENAME": f"earshot{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "nothing"),
    }
    output = folder / "output"
    with ExitStack() as running, output.open("ab") as log:
        for name, *words in (["epmd", "-port", str(names)], ["rabbitmq-server"]):
            program = shutil.which(name, path=_path())
            assert program, f"no {name} here: bin/test fetches one"
            process = subprocess.Popen([program, *words], env=environment, stdout=log, stderr=log)
            running.callback(process.wait, 60)
            running.callback(process.terminate)
        url = f"amqp://guest:guest@127.0.0.1:{port}//"
        _wait_until_ready(url, output)
        yield url


def _path() -> str:
    unpacked = [*UNPACKED.glob("usr/lib/rabbitmq/lib/*/sbin"), UNPACKED / "usr/lib/erlang/bin"]
    return os.pathsep.join([*OF_PACKAGES, os.environ["PATH"], *map(str, unpacked)])


def _wait_until_ready(url: str, output: Path) -> None:
    give_up = time.monotonic() + READY_SECONDS
    while True:
        try:
            with Connection(url, connect_timeout=5) as connection:
                connection.connect()
                return
        except (OSError, AMQPError):
            assert time.monotonic() < give_up, output.read_text()
            time.sleep(0.2)
