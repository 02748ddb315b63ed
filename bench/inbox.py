"""bin/bench inbox: how many webhooks per second are on disk before they are answered.

Compared with pgbench on the same database (the limit of the machine), and at one connection with
the same checks and the same insert in a plain Django view (the naive way). Rounds alternate, and
the middle ratio counts. At the end the server is killed under full load: what it acknowledged must
all be there.
"""

import time
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db import connection

from bench.messages import SECRET
from bench.pgbench import commits
from bench.report import Budget, Report
from bench.stack import Server, Stack
from upstream.models import ProviderName, UpstreamAccount
from webhooks.models import Delivery

PGBENCH_P99_MS = 8.0  # where 20 ms was measured; both grow with a slower disk


@dataclass(frozen=True, slots=True)
class Size:
    """How much is enough."""

    connections: int
    seconds: float
    rounds: int


FULL = Size(connections=64, seconds=4, rounds=5)
QUICK = Size(connections=4, seconds=0.5, rounds=1)


def run(stack: Stack) -> Report:
    size, report = QUICK if stack.is_quick else FULL, Report("inbox")
    account = UpstreamAccount.objects.create(
        name="bench",
        provider=ProviderName.MEETINGBAAS_V2,
        base_url="http://127.0.0.1:9",
        api_key="bench",
        webhook_secret=SECRET,
        is_active=False,  # one that is switched off is heard as well
    )
    path = f"/webhooks/{account.public_id}/"
    try:
        inbox, plain = stack.web(), stack.plain()
        _against_pgbench(report, stack, inbox, path, size)
        _against_a_view(report, stack, inbox, plain, path, size)
        _survives(report, stack, inbox, path, size)
    finally:
        _empty(path)
        account.delete()
    return report


def _against_pgbench(report: Report, stack: Stack, inbox: Server, path: str, size: Size) -> None:
    limits, found, cpu = [], [], []
    for _ in range(size.rounds):
        limits.append(commits(clients=size.connections, seconds=size.seconds))
        before = inbox.cpu_seconds()
        found.append(_knock(stack, inbox, path, size.connections, size.seconds))
        cpu.append((inbox.cpu_seconds() - before) / len(found[-1]["acknowledged"]) * 1e6)
    many = f"{size.connections} connections"
    pgbench_p99 = median(it.p99_ms for it in limits)
    report.note(f"pgbench, {many}: commits", median(it.rate for it in limits), "per s")
    report.note(f"pgbench, {many}: p99", pgbench_p99, "ms")
    report.note(f"inbox, {many}: webhooks on disk", median(it["rate"] for it in found), "per s")
    report.note(f"inbox, {many}: median", median(it["p50_ms"] for it in found), "ms")
    report.note("inbox: CPU of the server", median(cpu), "µs per webhook")
    ratios = [it["rate"] / limit.rate for it, limit in zip(found, limits, strict=True)]
    report.budgets += [
        Budget("of pgbench's commits", median(ratios), "≥", 0.4),
        Budget(
            "p99 (20 ms × pgbench's p99 / 8 ms)",
            median(it["p99_ms"] for it in found),
            "≤",
            20 * pgbench_p99 / PGBENCH_P99_MS,
            "ms",
        ),
    ]


def _against_a_view(
    report: Report, stack: Stack, inbox: Server, plain: Server, path: str, size: Size
) -> None:
    views, found = [], []
    for _ in range(size.rounds):
        views.append(_knock(stack, plain, path, 1, size.seconds / 2))
        found.append(_knock(stack, inbox, path, 1, size.seconds / 2))
    report.note("plain Django view, 1 connection", median(it["rate"] for it in views), "per s")
    report.note("inbox, 1 connection", median(it["rate"] for it in found), "per s")
    ratios = [it["rate"] / view["rate"] for it, view in zip(found, views, strict=True)]
    report.budgets.append(Budget("times the plain view, 1 connection", median(ratios), "≥", 2))


def _survives(report: Report, stack: Stack, inbox: Server, path: str, size: Size) -> None:
    prefix = "killed"
    load = stack.load(
        "knocking", **_wishes(inbox, path, size.connections, size.seconds, prefix=prefix)
    )
    load.hear()
    time.sleep(size.seconds / 2)
    stack.kill(inbox)
    told = {f"{prefix}-{number}" for number in load.hear()["acknowledged"]}
    kept = Delivery.objects.filter(message_id__startswith=f"{prefix}-")
    lost = told - set(kept.values_list("message_id", flat=True))
    report.note("acknowledged before the server was killed", len(told))
    report.budgets.append(Budget("of those, lost", len(lost), "≤", 0))


def _knock(stack: Stack, server: Server, path: str, connections: int, seconds: float) -> Any:
    """Knock for a while; every message must have been accepted."""
    prefix = f"{server.port}-{time.monotonic_ns()}"
    load = stack.load("knocking", **_wishes(server, path, connections, seconds, prefix=prefix))
    load.hear()
    found = load.hear()
    if set(found["statuses"]) != {"204"}:
        raise RuntimeError(f"not all were accepted: {found['statuses']}")
    _empty(path)
    return found


def _wishes(
    server: Server, path: str, connections: int, seconds: float, *, prefix: str
) -> dict[str, Any]:
    return {
        "port": server.port,
        "path": path,
        "secret": SECRET,
        "connections": connections,
        "seconds": seconds,
        "prefix": prefix,
    }


def _empty(path: str) -> None:
    """Let every round begin alike; deliveries of other accounts are none of ours."""
    deliveries, accounts = Delivery._meta.db_table, UpstreamAccount._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {deliveries} USING {accounts} AS account"  # noqa: S608 (names of tables)
            f" WHERE account.id = {deliveries}.account_id AND account.public_id = %s",
            [path.split("/")[2]],
        )
