"""bin/bench measures what it says, however little: each scenario runs, tells, and cleans up."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser

from bench.__main__ import SCENARIOS
from bench.report import Budget, Machine, Report
from tests.asgi_server import ROOT, database_url

MACHINE = Machine(cores=2, load=0.1, at="2026-03-04T15:00:00+00:00")
OWN_SERVICES = ("CELERY_BROKER_URL", "DEBUG", "MEDIA_ROOT")
BUDGETS = {
    "inbox": {
        "of pgbench's commits",
        "p99 (20 ms × pgbench's p99 / 8 ms)",
        "times the plain view, 1 connection",
        "of those, lost",
    },
    "live": {
        "streams open at once",
        "messages or streams lost",
        "p99 over topics",
        "memory of the server per stream",
        "CPU of a delivery, of a poll's",
    },
    "page": {
        "times sooner ready",
        "times cheaper, a tick",
        "elements of the page",
        "on the wire",
        "of an INSERT per word, parse and store",
    },
    "pixel": {
        "median, worker idle",
        "median, others arrive",
        "95 of 100, others arrive",
    },
    "search": {
        "of rank-all's worst, our worst",
        "of the first pages that differ from rank-all's",
        "times a plain COPY, ingest with search",
    },
}
CERTAIN = {
    "elements of the page",
    "on the wire",
    "of those, lost",
    "messages or streams lost",
    "of the first pages that differ from rank-all's",
}  # on any machine, however small the run


@pytest.fixture
def has_chromium(chromium: Browser) -> None:
    """Skip where there is none; the bench starts its own."""


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_each_scenario_runs_and_tells_its_figures(tmp_path: Path, has_chromium: None) -> None:
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_SERVICES}
    own = {
        "DATABASE_URL": database_url(),
        "VAR_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", *BUDGETS],
        cwd=ROOT,
        env={**inherited, **own},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode in (0, 1), done.stderr
    files = {name: tmp_path / f"{name}.json" for name in BUDGETS}
    assert all(path.exists() for path in files.values()), done.stderr
    found = {name: json.loads(path.read_text()) for name, path in files.items()}
    for name, scenario in found.items():
        budgets = {budget["name"]: budget for budget in scenario["budgets"]}
        assert set(budgets) == BUDGETS[name]
        timed = [it["value"] for it in scenario["figures"] if it["unit"] in ("ms", "per s")]
        assert timed, scenario
        assert min(timed) > 0, scenario
        assert all(budgets[it]["is_met"] for it in CERTAIN & set(budgets)), scenario
        assert all(it in done.stdout for it in budgets)
    assert done.returncode == (0 if all(it["is_met"] for it in found.values()) else 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bots_bot UNION ALL SELECT count(*) FROM accounts_user")
        assert cursor.fetchall() == [(0,), (0,)]


def test_a_missed_budget_is_said_and_is_no_success(tmp_path: Path) -> None:
    report = Report("inbox")
    report.note("webhooks on disk", 1234.5, "per s")
    report.budgets = [Budget("of pgbench's", 0.41, "≥", 0.4), Budget("p99", 20.0, "≤", 20, "ms")]
    report.write(tmp_path / "inbox.json", MACHINE)
    assert json.loads((tmp_path / "inbox.json").read_text())["is_met"] is True
    report.budgets.append(Budget("lost", 1, "≤", 0))
    said = " ".join(report.text(MACHINE).split())
    assert "inbox: 2 cores, load 0.1" in said
    assert "webhooks on disk 1,234 per s" in said
    assert "ok of pgbench's 0.41 ≥ 0.40 ok p99 20 ≤ 20 ms MISSED lost 1 ≤ 0" in said
    report.write(tmp_path / "inbox.json", MACHINE)
    kept = json.loads((tmp_path / "inbox.json").read_text())
    assert kept["is_met"] is False
    assert [budget["is_met"] for budget in kept["budgets"]] == [True, True, False]


def test_an_unknown_name_is_told_the_known_ones() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "everything"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    known = " | ".join(SCENARIOS)
    assert done.stderr.strip() == f"usage: bin/bench [--quick] {known} …"
