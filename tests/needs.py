"""Tests of what not every machine has or allows; where it lacks they are left out, and it is said.

    @pytest.mark.rabbitmq

is deselected as slow tests are, and the end of the run names what was not run.
"""

from collections.abc import Callable

import pytest

from tests import rabbitmq
from tests.hosts import network

NEEDS: dict[str, tuple[Callable[[], bool], str]] = {
    "namespaces": (network.are_allowed, "network namespaces cannot be made here"),
    "rabbitmq": (rabbitmq.is_here, "no RabbitMQ is here; bin/test --all fetches one where it can"),
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking = {name for name, (is_met, _) in NEEDS.items() if not is_met()}
    left_out = [it for it in items if lacking & {mark.name for mark in it.iter_markers()}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [it for it in items if it not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, (is_met, why) in NEEDS.items():
        if not is_met():
            terminalreporter.write_line(f"NOT RUN  tests marked {name}: {why}", yellow=True)
