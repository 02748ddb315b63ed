"""python -m tests.faults [--bots 300] [--pause 0.6] [--seed 7]: everything breaks meanwhile.

It prints its seed, what it broke and what it counted, and exits with 1 where a promise was broken.
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
from tests.faults.machine import Machine, media_disk, running
from tests.sandbox_process import run_sandbox

SPEED = 60.0  # ten minutes of a story are ten seconds
SILENCE = 600  # what Earshot waits in life before it asks


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--bots", type=int, default=300)
    parser.add_argument("--pause", type=float, default=0.6, help="seconds between two bots")
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    wishes = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        tempfile.TemporaryDirectory(prefix="earshot-faults-") as home,
        run_sandbox(SANDBOX_SPEED=str(SPEED), SANDBOX_CALL_SECONDS="20") as sandbox,
        media_disk(Path(home) / "media") as is_small,
    ):
        machine = Machine(Path(home))
        os.environ.update(machine.settings(sandbox.url, silence_seconds=round(SILENCE / SPEED)))
        migrate = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, check=True)
        django.setup()
        from tests.faults.storm import play  # noqa: PLC0415 (its models need the settings)

        with running(machine):
            broken_promises = play(
                machine,
                sandbox,
                seed=wishes.seed,
                bots=wishes.bots,
                pause=wishes.pause,
                ten_minutes=600 / SPEED,
                can_fill_the_disk=is_small,
            )
    for promise in broken_promises:
        sys.stdout.write(f"BROKEN  {promise}\n")
    return 1 if broken_promises else 0


if __name__ == "__main__":
    sys.exit(main())
