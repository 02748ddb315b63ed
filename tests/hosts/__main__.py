"""python -m tests.hosts [--bots 30] [--pause 0.3] [--seed 7]: one of two hosts is cut off.

It prints its seed and what it counted, and exits with 1 where a promise was broken.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from random import SystemRandom

import django

from tests.asgi_server import ROOT
from tests.faults.machine import running
from tests.hosts.installation import Installation
from tests.hosts.network import network
from tests.sandbox_process import run_sandbox

SPEED = 60.0  # ten minutes of a story are ten seconds
SILENCE = 600  # what Earshot waits in life before it asks


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hosts", description=__doc__)
    parser.add_argument("--bots", type=int, default=30)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between two bots")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    wishes = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        tempfile.TemporaryDirectory(prefix="earshot-hosts-") as home,
        network("earshot-one", "earshot-two") as hosts,
        run_sandbox(SANDBOX_SPEED=str(SPEED), SANDBOX_CALL_SECONDS="20") as sandbox,
    ):
        installation = Installation(Path(home), hosts, sandbox)
        silence = round(SILENCE / SPEED)
        os.environ.update(installation.settings(sandbox.url, silence_seconds=silence))
        migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, check=True)
        django.setup()
        from tests.hosts.outage import play  # noqa: PLC0415 (its models need the settings)

        with running(installation):
            broken_promises = play(
                installation, hosts, sandbox, seed=wishes.seed, bots=wishes.bots, pause=wishes.pause
            )
    for promise in broken_promises:
        sys.stdout.write(f"BROKEN  {promise}\n")
    return 1 if broken_promises else 0


if __name__ == "__main__":
    sys.exit(main())
