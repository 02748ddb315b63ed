"""python -m bench.playing {…}: many bots arrive in their meetings, and the provider tells of it.

Bots come in groups; within a group each step of all comes before the next step of any, as when many
meetings begin at the same minute. Goes on at an even pace until it is asked to end.
"""

import http.client
import itertools
import signal
import time
from collections.abc import Iterator

from bench.messages import status_change
from bench.telling import tell, wishes

GROUP = 50
STEPS = ("queued", "joining_call", "in_waiting_room", "in_call_not_recording", "in_call_recording")


def play(port: int, path: str, secret: str, bots: list[str], per_second: float) -> int:
    """Return how many messages were accepted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    begin, accepted = time.monotonic(), 0
    for number, (bot_id, code) in enumerate(_story(bots)):
        time.sleep(max(0.0, begin + number / per_second - time.monotonic()))
        if is_over():
            break
        message = status_change(secret, bot_id, code)
        connection.request("POST", path, message.body, message.headers)
        answer = connection.getresponse()
        answer.read()
        accepted += answer.status == 204
    return accepted


def _story(bots: list[str]) -> Iterator[tuple[str, str]]:
    for start in itertools.count(0, GROUP):
        group = bots[start : start + GROUP]
        if not group:
            return
        for code in STEPS:
            yield from ((bot_id, code) for bot_id in group)


def is_over() -> bool:
    """Whether we were asked to end (SIGTERM waits until it is looked for)."""
    return signal.SIGTERM in signal.sigpending()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    tell("ready")
    tell(play(**wishes()))
