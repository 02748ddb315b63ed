"""A host of files that behaves as told: cuts off, redirects, lies about lengths, forgets ranges."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class FileHost:
    """`requests` keeps the Range of each request, in order ("" for the whole file)."""

    url: str = ""
    content: bytes = b""
    etag: str = '"v1"'
    statuses: list[int] = field(default_factory=list)  # answered first, one per request
    cut_after: list[int] = field(default_factory=list)  # bytes sent before the line goes dead
    redirect_to: str = ""
    has_ranges: bool = True
    has_length: bool = True
    bot: dict[str, Any] = field(default_factory=dict)  # the host is its provider as well
    stall_after: int = 0  # bytes sent before the line goes quiet
    has_stalled: threading.Event = field(default_factory=threading.Event)
    requests: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: FileHost

    def do_GET(self) -> None:
        host = self.host
        if self.path.startswith("/v2/"):
            self._answer(json.dumps({"success": True, "data": host.bot}).encode())
            return
        host.requests.append(self.headers.get("range", ""))
        host.headers.append({key.lower(): value for key, value in self.headers.items()})
        if host.statuses:
            self._plain(host.statuses.pop(0))
        elif host.redirect_to:
            self._plain(302, location=host.redirect_to)
        else:
            self._file()

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _plain(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def _file(self) -> None:
        begin, total = self._begin(), len(self.host.content)
        if begin is not None and begin >= total:
            self._plain(416, **{"content-range": f"bytes */{total}"})
            return
        body = memoryview(self.host.content)[begin or 0 :]
        self.send_response(200 if begin is None else 206)
        self.send_header("content-type", "video/mp4; charset=x")
        if self.host.etag:
            self.send_header("etag", self.host.etag)
        if begin is not None:
            self.send_header("content-range", f"bytes {begin}-{total - 1}/{total}")
        if self.host.has_length:
            self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()
        self._send(body)

    def _send(self, body: memoryview) -> None:
        cut = self.host.cut_after.pop(0) if self.host.cut_after else len(body)
        try:
            if self.host.stall_after:
                self._stall(body)
            self.wfile.write(body[:cut])
        except ConnectionError:
            return  # who asked has seen enough

    def _stall(self, body: memoryview) -> None:
        """Send some, then nothing, until whoever asked is gone."""
        self.wfile.write(body[: self.host.stall_after])
        self.host.stall_after = 0
        self.host.has_stalled.set()
        self.connection.recv(1)
        raise ConnectionError

    def _begin(self) -> int | None:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        is_same = self.headers.get("if-range", self.host.etag) == self.host.etag
        return int(found[1]) if found and self.host.has_ranges and is_same else None

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def run_file_host() -> Iterator[FileHost]:
    host = FileHost()
    handler = type("Handler", (_Handler,), {"host": host})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    host.url = f"http://127.0.0.1:{server.server_address[1]}/file"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
