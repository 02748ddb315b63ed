"""python -m bench [--quick] NAME …: run scenarios, print figures beside budgets, exit 1 on a miss.

A scenario is a module of this package with `run(stack) -> Report`; its name goes into SCENARIOS.
"""

import os
import resource
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType

import django

from bench.report import Machine
from bench.stack import Stack, environment
from config.processes import ChildDied, Children

SCENARIOS = ("inbox", "live", "page", "pixel", "search")
VAR = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent.parent / "var/bench")
USAGE = f"usage: bin/bench [--quick] {' | '.join(SCENARIOS)} …"


def main(arguments: list[str]) -> int:
    """Run the scenarios that `arguments` name; return the exit code."""
    names = [argument for argument in arguments if argument != "--quick"]
    if not names or set(names) - set(SCENARIOS):
        sys.exit(USAGE)
    signal.signal(signal.SIGTERM, _stop)
    children = Children(VAR / "log")
    try:
        return _run(names, children, is_quick="--quick" in arguments)
    except (ChildDied, KeyboardInterrupt) as end:
        sys.exit(f"earshot: {end or 'stopped'}")
    finally:
        children.stop()


def _run(names: list[str], children: Children, *, is_quick: bool) -> int:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a stream is a file on each side
    os.environ.update(environment(VAR))
    children.run(
        "migrate", ["manage.py", "migrate", "--no-input", "--verbosity", "0"], dict(os.environ)
    )
    django.setup()
    reports = []
    for name in names:
        scenario = import_module(f"bench.{name}")
        machine = Machine.now()
        with Stack(children, is_quick=is_quick) as stack:
            report = scenario.run(stack)
        print(report.text(machine), flush=True)
        report.write(VAR / f"{name}.json", machine)
        reports.append(report)
    return 0 if all(report.is_met for report in reports) else 1


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
