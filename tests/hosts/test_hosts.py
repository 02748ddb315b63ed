"""Two of each, on hosts of their own; one is cut off, and pages, live updates and tasks go on."""

import subprocess
import sys

import pytest

from tests.asgi_server import ROOT


@pytest.mark.slow
@pytest.mark.namespaces
def test_a_host_that_is_cut_off_takes_nothing_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.hosts"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{done.stdout}\n")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-4000:]}"
