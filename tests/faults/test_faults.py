"""Everything breaks at random while bots are sent; nothing that was promised may be lost."""

import subprocess
import sys

import pytest

from tests.asgi_server import ROOT


@pytest.mark.slow
def test_what_was_promised_is_kept_while_everything_breaks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{done.stdout}\n")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-4000:]}"
