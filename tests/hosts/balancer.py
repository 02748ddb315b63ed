"""What stands in front of several hosts: hands each connection to one that answers.

python -m tests.hosts.balancer 127.0.0.1 9000 198.18.203.1 9000       or in front of one, by itself
"""

import asyncio
import sys
import threading
from collections import Counter, deque
from contextlib import suppress

ANSWERS_WITHIN = 1.0


class Balancer:
    """Listens at `host:port` from a thread of its own; the hosts take turns."""

    def __init__(self, host: str, port: int, targets: list[str], target_port: int) -> None:
        self.url = f"http://{host}:{port}"
        self.taken: Counter[str] = Counter()
        self._where, self._turns, self._target_port = (host, port), deque(targets), target_port
        self._is_up = threading.Event()
        threading.Thread(target=asyncio.run, args=[self._serve()], daemon=True).start()
        self._is_up.wait()

    async def _serve(self) -> None:
        async with await asyncio.start_server(self._connected, *self._where):
            self._is_up.set()
            await asyncio.Event().wait()

    async def _connected(
        self, browser: asyncio.StreamReader, to_browser: asyncio.StreamWriter
    ) -> None:
        for _ in range(len(self._turns)):
            target = self._turns[0]
            self._turns.rotate()
            with suppress(OSError, TimeoutError):
                opening = asyncio.open_connection(target, self._target_port)
                host, to_host = await asyncio.wait_for(opening, ANSWERS_WITHIN)
                self.taken[target] += 1
                await asyncio.gather(_pass_on(browser, to_host), _pass_on(host, to_browser))
                return
        to_browser.close()


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(1 << 16):
            sink.write(piece)
            await sink.drain()
    sink.close()


if __name__ == "__main__":
    here, port, there, port_there = sys.argv[1:]
    Balancer(here, int(port), [there], int(port_there))
    threading.Event().wait()
