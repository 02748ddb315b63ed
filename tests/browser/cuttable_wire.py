"""A wire between a browser and Earshot that can be cut for the live stream alone.

with CuttableWire(port) as wire:       # pages are opened at wire.url
    wire.cut()                         # streams end in the middle of a word, new ones are refused
    wire.mend()
"""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

PIECE = 65_536


class CuttableWire:
    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._streams: list[socket.socket] = []
        self._is_cut = False
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        self._is_cut = True
        while self._streams:
            _end(self._streams.pop())

    def mend(self) -> None:
        self._is_cut = False

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                browser, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(browser,), daemon=True).start()

    def _carry(self, browser: socket.socket) -> None:
        """Both ways, until either side is done. What asks for /live/ is a stream from then on."""
        with (
            contextlib.suppress(OSError),
            browser,
            socket.create_connection(self._target) as server,
        ):
            threading.Thread(target=_pour, args=(server, browser), daemon=True).start()
            while piece := browser.recv(PIECE):
                if piece.startswith(b"GET /live/"):
                    if self._is_cut:
                        return
                    self._streams.append(browser)
                server.sendall(piece)


def _pour(source: socket.socket, into: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE):
            into.sendall(piece)
    _end(into)


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
