"""bin/bench live: how many pages one server keeps current, how soon, and what that costs it.

Many streams over many topics first, then a thousand on one. A delivery is compared with what the
naive way costs the same server: a page that asks by itself.
"""

import time
import urllib.request
from dataclasses import dataclass
from typing import Any

import live
from bench.people import Person, make_person, remove
from bench.report import Budget, Report
from bench.stack import Server, Stack

PADDING = "x" * 400  # with this a message is as long as a bot's chip
POLL = "/bots/"  # as HTMX asks for a part of a page: a list with nothing in it


@dataclass(frozen=True, slots=True)
class Size:
    """How much is enough."""

    people: int
    streams: int  # of each of them
    messages: int  # of each topic
    per_second: float
    on_one_topic: int
    polls: int


FULL = Size(people=100, streams=50, messages=20, per_second=100, on_one_topic=1000, polls=200)
QUICK = Size(people=2, streams=3, messages=2, per_second=50, on_one_topic=4, polls=3)


@dataclass(frozen=True, slots=True)
class Heard:
    """One round of telling, as the streams heard it and the server paid for it."""

    found: dict[str, Any]
    cpu_us: float  # for each delivery
    memory_kb: float  # for each stream


def run(stack: Stack) -> Report:
    size, report = QUICK if stack.is_quick else FULL, Report("live")
    people = [make_person() for _ in range(size.people)]
    try:
        everybody = people[0].workspace
        for person in people[1:]:
            person.join(everybody)
        server = stack.web()
        poll_us = _poll(server, people[0], size.polls)
        _hear(stack, server, [(person, _topic(person)) for person in people], size, messages=1)
        over = [(person, _topic(person)) for person in people for _ in range(size.streams)]
        many = _hear(stack, server, over, size, messages=size.messages)
        each = -(-size.on_one_topic // len(people))
        one = [(person, _topic(people[0])) for person in people for _ in range(each)]
        crowd = _hear(stack, server, one, size, messages=size.messages, per_second=10)
    finally:
        remove(*people)
    _tell(report, many, crowd, poll_us, streams=len(over), crowd_streams=len(one))
    return report


def _tell(
    report: Report, many: Heard, crowd: Heard, poll_us: float, *, streams: int, crowd_streams: int
) -> None:
    report.note("streams over topics", streams)
    report.note("deliveries", many.found["heard"])
    report.note("median", many.found["p50_ms"], "ms")
    report.note("CPU of the server", many.cpu_us, "µs per delivery")
    report.note("a page that asks by itself", poll_us, "µs per poll")
    report.note(
        f"{crowd_streams} streams on one topic, 10 messages a second: p99",
        crowd.found["p99_ms"],
        "ms",
    )
    report.note("the same: CPU of the server", crowd.cpu_us, "µs per delivery")
    lost = sum(it.found["lost"] + it.found["again"] + it.found["ended"] for it in (many, crowd))
    report.budgets += [
        Budget("streams open at once", streams, "≥", streams if streams < 5000 else 5000),
        Budget("messages or streams lost", lost, "≤", 0),
        Budget("p99 over topics", many.found["p99_ms"], "≤", 20, "ms", needs_quiet=True),
        Budget("memory of the server per stream", many.memory_kb, "≤", 24, "KB"),
        Budget("CPU of a delivery, of a poll's", many.cpu_us / poll_us, "≤", 1 / 20),
    ]


def _hear(
    stack: Stack,
    server: Server,
    streams: list[tuple[Person, str]],
    size: Size,
    *,
    messages: int,
    per_second: float | None = None,
) -> Heard:
    """Open the streams, publish `messages` to each topic, and let the streams go."""
    before = server.memory_kb()
    wanted = [[person.cookie, topic] for person, topic in streams]
    load = stack.load("listening", port=server.port, streams=wanted, messages=messages)
    load.hear()
    memory = (server.memory_kb() - before) / len(streams)
    cpu = server.cpu_seconds()
    topics = list(dict.fromkeys(topic for _, topic in streams))
    _publish(topics * messages, per_second or size.per_second)
    found = load.hear()
    spent = (server.cpu_seconds() - cpu) / max(1, found["heard"])
    return Heard(found, spent * 1e6, memory)


def _publish(topics: list[str], per_second: float) -> None:
    """Tell each topic in turn, at an even pace."""
    begin = time.monotonic()
    for number, topic in enumerate(topics):
        time.sleep(max(0.0, begin + number / per_second - time.monotonic()))
        at = time.monotonic_ns()
        live.publish(topic, f'<span id="bench" data-at="{at}">{PADDING}</span>')


def _poll(server: Server, person: Person, count: int) -> float:
    """What one page that asks costs the server, in µs of CPU."""
    headers = {"Cookie": person.cookie, "HX-Request": "true"}
    request = urllib.request.Request(server.url + POLL, headers=headers)  # noqa: S310 (our own address)
    for number in range(count + 2):
        if number == 2:  # the first ones load templates
            cpu = server.cpu_seconds()
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (the same)
            answer.read()
    return (server.cpu_seconds() - cpu) / count * 1e6


def _topic(person: Person) -> str:
    return f"{person.workspace.public_id}/bots"
